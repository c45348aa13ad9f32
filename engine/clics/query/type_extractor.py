"""Named structures in a query: structure types of the vocabulary, and those of :mod:`clics.query.structure_types`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from clics.concepts.kinds.structure_type import StructureTypeConcept
from clics.concepts.mentions import Mention, is_negated
from clics.concepts.vocabulary import Vocabulary
from clics.query import structure_types
from clics.query.geometry.vocabulary import element_names

_LIKE = re.compile(
    r"""
        [\s-]*
        (?:
              like\b (?!\s*(?:structures?|phases?|types?|crystals?)\b|\W*$)
            | type\s+ (?:face|edge|corner|vertex|anion|cation|coordination|isolated|linkage)
            | (?:(?:like|type|related|derived)\s+)?
              (?:
                  layers? | slabs? | sheets? | blocks? | ribbons? | chains? | columns? | arrangement
                  | arrays? | units? | modules? | fragments? | ordering | stacking | packing | interlayers?
                  | rods? | cages? | cavit(?:y|ies)
              )
              \b
        )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words after a name that make it a comparison: "spinel-like corner sharing"."""
_SUBSCRIPTS = {ord(letter): str(digit) for digit, letter in enumerate("₀₁₂₃₄₅₆₇₈₉")}
_AS_IN = re.compile(r"\b(?:as|like|known|(?<!X\s)sites?)\s+(?:in|of|from)\s+(?:the\s+)?$", re.IGNORECASE)
_LATTICE_NAMES = frozenset({"fcc", "bcc", "ccp", "hcp", "hexagonal close packed", "hexagonal close-packed"})
_OF_ATOMS = re.compile(r"\s+(?:structures?|metals?|type)\b", re.IGNORECASE)


@lru_cache(maxsize=4)
def _type_names(vocabulary: Vocabulary) -> tuple[tuple[str, StructureTypeConcept], ...]:
    """The name without differences of case, and the concept, of every structure type of the vocabulary."""
    return tuple(
        (concept.name.casefold(), concept)
        for concept in vocabulary.concepts(StructureTypeConcept.KIND)
        if isinstance(concept, StructureTypeConcept)
    )


@lru_cache(maxsize=64)
def _type_patterns(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The name of a structure type before "structure" or "type", and the name alone."""
    escaped = re.escape(name)
    return (
        re.compile(rf"(?<![\w-]){escaped}(?=[\s-]+(?:crystal\s+)?(?:structured?|type|prototype)\b)", re.IGNORECASE),
        re.compile(rf"\s*{escaped}\s*", re.IGNORECASE),
    )


def structure_mentions(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Find the structure types that a text names.

    A name of the vocabulary as the whole text or before "structure", "type", "prototype"; or one of
    :mod:`clics.query.structure_types` anywhere, where the search aims at the prototype.

    Args:
        text: A text as typed, with blanks for the parts that have been read.
        vocabulary: The concepts of the model.

    Yields:
        A mention for each structure type, with spans in ``text``.
    """
    folded = text.casefold()
    for name, concept in _type_names(vocabulary):
        if name not in folded:  # compiling the patterns of all names would take longer than a search
            continue
        before, whole = _type_patterns(concept.name)
        is_element = name in element_names()
        match = before.search(text) or (None if is_element and text != text.strip() else whole.fullmatch(text))
        if match is not None:
            prototype = structure_types.named(concept.name)
            held = prototype.concepts() if prototype is not None else (concept,)
            yield Mention(match.start(), match.end(), held, (concept,))
            return
    for match in structure_types.NAME.finditer(text.translate(_SUBSCRIPTS)):
        prototype = structure_types.named(match["name"])
        is_lattice = match["name"].lower() in _LATTICE_NAMES and not _OF_ATOMS.match(text, match.end())
        is_simile = _LIKE.match(text, match.end()) or _AS_IN.search(text, 0, match.start())
        if prototype is None or is_lattice or is_simile:
            continue
        negated = is_negated(text, match.start(), match.end())
        yield Mention(match.start(), match.end(), prototype.concepts(), (prototype.concept,), negated)
