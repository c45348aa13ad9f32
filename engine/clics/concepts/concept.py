"""The concept: a typed, immutable fact of geometry whose fixed phrase is what retrieval embeds.

Each kind has a class of its own with the facts as fields (:mod:`clics.concepts.kinds`); the registry of kinds is
:mod:`clics.concepts.registry`, and :mod:`clics.concepts.parse` reads the phrases that stored files hold.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

Kind: TypeAlias = str
"""Name of a kind of concepts, as files store it: ``"space_group"``, ``"environment"``, …"""


class Truth(enum.IntEnum):
    """Relation of a description to a concept.

    ``STATED``: the description states it in the concept's own sentence form (the paper's ground truth). ``HELD``: the
    facts make it true, but the description words it otherwise: an octahedral site that is described as connected
    octahedra holds "is bonded in an octahedral geometry" without stating it. Checks count both; the paper's Table 1
    counts STATED only.
    """

    FALSE = 0
    HELD = 1
    STATED = 2


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """Base of all kinds. Two concepts are equal if kind and phrase are; the fields of a kind determine its phrase.

    The phrase is rendered once, when the concept is made: data sets hold 10^5 of them, and each is hashed and compared
    many times, by its phrase.
    """

    KIND: ClassVar[Kind] = ""
    phrase: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Render the phrase."""
        object.__setattr__(self, "phrase", self._render())

    @property
    def kind(self) -> Kind:
        """Name of the kind, as files store it."""
        return self.KIND

    def _render(self) -> str:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Concept) and self.phrase == other.phrase and self.kind == other.kind

    def __hash__(self) -> int:
        return hash(self.phrase)


@dataclass(frozen=True, slots=True, eq=False)
class UnparsedConcept(Concept):
    """A stored phrase that no rule of its kind can take apart, or one of a kind that this version does not know.

    Files of other versions may hold such phrases; they are kept, compared and embedded like all others.
    """

    stored_kind: Kind
    text: str

    @property
    def kind(self) -> Kind:
        """Name of the kind, as the file has it."""
        return self.stored_kind

    def _render(self) -> str:
        return self.text
