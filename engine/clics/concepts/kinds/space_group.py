"""Space groups as concepts: "This material crystallizes in Pnma space group."."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from clics.concepts import paraphrases, phrases
from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kind import ConceptKind, Criterion
from clics.results.description import Description
from clics.results.typography import pretty_symbol
from clics.symmetry import space_groups
from clics.symmetry.space_groups import SpaceGroupType

TEMPLATES: tuple[str, ...] = (
    "This is crystallized in {symbol} space group.",
    "This crystal has a space group of {symbol}.",
    "It is {symbol} space group that this crystal is classified.",
    "This is an inorganic material that has {symbol} space group.",
)
_BEFORE, _AFTER = phrases.space_group("\0").split("\0")


@dataclass(frozen=True, slots=True, eq=False)
class SpaceGroupConcept(Concept):
    """A space group.

    Attributes:
        symbol: Hermann–Mauguin symbol in spglib's ASCII spelling (``I4_1/amd``); empty: unknown.
    """

    KIND: ClassVar[Kind] = "space_group"
    symbol: str

    @classmethod
    def of_number(cls, number: int) -> SpaceGroupConcept:
        """The concept of space group 1 to 230; of any other number the unknown one."""
        known = 1 <= number <= len(space_groups.SPACE_GROUPS)
        return cls(space_groups.by_number(number).symbol if known else "")

    @property
    def group(self) -> SpaceGroupType | None:
        """The space group type; None if the group is unknown or its symbol is not a standard one."""
        return space_groups.by_symbol(self.symbol) if self.symbol else None

    @property
    def number(self) -> int:
        """Number 1 to 230 of the International Tables; 0 if it is not known."""
        group = self.group
        return group.number if group is not None else 0

    def _render(self) -> str:
        return phrases.space_group(self.symbol)


UNKNOWN = SpaceGroupConcept("")
"""The label of the paper for an unknown space group; every vocabulary has it."""


def number_of(concept: Concept) -> int:
    """Number of the space group of a concept; 0 for the unknown one and for other kinds."""
    return concept.number if isinstance(concept, SpaceGroupConcept) else 0


def _parse(phrase: str) -> SpaceGroupConcept | None:
    if not (phrase.startswith(_BEFORE) and phrase.endswith(_AFTER)):
        return None
    symbol = phrase[len(_BEFORE) : -len(_AFTER)]
    return SpaceGroupConcept("" if symbol == phrases.UNKNOWN_SPACE_GROUP else symbol)


def _of_crystal(description: Description) -> Iterator[tuple[SpaceGroupConcept, Truth]]:
    group = description.space_group
    yield SpaceGroupConcept(group.symbol if group.number else ""), Truth.STATED


def _completes(concept: SpaceGroupConcept, typed: str) -> int | None:
    """Complete a number in full, or the beginning of a symbol in any usual spelling."""
    group, key = concept.group, space_groups.spelling_key(typed).casefold()
    if group is None or not key:
        return None
    if str(group.number) == typed.strip():
        return 0
    return 1 if space_groups.spelling_key(group.symbol).casefold().startswith(key) else None


def _pretty(concept: SpaceGroupConcept) -> str:
    return pretty_symbol(concept.symbol) if concept.symbol else "unknown"


SPACE_GROUP = ConceptKind(
    name=SpaceGroupConcept.KIND,
    concept=SpaceGroupConcept,
    title="Space group",
    plural="space groups",
    parse=_parse,
    label=lambda concept: f"Space group {_pretty(concept)}",
    name_alone=_pretty,
    of_crystal=_of_crystal,
    known_by="itself",
    in_bank=True,
    rare_in_bank=True,
    templates=TEMPLATES,
    slots=lambda concept: {"symbol": concept.symbol or phrases.UNKNOWN_SPACE_GROUP},
    paraphrases=lambda concept: paraphrases.of_space_group(concept.symbol),
    needs_description=False,
    evidence="crystal",
    evidence_weight=1.0,
    as_reason=True,
    completes=_completes,
    analysis_list="space_groups",
    table="first",
    criteria=(Criterion("space_group", "space group", Truth.STATED),),
    precision_per_phrase=True,
    paper_count=228,
    comparison_phrases=1,
)
