"""Local environments that a free text names. The text is one that :mod:`clics.query.normalise` has read."""

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
from clics.query.connection_extractor import NOUN_PATTERNS
from clics.results.description import ElementClass

_CLASS = re.compile(
    r"""
          (?P<NONMETAL>\[NONMETAL\]|\bnon[\s-]*metals?\b)
        | (?P<METALLOID>\[METALLOID\]|\bmetalloids?\b)
        | (?P<METAL>\[METAL\]|\bmetals?\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CLAUSE_END = re.compile(r"[;.]|\b(?:and|plus|but|while|whereas|or)\b", re.IGNORECASE)
_CLASS_AND = re.compile(r"(?P<first>(?:non-?)?metal(?:loid)?s?)\s+(?:and|or)\s+(?:the\s+|an?\s+)?$", re.IGNORECASE)
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
_CLASS_LAST = re.compile(
    r"[\w\s]{0,12} ,\s* (?:an?\s+|the\s+)? (?P<centre>(?:non-?)?metal(?:loid)?s?) (?:\s+atoms?)? \W*$",
    re.IGNORECASE | re.VERBOSE,
)
_MARK_BETWEEN = r"""
    (?:(?:\[\w+\]|metals?|non-?metals?|metalloids?|atoms?|coordinated|planar|environment|of)[\s-]+)* $
"""
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
_JOINED = re.compile(
    r"\w*\s*(?:,|/|\bor\b|\band\b|\bas\s+well\s+as\b)+\s*(?:or\s+|and\s+)?(?:in\s+)?(?:distorted\s+)?", re.IGNORECASE
)

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
"""What else makes a geometry's words true: a metal in an octahedron has six neighbours, and so is six-coordinate."""

_ALSO_NAMED: dict[str, tuple[str, tuple[ElementClass | None, ...]]] = {
    "trigonal pyramidal": ("trigonal non coplanar", ("NONMETAL", "METALLOID")),
}
"""What robocrystallographer may call the same thing, said of these classes.

A "trigonal pyramid" of a nonmetal has it at the top of three neighbours (SeO3), which it calls non-coplanar.
"""

_RARE = 0.25
"""Where the regular form of a geometry is rarer than this share of the distorted one, its name aims at both."""


@dataclass(frozen=True, slots=True)
class _Place:
    """``text[start:end]`` names a geometry, of these classes (none: of any)."""

    start: int
    end: int
    geometry: str
    classes: tuple[ElementClass, ...]


def environment_mentions(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Every geometry that the vocabulary knows, with the element class said of it (all classes where none is said).

    A geometry is true of a distorted site too, unless the text says "regular"; it aims at the undistorted.
    """
    by_geometry = _geometries(vocabulary)
    for place in _places(text, by_geometry):
        marks = _marks(text, place)
        negated = is_negated(text, place.start, place.end)
        for said in place.classes or (None,):
            aims, held = _meant(place.geometry, said, marks, vocabulary)
            noun = text[place.start : place.end].lower()
            if noun in phrases.GEOMETRIES and said is None and aims:  # "octahedra": what is built of them
                shapes = [PolyhedraConcept(noun, how) for how in (False, True)]
                wanted = shapes[1:] if marks == "distorted" else shapes[:1]
                held += wanted if marks else shapes
                aims = [c for c in wanted if c in vocabulary] or aims
            if aims:
                yield Mention(place.start, place.end, tuple(dict.fromkeys(held)), tuple(aims), negated)


def _meant(
    geometry: str, said: ElementClass | None, marks: str | None, vocabulary: Vocabulary
) -> tuple[list[Concept], list[Concept]]:
    """What a geometry's words aim at, and all that makes them true."""
    by_geometry = _geometries(vocabulary)
    alias = _ALSO_NAMED.get(geometry)
    if alias is not None and alias[0] in by_geometry and said in alias[1]:
        first, second = (_meant_by_name(name, said, marks, vocabulary) for name in (geometry, alias[0]))
        return first[0] + second[0], first[1] + second[1]
    return _meant_by_name(geometry, said, marks, vocabulary)


def _meant_by_name(
    geometry: str, said: ElementClass | None, marks: str | None, vocabulary: Vocabulary
) -> tuple[list[Concept], list[Concept]]:
    by_geometry = _geometries(vocabulary)
    known = [(distorted, c) for centre, distorted, c in by_geometry[geometry] if said in (None, centre)]
    regular, odd = ([c for distorted, c in known if distorted == which] for which in (False, True))
    if marks is not None:
        aims = (odd if marks == "distorted" else regular) or regular or odd
        return aims, list(aims)
    usual = max(map(vocabulary.frequency, odd), default=0)
    few = sum(map(vocabulary.frequency, regular)) < _RARE * usual  # few pentagonal pyramids are regular
    aims = regular + odd if few or not regular else regular
    held = list(aims)
    for name in (geometry, *NAMED.get(geometry, ())):
        held += [c for centre, _, c in by_geometry.get(name, []) if said in (None, centre)]
    return aims, held


def _marks(text: str, place: _Place) -> str | None:
    if _DISTORTED.search(text, 0, place.start) or _DISTORTED_AFTER.match(text, place.end):
        return "distorted"
    return "regular" if _REGULAR.search(text, 0, place.start) else None


def _places(text: str, by_geometry: dict[str, list[tuple[ElementClass, bool, Concept]]]) -> list[_Place]:
    """Where geometries are named, in order, each with its classes."""
    left = text
    spans: list[tuple[int, int, str]] = []
    for geometry in sorted(by_geometry, key=lambda words: (-len(words), words)):
        for found in list(geometry_pattern(geometry).finditer(left)):
            left = masked(left, found.start(), found.end())
            spans.append((found.start(), found.end(), geometry))
    spans.sort()
    after: list[re.Match[str] | None] = []
    for _, end, _ in spans:
        next_class = _CLASS.search(text, end)
        follows = next_class and _FOLLOWED_BY.fullmatch(text[end : next_class.start()])
        after.append(next_class if follows else None)
    taken = {next_class.start() for next_class in after if next_class}
    places: list[_Place] = []
    for i, (start, end, geometry) in enumerate(spans):
        classes = _class_names(after[i]) or _classes_before(text, start, taken)
        if not classes and i + 1 < len(spans) and _JOINED.fullmatch(text, end, spans[i + 1][0]):
            classes = _class_names(after[i + 1])  # "octahedral or tetrahedral metal"
        if not classes and (last := _CLASS_LAST.match(text, end)):
            classes = _class_names(_CLASS.search(text, last.start("centre")))
        if not classes and places and _JOINED.fullmatch(text, places[-1].end, start):
            classes = places[-1].classes  # "metals on both octahedral and tetrahedral sites"
        places.append(_Place(start, end, geometry, classes))
    return places


def _classes_before(text: str, start: int, taken: set[int]) -> tuple[ElementClass, ...]:
    """The nearest class before a geometry in its clause that no other geometry stands before; "metal and nonmetal" are two."""
    clause = max((m.end() for m in _CLAUSE_END.finditer(text, 0, start)), default=0)
    before = [found for found in _CLASS.finditer(text, clause, start) if found.start() not in taken]
    if not before:
        return ()
    nearest = before[-1]
    also = _CLASS_AND.search(text, 0, nearest.start())
    first = _CLASS.match(text, also.start()) if also else None
    if first is not None and first.start() not in taken and len(before) == 1:
        return (*_class_names(first), *_class_names(nearest))
    return _class_names(nearest)


@lru_cache(maxsize=512)
def geometry_pattern(words: str) -> re.Pattern[str]:
    """The ways to say a geometry: ``"eight coordinate"`` is found in "8-coordinate", "eight coordinated"."""
    number, _, rest = words.rpartition(" ")
    if rest == "coordinate":
        digits = number_words.from_words(number)
        said = rf"(?:{digits}|{number.replace(' ', '[ -]')})"
        pattern = rf"(?<!twenty\s)(?<!twenty-)\b{said}[\s-]*(?:fold[\s-]*)?coordinat(?:ed?|ion)\b(?!\s*number)"
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


@lru_cache(maxsize=8)
def _geometries(vocabulary: Vocabulary) -> dict[str, list[tuple[ElementClass, bool, Concept]]]:
    """Geometry words → (class, distorted, concept) of the vocabulary's environments."""
    known: dict[str, list[tuple[ElementClass, bool, Concept]]] = {}
    for concept in vocabulary.concepts(EnvironmentConcept.KIND):
        if isinstance(concept, EnvironmentConcept):
            known.setdefault(concept.geometry, []).append((concept.element_class, concept.distorted, concept))
    return known


def _class_names(found: re.Match[str] | None) -> tuple[ElementClass, ...]:
    if found is None:
        return ()
    return ("NONMETAL",) if found["NONMETAL"] else ("METALLOID",) if found["METALLOID"] else ("METAL",)
