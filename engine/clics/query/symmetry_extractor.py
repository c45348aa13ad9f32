"""Space groups in a query: Hermann–Mauguin, Schoenflies and Hall symbols, numbers, and groups of structure types.

Families of space groups (crystal systems, point groups) are read by :mod:`clics.query.family_extractor`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clics.concepts import number_words
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.concepts.mentions import Mention, is_negated, masked
from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.query import structure_types
from clics.symmetry import hall_symbols, space_groups
from clics.symmetry.space_groups import SpaceGroupType

_NUMBER = re.compile(
    r"""
        (?:
              \b (?:space|sp) [\s-]* (?:groups?|grp?) (?:\s+(?:is|of))?
              (?:\s*(?:type|number|no\.?|nr\.?|n[°º]|\#))?
            | \b(?:sp?g|sgr|sgno|spgr)\b\.? | \bsg(?=\d) | \bgroup\b,? | \b(?:it[a]?\s+)?n[or]\.
            | \b (?:ita?\s+)? (?<!coordination\s) numbers?
            | \b(?-i:No|Nr|N[°º])(?!\w) | n[°º] | \#
        )
        \s* [:=#]?\s* \(? (?:(?:no|nr)\.?\s*)? (?P<number>\d{1,3}) \b (?![\d_/.-])
        (?!\s*-?\s*(?:fold|coordinat|neighbou?r|elements?\b|metals?\b|cations?\b|atoms?\b))
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A number after its name: "space group 225", "SG no. 62", "#194"."""
_NUMBER_BEFORE = re.compile(
    r"(?<![\w.-])(?P<number>\d{1,3}|(?:one|two)\s+hundred[\w\s-]*?)\s+space[\s-]*group\b", re.IGNORECASE
)
"""A number before its name: "225 space group"."""
_NUMBER_OR = re.compile(r"(?<![\w.-])(?P<number>\d{1,3})\s+or\s+(?=\d{1,3}\s+space[\s-]*group\b)", re.IGNORECASE)
"""The first of two numbers before their name: "62 or 63 space group"."""
_SCHOENFLIES = re.compile(
    r"""
          (?<!\w)
          (?:
              [CD]_?\{?[2346]?_?[hvdi]?\}? | [CD]_?\{?[12346]\}? | C_?\{?[si]\}? | S_?4 | T_?\{?[hd]?\}?
              | O_?\{?h?\}?
          )
          \s? (?:\^\{?\s*|-(?=\d)) (?P<order>\d{1,2}) \}?
        | (?<!\w) (?-i:Oh|Td|Th|D[2346][hd]|C[2346][hv]) (?:10|[1-9]\d?) \b
    """,
    re.VERBOSE,
)
"""A Schoenflies symbol of a space group, whose order is a superscript: "D_{2h}^{16}", "Oh5"."""
_TOKEN = re.compile(r"\S+")
_SYMBOL_START = re.compile(r"[PABCIFR]", re.IGNORECASE)
_SYMBOL_PART = re.compile(
    r"""
          (?:bar|(?:[-−]|\\bar|[{}$_/\dmnabcde]|[₀-₉]|[\u0304\u0305]|\(-?\d\))+) [.,;:)]?$
        | \d?:[HR12]$ | [HSZ]$
    """,
    re.VERBOSE,
)
"""A further token of a symbol with blanks: "P 6_3 / m m c", "F d -3 m :2"."""
_LONGEST = 7
"""Tokens of the longest symbol with blanks."""
_ENGLISH = frozenset({"ana", "ban", "bam", "cam", "fan", "can", "cab"})
"""Words that could be read as symbols without regard to case."""
_LATEX = re.compile(r"(?:[(\[\"'“]|\$|\\\(|:math:`|\\(?:mbox|text|mathrm|rm)\b\{?)+")
"""Brackets, quotation marks and LaTeX commands before a symbol."""
_PROTOTYPE_LABEL = re.compile(
    r"""
        (?<!\w) (?:[A-Z]\d*)+ _[aomthc][PSABCFIR]\d+_ (?P<number>\d{1,3}) (?:_[a-zA-Z\d]+)+ (?:[.#-]\d+)*
        (?!\w)
    """,
    re.VERBOSE,
)
"""A label of the AFLOW encyclopedia of prototypes, which has the number of the space group in it."""
_TRIM = "()[]\"'“”.,;:?!"
_CONTEXT_BEFORE = re.compile(
    r"""
        (?:
              space[\s-]* groups? (?:\s+(?:symbol|type|is|of))?
            | \bsp?g | symmetry
            | crystalli[sz] (?:es?|ed|ing) \s+ in (?:\s+the)? (?:\s+\w+)?
            | \b (?:triclinic|monoclinic|orthorhombic|tetragonal|trigonal|rhombohedral|hexagonal|cubic)
        )
        \s* [:=]?\s* $
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words before a symbol that make a space group of it."""
_AFTER_SYSTEM = re.compile(
    r"\b(?:triclinic|monoclinic|orthorhombic|tetragonal|trigonal|rhombohedral|hexagonal|cubic),\s*$", re.IGNORECASE
)
"""A crystal system and a comma before a symbol: "cubic, Pm-3m"."""
_CONTEXT_AFTER = re.compile(
    r"""
        \s*
        (?:
            [,(]?\s*
            (?:
                space[\s-]*group | symmetry | \bsp?g\b | monoclinic | triclinic | orthorhombic | tetragonal
                | \((?:no\.?\s*)?\d
            )
        )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words after a symbol that make a space group of it."""
_OF_TYPE = re.compile(
    r"(?:[\s-]*(?:type|structure|like))*[\s-]*(?:space[\s-]*)?(?:group|symmetry|setting)\b", re.IGNORECASE
)
"""The words after the name of a structure type that ask for its space group: "rutile-type symmetry"."""


def symmetry_mentions(text: str) -> Iterator[Mention]:
    """Find the space groups that a text names by a symbol in any usual spelling, a number or a structure type.

    A bare number counts only when it is the whole text, and a symbol that is also an element or a formula (``Pb``,
    ``Cm``, ``P4``) only when it is the whole text or words such as "space group" stand beside it.

    Args:
        text: A text as typed, with blanks for the parts that have been read.

    Yields:
        A mention for each space group, with spans in ``text``.
    """
    if re.fullmatch(r"\s*\d{1,3}\s*", text):
        yield from _numbered(text, 0, len(text), int(text))
        return
    for match in _NUMBER.finditer(text):
        yield from _numbered(text, match.start(), match.end("number"), int(match["number"]))
    for pattern in (_NUMBER_BEFORE, _NUMBER_OR):
        for match in pattern.finditer(text):
            yield from _numbered(text, match.start("number"), match.end("number"), _whole(match["number"]))
    for match in list(_PROTOTYPE_LABEL.finditer(text)):
        yield from _numbered(text, match.start(), match.end(), int(match["number"]))
        text = masked(text, match.start(), match.end())
    for match in _SCHOENFLIES.finditer(text):
        group = space_groups.by_schoenflies(match.group())
        if group is not None:
            yield _mention(text, match.start(), match.end(), group)
    for match in hall_symbols.SYMBOL.finditer(text):
        number = hall_symbols.number_of(match["symbol"])
        if number is not None:
            yield from _numbered(text, match.start(), match.end(), number)
            text = masked(text, match.start(), match.end())
    yield from _symbols(text)
    for match in structure_types.NAME.finditer(text):
        prototype = structure_types.named(match["name"])
        after = _OF_TYPE.match(text, match.end())
        if prototype is not None and after is not None:
            yield _mention(text, match.start(), after.end(), space_groups.by_number(prototype.group))


def _whole(words: str) -> int:
    """A number in digits or words; 0 if it is none."""
    if words.isdigit():
        return int(words)
    spaced = re.sub(r"[\s-]+", " ", words.lower()).replace(" and ", " ").replace("hundred ", "hundred and ")
    try:
        return number_words.from_words(spaced)
    except KeyError:
        return 0


def _mention(text: str, start: int, end: int, group: SpaceGroupType) -> Mention:
    return Mention(start, end, (SpaceGroupConcept(group.symbol),), negated=is_negated(text, start, end))


def _numbered(text: str, start: int, end: int, number: int) -> Iterator[Mention]:
    if 1 <= number <= len(space_groups.SPACE_GROUPS):
        yield _mention(text, start, end, space_groups.by_number(number))


def _symbols(text: str) -> Iterator[Mention]:
    tokens = list(_TOKEN.finditer(text))
    index = 0
    while index < len(tokens):
        used, symbol = _symbol_at(text, tokens, index)
        if symbol is not None:
            yield _mention(text, *symbol)
        index += used


def _symbol_at(
    text: str, tokens: list[re.Match[str]], index: int
) -> tuple[int, tuple[int, int, SpaceGroupType] | None]:
    """The longest symbol that begins with a token: its number of tokens (1 if none), and its span and space group."""
    start = tokens[index].start() + len(tokens[index].group()) - len(tokens[index].group().lstrip(_TRIM + "$"))
    if begin := _LATEX.match(text, tokens[index].start()):
        start = max(start, begin.end())
    if not _SYMBOL_START.match(text, start):
        return 1, None
    last = index + 1
    while last < min(index + _LONGEST, len(tokens)) and _SYMBOL_PART.match(tokens[last].group()):
        last += 1
    for stop in range(last, index, -1):
        end = tokens[stop - 1].end()
        # a closing bracket may belong to the symbol: "P6(3)"
        for trimmed in (_TRIM.replace(")", "") + "$`", _TRIM + "$`\\"):
            cut = end - len(tokens[stop - 1].group()) + len(tokens[stop - 1].group().rstrip(trimmed))
            group = _spelled(text[start:cut])
            if group is not None and _is_meant(text, start, cut):
                return stop - index, (start, cut, group)
    return 1, None


def _spelled(words: str) -> SpaceGroupType | None:
    """The space group of a spelling in any case (``pnma``, ``FM-3M``); None if there is none."""
    return space_groups.by_spelling(words) or space_groups.by_spelling(words[:1].upper() + words[1:].lower())


def _is_meant(text: str, start: int, end: int) -> bool:
    """True if a symbol denotes a space group: it is no element or formula, or the words around it name one."""
    written = text[start:end]
    key = space_groups.spelling_key(written)
    is_standard = space_groups.by_symbol(key) is not None
    is_long = len(key) > 2 and key not in _ENGLISH
    is_formula = re.fullmatch(r"[A-Z][a-z]?", key) is not None and key in ELEMENT_CLASSES
    is_formula = is_formula or re.fullmatch("[PCFI][2-9]", key) is not None
    if is_long or (is_standard and not is_formula):
        return True
    if not is_formula and _AFTER_SYSTEM.search(text, 0, start):
        return True
    if _CONTEXT_BEFORE.search(text, 0, start) or _CONTEXT_AFTER.match(text, end):
        return True
    return is_standard and not (text[:start] + text[end:]).strip(_TRIM + " ")
