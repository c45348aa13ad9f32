"""Local environments and connected polyhedra that a free text names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from engine.concepts import numbers, phrases
from engine.concepts.concept import Concept
from engine.concepts.description import ElementClass
from engine.concepts.mention import Mention, blanked, negated
from engine.concepts.vocabulary import Vocabulary

_ENVIRONMENT = re.compile(
    r"^\[(?P<centre>\w+)\] is bonded in an? (?P<distorted>distorted )?(?P<geometry>.+) geometry\.$"
)
_CLASS = re.compile(
    r"(?P<NONMETAL>\[NONMETAL\]|\bnon[\s-]*metals?\b)|(?P<METALLOID>\[METALLOID\]|\bmetalloids?\b)"
    r"|(?P<METAL>\[METAL\]|\bmetals?\b)",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;.]|\b(?:and|with|plus|but|while|whereas|or)\b", re.IGNORECASE)
_DISTORTED = re.compile(r"\bdistorted\s+(?:(?:\[\w+\]|metal|non-?metal|metalloid)\s+)?$", re.IGNORECASE)
_FOLLOWED_BY = re.compile(
    r"(?:ly)?[\s-]*(?:(?:coordinat(?:ed|ion)|bonded|geometry|environments?|sites?|of|an?|the)\s+)*$", re.IGNORECASE
)

_JOINED = re.compile(r"\s*(?:,|/|\bor\b|\band\b)+\s*(?:or\s+|and\s+)?(?:distorted\s+)?", re.IGNORECASE)
_SHARING_WORD = r"(?:corner|vert(?:ex|ice)|apex|edge|face)"
_JOINT = r"(?:\s*,\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+|-?\s+and\s+|-\s*(?:and|or)\s+)"
_KINDS = rf"(?P<kinds>{_SHARING_WORD}s?(?:-?{_JOINT}{_SHARING_WORD}s?)*)"
_COUNTS = "|".join(numbers.NUMBER_WORDS[1:25])
_FILLER = (
    r"(?:(?:\[POLYHEDRA\]|metal|distorted|regular|the|their|a|an|other|same|equivalent"
    rf"|(?-i:(?:[A-Z][a-z]?\d*|\([A-Z\d][\w,]*\)\d*)+)|\d+|{_COUNTS})\s+)*?"
)


def _noun_pattern(noun: str) -> str:
    """Singular, plural and adjective of a polyhedron: octahedra, octahedron, octahedral."""
    if noun.endswith("hedra"):
        return rf"(?<!\w){noun[:-1]}(?:a|ons?|al)\b"
    first, second = noun.removesuffix("s").split(" ")
    return rf"\b{first}[\s-]+{second}(?:s|al)?\b"


_NOUN_PATTERNS = {noun: _noun_pattern(noun) for noun in phrases.GEOMETRIES}


def _nouns(name: str) -> str:
    return f"(?P<{name}>" + "|".join(_NOUN_PATTERNS.values()) + ")"


_ADJECTIVE = re.compile(
    rf"(?P<distorted>distorted\s+)?\b{_KINDS}[\s-]*(?:shar(?:ing|ed)|linked|connected|joined)[\s-]+{_FILLER}{_nouns('noun')}",
    re.IGNORECASE,
)
_VERB = re.compile(
    rf"{_nouns('noun')}\s+(?:(?:that|which|are|is|both|all|only|each|,)\s+)*"
    rf"(?:shar(?:e|ing)|(?:linked|connected|joined)\s+(?:at|by|via|through))\s+(?:(?:a|an|their|common|the)\s+)*"
    rf"{_KINDS}(?:\s+(?:with|to)\s+{_FILLER}{_nouns('other')})?",
    re.IGNORECASE,
)
_MORE = re.compile(
    rf"\s*,?\s*(?:and\s+)?(?:an?\s+)?(?P<kinds>{_SHARING_WORD}s?)(?:-{_SHARING_WORD})?\s+with\s+{_FILLER}{_nouns('other')}",
    re.IGNORECASE,
)


def connection_mentions(text: str, vocabulary: Vocabulary) -> tuple[list[Mention], str]:
    """What the text says of connected polyhedra, and the text with those places blanked.

    "corner-sharing octahedra" means octahedra with octahedra; "octahedra that share corners" leaves open with what.
    """
    mentions: list[Mention] = []
    for found in list(_ADJECTIVE.finditer(text)):
        noun = _noun(found["noun"])
        if not negated(text, found.start()):
            mentions.extend(_sharing(found, noun, noun, vocabulary))
            if found["distorted"]:
                concept = Concept("polyhedra", phrases.polyhedra(noun, distorted=True))
                mentions.append(Mention(found.start("noun"), found.end(), (concept,)))
        text = blanked(text, found.start(), found.end())
    for found in list(_VERB.finditer(text)):
        noun = _noun(found["noun"])
        is_denied = negated(text, found.start())
        end = found.end()
        part: re.Match[str] | None = found
        while part is not None:
            if not is_denied:
                other = _noun(part["other"]) if part["other"] else None
                mentions.extend(_sharing(part, noun, other, vocabulary))
            end = part.end()
            part = _MORE.match(text, end)
        text = blanked(text, found.start(), end)
    return [m for m in mentions if m.concepts], text


def environment_mentions(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Every geometry that the vocabulary knows, with the element class said of it (all classes where none is said)."""
    by_geometry = _geometries(vocabulary)
    left = text
    places: list[tuple[int, int, str]] = []
    for geometry in sorted(by_geometry, key=lambda words: (-len(words), words)):
        for found in list(geometry_pattern(geometry).finditer(left)):
            left = blanked(left, found.start(), found.end())
            if not negated(text, found.start()):
                places.append((found.start(), found.end(), geometry))
    next_said: ElementClass | None = None
    next_start = len(text)
    for start, end, geometry in sorted(places, reverse=True):
        said = _class_said(text, start, end)
        if said is None and _JOINED.fullmatch(text, end, next_start):  # "octahedral or tetrahedral metal"
            said = next_said
        next_said, next_start = said, start
        distorted = bool(_DISTORTED.search(text, 0, start))
        concepts = [
            concept
            for centre, is_distorted, concept in by_geometry[geometry]
            if is_distorted == distorted and said in (None, centre)
        ]
        if concepts:
            yield Mention(start, end, tuple(concepts))


