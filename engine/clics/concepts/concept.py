"""Concepts: typed, immutable facts of geometry, each with the fixed phrase that retrieval embeds.

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
    """Relation of a description to a concept; a higher value is a stronger relation.

    Checks count HELD and STATED; Table 1 of the paper counts STATED only.

    Attributes:
        FALSE: The concept is not true.
        HELD: The facts make it true, but the description has no sentence of its form. An octahedral site that is
            described as connected octahedra holds "is bonded in an octahedral geometry" without stating it.
        STATED: The description states it in its own sentence form (the ground truth of the paper).
    """

    FALSE = 0
    HELD = 1
    STATED = 2


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """Base class of all kinds. Two concepts are equal if kind and phrase are; the fields determine the phrase.

    The phrase is rendered once, when the concept is made: data sets hold 10^5 of them, and each is hashed and compared
    many times by its phrase.

    Attributes:
        phrase: The fixed phrase.
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
    """A stored phrase that the parser of its kind does not accept, or one of a kind that this version does not know.

    Files of other versions may hold such phrases; they are kept, compared and embedded like all others.

    Attributes:
        stored_kind: Name of the kind in the file.
        text: The phrase in the file.
    """

    stored_kind: Kind
    text: str

    @property
    def kind(self) -> Kind:
        """Name of the kind in the file."""
        return self.stored_kind

    def _render(self) -> str:
        return self.text
