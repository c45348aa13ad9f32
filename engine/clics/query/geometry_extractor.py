"""Local environments in a query: coordination geometries, their distortion, and the class of the element at the centre.

The text has been normalised by :mod:`clics.query.normalise`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from clics.concepts import number_words, phrases
from clics.concepts.concept import Concept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.polyhedra import PolyhedraConcept
from clics.concepts.mentions import Mention, is_negated, masked
from clics.concepts.vocabulary import Vocabulary
from clics.query.polyhedron_nouns import NOUN_PATTERNS
from clics.results.description import ElementClass

_CLASS = re.compile(
    r"""
          (?P<NONMETAL>\[NONMETAL\]|\bnon[\s-]*metals?\b)
        | (?P<METALLOID>\[METALLOID\]|\bmetalloids?\b)
        | (?P<METAL>\[METAL\]|\bmetals?\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Classes of elements, by the name of the group."""
_CLAUSE_END = re.compile(r"[;.]|\b(?:and|plus|but|while|whereas|or)\b", re.IGNORECASE)
"""The end of a clause, beyond which a class belongs to another geometry."""
_CLASS_AND = re.compile(r"(?P<first>(?:non-?)?metal(?:loid)?s?)\s+(?:and|or)\s+(?:the\s+|an?\s+)?$", re.IGNORECASE)
"""The first of two joined classes: "metals and the"."""
_FOLLOWED_BY = re.compile(
    r"""
        (?:ly)? [\s(-]*
        (?:
            (?:
                distorted | coordinat(?:ed?|ion) | bonded | geometry | environments? | surroundings?
                | sites? | holes? | voids? | interstices | interstitials? | occupied | filled | by
                | cent(?:re|er)d? | of | an? | the | around | round | some | each | every | its | for
                | group | units?
            )
            [\s-]+
        )*
        $
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words between a geometry and the class after it: "octahedral sites occupied by"."""
_CLASS_LAST = re.compile(
    r"[\w\s]{0,12} ,\s* (?:an?\s+|the\s+)? (?P<centre>(?:non-?)?metal(?:loid)?s?) (?:\s+atoms?)? \W*$",
    re.IGNORECASE | re.VERBOSE,
)
"""A class after a comma at the end of the text: "tetrahedral, metal"."""
_MARK_BETWEEN = r"""
    (?:(?:\[\w+\]|metals?|non-?metals?|metalloids?|atoms?|coordinated|planar|environment|of)[\s-]+)* $
"""
"""Words between "distorted" and a geometry."""
_DISTORTED = re.compile(
    rf"\bdistorted[\s,-]+ {_MARK_BETWEEN}",
    re.IGNORECASE | re.VERBOSE,
)
_REGULAR = re.compile(
    rf"\bregular[\s,-]+ {_MARK_BETWEEN}",
    re.IGNORECASE | re.VERBOSE,
)
_DISTORTED_AFTER = re.compile(
    r"""
        \w*
        (?:\s+(?:\[\w+\]|metals?|nonmetals?|metalloids?|coordinated))*
        [\s,(]+
        (?:(?:but|and|which|that|is|are|being|group|groups|polyhedra|units?)\s+)*
        distorted\b
        (?!
            \s+ (?:\w+\s+)?
            (?:\w*hedr|\w*pyram|square|trigonal|body|linear|bent|metal|nonmetal|edge|corner|face)
        )
    """,
    re.IGNORECASE | re.VERBOSE,
)
""""Distorted" after a geometry and of it, not of a geometry that follows: "octahedral and distorted"."""
_JOINED = re.compile(
    r"\w*\s*(?:,|/|\bor\b|\band\b|\bas\s+well\s+as\b)+\s*(?:or\s+|and\s+)?(?:in\s+)?(?:distorted\s+)?", re.IGNORECASE
)
"""Words that join two geometries, so that a class of one is that of both."""

NAMED: dict[str, tuple[str, ...]] = {
    "one coordinate": ("single bond",),
    "two coordinate": ("linear", "bent [REALVAL] degrees", "water like", "L shaped"),
    "three coordinate": ("trigonal planar", "trigonal non coplanar", "T shaped"),
    "four coordinate": (
        "tetrahedral", "square co planar", "see saw like", "rectangular see saw like", "trigonal pyramidal", "q four",
    ),
    "five coordinate": ("square pyramidal", "trigonal bipyramidal", "pentagonal planar"),
    "six coordinate": ("octahedral", "pentagonal pyramidal", "hexagonal planar", "q six"),
    "seven coordinate": ("pentagonal bipyramidal", "hexagonal pyramidal"),
    "eight coordinate": ("body centered cubic", "hexagonal bipyramidal"),
    "twelve coordinate": ("cuboctahedral",),
    "bent [REALVAL] degrees": ("water like", "L shaped"),
    "see saw like": ("rectangular see saw like",),
    "single bond": ("one coordinate",),
}  # fmt: skip
"""More specific geometries that a name includes: an octahedral site is six-coordinate too."""

_ALSO_NAMED: dict[str, tuple[str, tuple[ElementClass | None, ...]]] = {
    "trigonal pyramidal": ("trigonal non coplanar", ("NONMETAL", "METALLOID")),
}
"""Further names of a geometry in robocrystallographer, by the class of the centre.

A nonmetal is the apex of its "trigonal pyramid" of three neighbours (SeO3), which is called non-coplanar.
"""

_RARE = 0.25
"""Ratio of crystals with the regular and with the distorted form below which a name means both."""


@dataclass(frozen=True, slots=True)
class _NamedGeometry:
    """The geometry that ``text[start:end]`` names.

    Attributes:
        start: First character.
        end: Character after the last.
        geometry: Its words in the vocabulary.
        classes: Classes of the centre that the text gives; empty: any.
    """

    start: int
    end: int
    geometry: str
    classes: tuple[ElementClass, ...]


def environment_mentions(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Find the local environments that a text names.

    A geometry is true of a distorted site too, unless the text contains "regular"; a search ranks by the undistorted
    one. A geometry without a class of elements may surround any class.

    Args:
        text: A normalised text, with blanks for the parts that have been read.
        vocabulary: The concepts of the model; other geometries are not found.

    Yields:
        A mention for each geometry and class, with spans in ``text``.
    """
    for named in _named_geometries(text, _geometries(vocabulary)):
        mark = _distortion(text, named)
        negated = is_negated(text, named.start, named.end)
        for element_class in named.classes or (None,):
            primary, held = _concepts(named.geometry, element_class, mark, vocabulary)
            noun = text[named.start : named.end].lower()
            if noun in phrases.GEOMETRIES and element_class is None and primary:
                # a bare noun ("octahedra") names a polyhedron rather than a site
                shapes = [PolyhedraConcept(noun, distorted) for distorted in (False, True)]
                wanted = shapes[1:] if mark == "distorted" else shapes[:1]
                held += wanted if mark else shapes
                primary = [c for c in wanted if c in vocabulary] or primary
            if primary:
                yield Mention(named.start, named.end, tuple(dict.fromkeys(held)), tuple(primary), negated)


def _concepts(
    geometry: str, element_class: ElementClass | None, mark: str | None, vocabulary: Vocabulary
) -> tuple[list[Concept], list[Concept]]:
    """Primary concepts of a geometry, and all concepts that make it true, under all its names."""
    by_geometry = _geometries(vocabulary)
    alias = _ALSO_NAMED.get(geometry)
    if alias is not None and alias[0] in by_geometry and element_class in alias[1]:
        first, second = (_concepts_of_name(name, element_class, mark, vocabulary) for name in (geometry, alias[0]))
        return first[0] + second[0], first[1] + second[1]
    return _concepts_of_name(geometry, element_class, mark, vocabulary)


def _concepts_of_name(
    geometry: str, element_class: ElementClass | None, mark: str | None, vocabulary: Vocabulary
) -> tuple[list[Concept], list[Concept]]:
    by_geometry = _geometries(vocabulary)
    known = [(is_odd, c) for centre, is_odd, c in by_geometry[geometry] if element_class in (None, centre)]
    regular, distorted = ([c for is_odd, c in known if is_odd == wanted] for wanted in (False, True))
    if mark is not None:
        primary = (distorted if mark == "distorted" else regular) or regular or distorted
        return primary, list(primary)
    usual = max(map(vocabulary.frequency, distorted), default=0)
    few = sum(map(vocabulary.frequency, regular)) < _RARE * usual  # few pentagonal pyramids are regular
    primary = regular + distorted if few or not regular else regular
    held = list(primary)
    for name in (geometry, *NAMED.get(geometry, ())):
        held += [c for centre, _, c in by_geometry.get(name, []) if element_class in (None, centre)]
    return primary, held


def _distortion(text: str, named: _NamedGeometry) -> str | None:
    """``"distorted"`` or ``"regular"`` if the text says so of a geometry."""
    if _DISTORTED.search(text, 0, named.start) or _DISTORTED_AFTER.match(text, named.end):
        return "distorted"
    return "regular" if _REGULAR.search(text, 0, named.start) else None


def _named_geometries(
    text: str, by_geometry: dict[str, list[tuple[ElementClass, bool, Concept]]]
) -> list[_NamedGeometry]:
    """All named geometries in the order of the text, each with its classes."""
    left = text
    spans: list[tuple[int, int, str]] = []
    # longer names first: "rectangular see saw like" contains "see saw like"
    for geometry in sorted(by_geometry, key=lambda words: (-len(words), words)):
        for match in list(geometry_pattern(geometry).finditer(left)):
            left = masked(left, match.start(), match.end())
            spans.append((match.start(), match.end(), geometry))
    spans.sort()
    after: list[re.Match[str] | None] = []
    for _, end, _ in spans:
        next_class = _CLASS.search(text, end)
        follows = next_class and _FOLLOWED_BY.fullmatch(text[end : next_class.start()])
        after.append(next_class if follows else None)
    taken = {next_class.start() for next_class in after if next_class}
    named: list[_NamedGeometry] = []
    for i, (start, end, geometry) in enumerate(spans):
        classes = _class_names(after[i]) or _classes_before(text, start, taken)
        if not classes and i + 1 < len(spans) and _JOINED.fullmatch(text, end, spans[i + 1][0]):
            classes = _class_names(after[i + 1])  # "octahedral or tetrahedral metal"
        if not classes and (last := _CLASS_LAST.match(text, end)):
            classes = _class_names(_CLASS.search(text, last.start("centre")))
        if not classes and named and _JOINED.fullmatch(text, named[-1].end, start):
            classes = named[-1].classes  # "metals on both octahedral and tetrahedral sites"
        named.append(_NamedGeometry(start, end, geometry, classes))
    return named


def _classes_before(text: str, start: int, taken: set[int]) -> tuple[ElementClass, ...]:
    """The nearest class before a geometry in its clause, or both of "metal and nonmetal".

    ``taken`` are the positions of classes that another geometry precedes.
    """
    clause = max((m.end() for m in _CLAUSE_END.finditer(text, 0, start)), default=0)
    before = [match for match in _CLASS.finditer(text, clause, start) if match.start() not in taken]
    if not before:
        return ()
    nearest = before[-1]
    joined = _CLASS_AND.search(text, 0, nearest.start())
    first = _CLASS.match(text, joined.start()) if joined else None
    if first is not None and first.start() not in taken and len(before) == 1:
        return (*_class_names(first), *_class_names(nearest))
    return _class_names(nearest)


@lru_cache(maxsize=512)
def geometry_pattern(words: str) -> re.Pattern[str]:
    """The pattern of all spellings of a geometry: "8-coordinate" and "eight coordinated" for ``"eight coordinate"``.

    Args:
        words: A geometry in the words of the vocabulary.
    """
    number, _, rest = words.rpartition(" ")
    if rest == "coordinate":
        digits = number_words.from_words(number)
        count = rf"(?:{digits}|{number.replace(' ', '[ -]')})"
        pattern = rf"(?<!twenty\s)(?<!twenty-)\b{count}[\s-]*(?:fold[\s-]*)?coordinat(?:ed?|ion)\b(?!\s*number)"
    elif words.startswith("bent "):
        pattern = r"\bbent\b(?:\s+(?:(?:at|by|of|about)\s+)*(?:\[REAL-?VAL\]|\d+(?:\.\d+)?)\s*(?:degrees?|°))?"
    elif words in phrases.NOUNS:
        pattern = NOUN_PATTERNS[phrases.NOUNS[words]].replace("al)", "al(?:ly)?)")
    else:
        pattern = r"\b" + r"[\s-]*".join(_WORDS.get(word, re.escape(word)) for word in words.split()) + r"\b"
    return re.compile(pattern, re.IGNORECASE)


_WORDS = {
    "co": "(?:co)?",
    "coplanar": r"(?:co[\s-]*)?planar",
    "centered": "cent(?:er|r)ed",
    "like": "(?:like|shaped)?",
    "six": "(?:six|6)",
    "four": "(?:four|4)",
    "linear": "linear(?:ly)?",
    "shaped": "shaped?",
    "bond": "bond(?:ed)?",
}
"""Patterns of words that have several spellings."""


@lru_cache(maxsize=8)
def _geometries(vocabulary: Vocabulary) -> dict[str, list[tuple[ElementClass, bool, Concept]]]:
    """Environments of a vocabulary by geometry: element class, True if distorted, concept."""
    known: dict[str, list[tuple[ElementClass, bool, Concept]]] = {}
    for concept in vocabulary.concepts(EnvironmentConcept.KIND):
        if isinstance(concept, EnvironmentConcept):
            known.setdefault(concept.geometry, []).append((concept.element_class, concept.distorted, concept))
    return known


def _class_names(match: re.Match[str] | None) -> tuple[ElementClass, ...]:
    if match is None:
        return ()
    return ("NONMETAL",) if match["NONMETAL"] else ("METALLOID",) if match["METALLOID"] else ("METAL",)
