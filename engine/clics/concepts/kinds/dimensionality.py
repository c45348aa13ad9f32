"""Dimensionality of the bonded network as a concept: molecules (0-D), chains (1-D), layers (2-D) or a framework (3-D).

Every described crystal has exactly one, and libraries of all versions store it as a number. Stored facts decide it in a
search; models learn it too, except those of version 0.1, whose vocabularies have no phrase of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kind import Column, ConceptKind, Criterion
from clics.concepts.mentions import Mention, is_negated
from clics.concepts.paraphrases import Wordings
from clics.results.description import Description

_UNITS = ("molecules", "chains", "layers", "a framework")
_NUMBERS = ("zero", "one", "two", "three")
_LABELS = ("0D molecules", "1D chains", "2D layers", "3D framework")

TEMPLATES: tuple[str, ...] = (
    "The bonds of this crystal make {units}.",
    "The structure of this material consists of {units}.",
    "It is {units} that this crystal is built of.",
    "This is an inorganic material that is made of {units}.",
)


@dataclass(frozen=True, slots=True, eq=False)
class DimensionalityConcept(Concept):
    """The number of dimensions in which the bonded network of a crystal is infinite, 0 to 3.

    By the rule of Larsen et al., Phys. Rev. Materials 3, 034003 (2019), which robocrystallographer applies; a crystal
    of several components has the largest of theirs.

    Attributes:
        dimensions: The number.
    """

    KIND: ClassVar[Kind] = "dimensionality"
    dimensions: int

    @property
    def units(self) -> str:
        """The bonded units in the language of the phrases: ``"two dimensional layers"``."""
        unit = _UNITS[self.dimensions]
        article, _, noun = unit.rpartition(" ")
        return f"{article} {_NUMBERS[self.dimensions]} dimensional {noun}".lstrip()

    def _render(self) -> str:
        return f"This material is bonded into {self.units}."


ALL: tuple[DimensionalityConcept, ...] = tuple(DimensionalityConcept(number) for number in range(4))


def _parse(phrase: str) -> DimensionalityConcept | None:
    return next((concept for concept in ALL if concept.phrase == phrase), None)


def _of_number(number: int) -> DimensionalityConcept | None:
    return ALL[number] if 0 <= number < len(ALL) else None


def _of_crystal(description: Description) -> Iterator[tuple[DimensionalityConcept, Truth]]:
    concept = _of_number(description.dimensionality)
    unclear = description.geometry is not None and description.geometry.pieces_unclear
    if concept is not None and not unclear:
        yield concept, Truth.STATED


_ENDS = r"(?!(?:\s+\w+)?\s+of\b)"
"""No part of a crystal follows: ions may bond "two-dimensional layers of octahedra" into a framework."""
_CRYSTAL = r"[\s-]+(?:crystal\s+)?(?:structures?|crystals?|materials?|compounds?|solids?|phases?)\b"
_ALONE = (r"(?:^|(?<=[,;])|(?<=[,;]\s)|(?<=\bno\s)|(?<=\bnot\s)|(?<=\bnot\sa\s))", r"(?=\s*(?:$|[,;]))")
"""Before and after a word that is an item of a list or the whole text."""
_WORDS = tuple(
    re.compile(words, re.IGNORECASE | re.VERBOSE)
    for words in (
        rf"""
          \bmolecular{_CRYSTAL} | {_ALONE[0]}molecular{_ALONE[1]}            # molecular crystal; "molecular" alone
        | \b(?:0|zero)[\s-]*(?:D|dimensional)\b {_ENDS}                    # 0D, zero-dimensional
        """,
        rf"""
          \bchain(?:-like)?{_CRYSTAL} | {_ALONE[0]}chains?{_ALONE[1]}        # chain structure; "chain" alone
        | \b(?:1|one)[\s-]*(?:D|dimensional)\b (?:\s+chains?\b)? {_ENDS}
        """,
        rf"""
          (?<!multi)(?<!multi-)\blayered\b (?: {_CRYSTAL} )?               # not "multilayered", "interlayered"
          (?! [\s-]+(?:double|oxides?|hydroxides?|perovskites?|cuprates?|rock|ordering|arrangement|silicates?)\b )
        | \b(?:layer|sheet) (?:-like)? {_CRYSTAL}
        | \b(?:2|two)[\s-]*(?:D|dimensional)\b (?:\s+(?:layers?|sheets?)\b)? {_ENDS}
        """,
        rf"""
          \bframework{_CRYSTAL} | {_ALONE[0]}framework{_ALONE[1]}            # framework structure; "framework" alone
        | \b(?:3|three)[\s-]*(?:D|dimensional)\b (?:\s+(?:frameworks?|networks?)\b)? {_ENDS}
        """,
    )
)
"""Words for a whole crystal, by dimensions. "Layers" alone is not one: most crystals have layers of some atoms."""


def _mentions(text: str) -> Iterator[Mention]:
    for concept, words in zip(ALL, _WORDS, strict=True):
        for match in words.finditer(text):
            yield Mention(match.start(), match.end(), (concept,), negated=is_negated(text, match.start(), match.end()))


_NAMES = tuple(
    (*names, f"{number}d", f"{number}-d", f"{word}-dimensional")
    for number, (word, names) in enumerate(
        zip(
            _NUMBERS,
            (
                ("molecular", "molecules", "molecule"),
                ("chain", "chains"),
                ("layered", "layers", "layer", "sheets"),
                ("framework", "network"),
            ),
            strict=True,
        )
    )
)
"""Words for each number of dimensions, in filters and for completion."""


def _of_word(word: str) -> int | None:
    typed = word.strip().casefold()
    return next((number for number, names in enumerate(_NAMES) if typed in names), None)


def _completes(concept: DimensionalityConcept, typed: str) -> int | None:
    """Complete the beginning of any of its words."""
    start = typed.strip().casefold()
    return 1 if len(start) > 1 and any(name.startswith(start) for name in _NAMES[concept.dimensions]) else None


def _paraphrases(concept: DimensionalityConcept) -> Wordings:
    number, names = concept.dimensions, _NAMES[concept.dimensions]
    words = {"adjective": [names[0], f"{number}D", names[-1]], "unit": [_UNITS[number], concept.units]}
    return Wordings(_FRAMES, words)


_FRAMES = (
    "{adjective} structure", "{adjective} crystal", "{adjective} material", "{adjective} compound", "{adjective}",
    "built of {unit}", "bonds that make {unit}", "atoms bonded into {unit}",
)  # fmt: skip

DIMENSIONALITY = ConceptKind(
    name=DimensionalityConcept.KIND,
    concept=DimensionalityConcept,
    title="Dimensionality",
    plural="dimensionalities",
    parse=_parse,
    label=lambda concept: _LABELS[concept.dimensions],
    of_crystal=_of_crystal,
    known_by="itself",
    column=Column("dimensionality", lambda concept: concept.dimensions, _of_number, _of_word),
    in_bank=True,
    templates=TEMPLATES,
    slots=lambda concept: {"units": concept.units},
    paraphrases=_paraphrases,
    loss_weight=0.5,
    evidence="facts",
    fixed=ALL,
    completes=_completes,
    mentions=_mentions,
    table="geometry",
    criteria=(Criterion("dimensionality", "dimensionality", Truth.STATED),),
    precision_per_phrase=True,
)