@lru_cache(maxsize=512)
def geometry_pattern(words: str) -> re.Pattern[str]:
    """The ways to say a geometry: ``"eight coordinate"`` is found in "8-coordinate", "eightfold coordinated"."""
    number, _, rest = words.rpartition(" ")
    if rest == "coordinate":
        digits = numbers.from_words(number)
        said = rf"(?:{digits}|{number.replace(' ', '[ -]')})"
        pattern = rf"\b{said}[\s-]*(?:fold[\s-]*)?coordinat(?:ed?|ion)\b(?!\s*number)"
        pattern += rf"|\b(?:CN|coordination\s+number)\s*(?:=|of|is)?\s*{said}\b"
    elif words.startswith("bent "):
        pattern = r"\bbent\b(?:\s+(?:\[REAL-?VAL\]|\d+(?:\.\d+)?)\s*(?:degrees?|°))?"
    elif words in phrases.NOUNS:
        pattern = _NOUN_PATTERNS[phrases.NOUNS[words]].replace("al)", "al(?:ly)?)")
    else:
        pattern = r"\b" + r"[\s-]*".join(_WORDS.get(word, re.escape(word)) for word in words.split()) + r"\b"
    return re.compile(pattern, re.IGNORECASE)


_WORDS = {
    "co": "(?:co)?",
    "coplanar": r"(?:co[\s-]*)?planar",
    "centered": "cent(?:er|r)ed",
    "like": "(?:like|shaped)?",
    "six": "(?:six|6)",
    "linear": "linear(?:ly)?",
    "shaped": "shaped?",
}


@lru_cache(maxsize=8)
def _geometries(vocabulary: Vocabulary) -> dict[str, list[tuple[ElementClass, bool, Concept]]]:
    """Geometry words → (class, distorted, concept) of the vocabulary's environments."""
    known: dict[str, list[tuple[ElementClass, bool, Concept]]] = {}
    for concept in vocabulary.concepts("environment"):
        found = _ENVIRONMENT.match(concept.phrase)
        if found is not None:
            centre: ElementClass = _class_name(found["centre"])
            known.setdefault(found["geometry"], []).append((centre, bool(found["distorted"]), concept))
    return known


def _class_name(word: str) -> ElementClass:
    return "NONMETAL" if word == "NONMETAL" else "METALLOID" if word == "METALLOID" else "METAL"


def _class_said(text: str, start: int, end: int) -> ElementClass | None:
    """The class right after the geometry ("octahedral metal"), else the nearest before it in its clause, else none."""
    after = _CLASS.search(text, end)
    if after is not None and _FOLLOWED_BY.fullmatch(text[end : after.start()]):
        return _class_name(str(after.lastgroup))
    clause = max((m.end() for m in _CLAUSE_END.finditer(text, 0, start)), default=0)
    before = list(_CLASS.finditer(text, clause, start))
    return _class_name(str(before[-1].lastgroup)) if before else None


def _sharing(found: re.Match[str], noun: str, other: str | None, vocabulary: Vocabulary) -> Iterator[Mention]:
    """One mention for every kind of sharing said ("and"), or one for all ("or"); ``other`` None means any polyhedra."""
    start, end = found.start(), found.end()
    words = re.sub(r"vert(?:ex|ice)|apex", "corner", found["kinds"].lower())
    kinds = [kind for kind in phrases.SHARINGS if kind in words]
    each: list[tuple[Concept, ...]] = []
    for kind in kinds:
        prefix = (
            f"This crystal has bondings to form {phrases.POLYHEDRA} {noun} that share {kind}s with {phrases.POLYHEDRA} "
        )
        if other is not None:
            each.append((Concept("connection", f"{prefix}{other}."),))
        else:
            each.append(tuple(c for c in vocabulary.concepts("connection") if c.phrase.startswith(prefix)))
    if re.search(r"\bor\b", words):
        yield Mention(start, end, tuple(concept for concepts in each for concept in concepts))
    else:
        for concepts in each:
            yield Mention(start, end, concepts)


def _noun(words: str) -> str:
    """The plural noun of a matched polyhedron."""
    return next(noun for noun, pattern in _NOUN_PATTERNS.items() if re.fullmatch(pattern, words, re.IGNORECASE))
