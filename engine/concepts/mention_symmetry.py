"""Space groups, their numbers, and crystal systems that a free text names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.concepts import phrases, spacegroups
from engine.concepts.concept import Concept
from engine.concepts.elements import ELEMENT_CLASSES
from engine.concepts.mention import Mention, negated
from engine.concepts.spacegroups import SpaceGroupType

_NUMBER = re.compile(
    r"(?:\bspace[\s-]*groups?(?:\s+(?:is|of))?(?:\s*(?:type|number|no\.?|nr\.?|#))?|\bsp?g|\bsg"
    r"|\b(?:it\s+)?n[or]\.|\b(?-i:No|Nr)\b|^\s*number|#)"
    r"\s*[:=#]?\s*\(?(?P<number>\d{1,3})\b(?![\d_/.-])",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\S+")
_SYMBOL_START = re.compile(r"[PABCIFR]", re.IGNORECASE)
_SYMBOL_PART = re.compile(r"(?:[-−]|\\bar|[{}$_/\dmnabcde]|[₀-₉]|[\u0304\u0305])+[.,;:)]?$")
_LONGEST = 7
_ENGLISH = frozenset({"ana", "ban", "bam", "cam", "fan", "can", "cab"})
_TRIM = "()[]\"'“”.,;:?!"
_CONTEXT_BEFORE = re.compile(
    r"(?:space[\s-]*groups?(?:\s+(?:symbol|type|is|of))?|\bsp?g|symmetry|crystalli[sz](?:es?|ed|ing)\s+in(?:\s+the)?(?:\s+\w+)?)"
    r"\s*[:=]?\s*$",
    re.IGNORECASE,
)
_CONTEXT_AFTER = re.compile(r"\s*(?:space[\s-]*group|symmetry|\bsp?g\b)", re.IGNORECASE)
_SYSTEM = re.compile(
    r"\b(?P<system>triclinic|monoclinic|orthorhombic|tetragonal|trigonal|hexagonal|cubic)"
    r"(?=\s+(?:crystals?|systems?|symmetry|lattices?|phases?|structures?|space|unit|cells?|perovskites?)\b|\W*$)",
    re.IGNORECASE,
)


def symmetry_mentions(text: str) -> Iterator[Mention]:
    """Every space group symbol in any usual spelling, every space group number, every crystal system.

    A bare number counts only when it is the whole text, and a symbol that is also an element or a formula (``Pb``,
    ``Cm``, ``P4``) only when it is the whole text or words such as "space group" stand beside it.
    """
    if re.fullmatch(r"\s*\d{1,3}\s*", text):
        yield from _numbered(text, 0, len(text), int(text))
        return
    for found in _NUMBER.finditer(text):
        yield from _numbered(text, found.start(), found.end("number"), int(found["number"]))
    yield from _symbols(text)
    for found in _SYSTEM.finditer(text):
        system = found["system"].lower()
        if not negated(text, found.start()) and not re.search(r"cent(?:er|re)d[\s-]*$", text[: found.start()]):
            members = tuple(_concept(g) for g in spacegroups.SPACE_GROUPS if g.crystal_system == system)
            yield Mention(found.start("system"), found.end("system"), members)


def _numbered(text: str, start: int, end: int, number: int) -> Iterator[Mention]:
    if 1 <= number <= len(spacegroups.SPACE_GROUPS) and not negated(text, start):
        yield Mention(start, end, (_concept(spacegroups.by_number(number)),))


def _symbols(text: str) -> Iterator[Mention]:
    tokens = list(_TOKEN.finditer(text))
    at = 0
    while at < len(tokens):
        used, mention = _symbol_at(text, tokens, at)
        if mention is not None and not negated(text, mention.start):
            yield mention
        at += used


def _symbol_at(text: str, tokens: list[re.Match[str]], at: int) -> tuple[int, Mention | None]:
    """The longest symbol that begins with token ``at``: how many tokens it takes (1 if none), and its mention."""
    start = tokens[at].start() + len(tokens[at].group()) - len(tokens[at].group().lstrip(_TRIM + "$"))
    if not _SYMBOL_START.match(text, start):
        return 1, None
    last = at + 1
    while last < min(at + _LONGEST, len(tokens)) and _SYMBOL_PART.match(tokens[last].group()):
        last += 1
    for stop in range(last, at, -1):
        end = tokens[stop - 1].end()
        end -= len(tokens[stop - 1].group()) - len(tokens[stop - 1].group().rstrip(_TRIM + "$"))
        group = _spelled(text[start:end])
        if group is not None and _is_meant(text, start, end):
            return stop - at, Mention(start, end, (_concept(group),))
    return 1, None


def _spelled(words: str) -> SpaceGroupType | None:
    """By its spelling; capitals may be missing or too many (``pnma``, ``FM-3M``)."""
    return spacegroups.by_spelling(words) or spacegroups.by_spelling(words[:1].upper() + words[1:].lower())


def _is_meant(text: str, start: int, end: int) -> bool:
    """Whether a symbol is meant as a space group: unlike any element or formula, or the words around it say so."""
    written = text[start:end]
    key = spacegroups.spelling_key(written)
    is_standard = spacegroups.by_symbol(key) is not None
    is_long = len(key) > 2 and key not in _ENGLISH
    is_formula = re.fullmatch(r"[A-Z][a-z]?", key) is not None and key in ELEMENT_CLASSES
    is_formula = is_formula or re.fullmatch("[PCFI][2-9]", key) is not None
    if is_long or (is_standard and not is_formula):
        return True
    if _CONTEXT_BEFORE.search(text, 0, start) or _CONTEXT_AFTER.match(text, end):
        return True
    return is_standard and not (text[:start] + text[end:]).strip(_TRIM + " ")


def _concept(group: SpaceGroupType) -> Concept:
    return Concept("space_group", phrases.space_group(group.symbol))
