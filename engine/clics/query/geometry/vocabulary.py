"""Words of geometry in typed text as patterns: shapes, elements and their groups, numbers, ways of sharing, units."""

from __future__ import annotations

import re
from functools import cache

from clics.concepts import number_words, shape_words
from clics.data import read_rows
from clics.elements import BY_SYMBOL, ELEMENTS

_NUMBER_WORDS = sorted((word.replace("-", "[ -]") for word in number_words.NUMBER_WORDS[1:25]), key=len, reverse=True)
NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_NUMBER_WORDS)})"
"""A number to 24 in digits or words."""
GREEK = {
    "mono": 1, "bi": 2, "di": 2, "tri": 3, "tetra": 4, "quadri": 4, "penta": 5, "hexa": 6, "hepta": 7, "octa": 8, "octo": 8,
    "nona": 9, "ennea": 9, "deca": 10, "undeca": 11, "dodeca": 12, "tetradeca": 14, "hexadeca": 16,
}  # fmt: skip
ROMAN = {
    "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12, "XIV": 14,
    "XVI": 16,
}  # fmt: skip


@cache
def more_words() -> dict[str, tuple[str, ...]]:
    """Words for shapes beside those of :mod:`clics.concepts.shape_words`, by symbol; DD-20, of 20 vertices, has no measure."""
    return {symbol: tuple(words.split("; ")) for symbol, words in read_rows("typed_shapes.tsv")}


_NUMBERED = {
    "pyramid": {3: "vT-3", 4: "vTBPY-4", 5: "SPY-5", 6: "PPY-6", 7: "HPY-7"},
    "prism": {6: "TPR-6", 8: "CU-8", 10: "PPR-10", 12: "HPR-12"},
    "antiprism": {6: "OC-6", 8: "SAPR-8", 10: "PAPR-10", 12: "HAPR-12"},
    "bipyramid": {5: "TBPY-5", 6: "OC-6", 7: "PBPY-7", 8: "HBPY-8"},
    "frank kasper": {12: "IC-12", 14: "FK-14", 15: "FK-15", 16: "FK-16"},
    "planar": {3: "TP-3", 4: "SP-4", 5: "PP-5", 6: "HP-6"},
}
"""Families of shapes that a coordination number tells apart."""
GENERIC = re.compile(
    r"(?<!gonal\s)(?<!gonal-)(?<!angular\s)(?<!capped\s)(?<!capped-)(?<!augmented\s)\b(?P<anti>anti-?)?(?:(?P<bi>bi|di)?(?P<pyramid>pyramid)(?:al|s)?|(?P<prism>prism)(?:atic|s)?)\b"
    r"|\b(?P<kasper>frank[\s–-]+kasper)\b"
    r"|\b(?P<planar>(?:co-?)?planar|flat|in\s+a\s+(?:triangle|pentagon|hexagon)\b|in\s+(?:one|the\s+same|a)\s+plane)\b(?!\s+(?:layer|sheet|net))",
    re.IGNORECASE,
)
"""A pyramid or prism without a base: a coordination number beside it tells which."""


def generic_shapes(match: re.Match[str], number: int | None) -> tuple[str, ...]:
    """Shapes of a match of :data:`GENERIC` with a coordination number; all of its family without one.

    "Prismatic" beside a metal is trigonal prismatic, as in chalcogenides and in Delmas' notation of layered oxides.
    """
    name = (
        "frank kasper"
        if match["kasper"]
        else "planar"
        if match["planar"]
        else "pyramid"
        if match["pyramid"]
        else "prism"
    )
    family = _NUMBERED[("anti" if match["anti"] else "bi" if match["bi"] else "") + name]
    if number is None:
        return (family[6],) if match.group().lower().startswith("prismatic") else tuple(family.values())
    return (family[number],) if number in family else ()


_PREFIX = r"\b(anti|bi|di|tri|tetra|mono)(?=prism|pyramid|capped|augmented)"
_CAPPED = {"capped": "(?:mono-?|uni-?|singly[\\s-]+)?capped", "bicapped": "(?:bi-?|di-?|doubly[\\s-]+)capped",
           "tricapped": "(?:tri-?|triply[\\s-]+)capped", "tetracapped": "(?:tetra-?|quadruply[\\s-]+)capped"}  # fmt: skip
"""Words for one cap and more."""


def _plain(words: str) -> str:
    """The pattern of words, with any blanks and hyphens between them, and hyphens after prefixes: anti-prism."""
    parts = (word for word in re.split(r"[\s-]+", words.replace("\N{EN DASH}", "-")) if word)
    return r"[\s-]+".join(_CAPPED.get(word) or re.sub(_PREFIX, r"\1-?", re.escape(word)) for word in parts)


_SWAPS = (("triangular", "trigonal"), ("trigonal", "triangular"), ("square", "tetragonal"), ("square", "quadratic"),
          ("bipyramid", "dipyramid"))  # fmt: skip
"""Words that mean the same in the name of a solid."""


def _variants(words: str) -> set[str]:
    """The names of a solid in other words: "triaugmented triangular prism", "tetragonal antiprism", and as adjectives."""
    found = {words}
    for one, other in _SWAPS:
        found |= {
            re.sub(rf"\b{one}(?=[ -]|\b)" if one != "bipyramid" else one, other, name) for name in found if " " in name
        }
    found |= {
        f"{name}{'atic' if name.endswith('prism') else 'al'}" for name in found if name.endswith(("prism", "pyramid"))
    }
    return found | {f"{name.removesuffix('on')}al" for name in found if name.endswith("hedron")}


def _forms(words: str) -> tuple[str, ...]:
    """Words with their plural and adverb: trigonal prisms, octahedrally, cuboctahedrons."""
    if words.endswith("hedron"):
        return words, f"{words}s", f"{words[:-2]}a"
    if words.endswith(("al", "ic")):
        return words, f"{words}{'ly' if words.endswith('al') else 'ally'}"
    if words.endswith(("s", "a", "ly")):
        return (words,)
    return words, f"{words}s"


@cache
def shape_names() -> dict[str, tuple[str, ...]]:
    """Symbols of shapes by the words for them, in lower case with single blanks."""
    names: dict[str, tuple[str, ...]] = {}
    for symbol in shape_words.families():
        for words in (*shape_words.words_of(symbol), *more_words().get(symbol, ())):
            for form in (form for name in sorted(_variants(words)) for form in _forms(name)):
                key = _key(form)
                known = names.get(key, ())
                names[key] = known if symbol in known else (*known, symbol)
    for words in more_words()["DD-20"]:
        names[_key(words)] = ("DD-20",)
    for words in ("cubic", "hexagonal", "square", "pentagonal"):  # crystal systems; a base without a solid
        names.pop(words, None)
    names |= {
        "squares": ("SP-4",),
        "trigonal pyramidal": ("vT-3",),
        "trigonal pyramid": ("vT-3",),
        "trigonal pyramids": ("vT-3",),
    }
    return names


def _key(words: str) -> str:
    words = re.sub(_PREFIX.replace("(?=", r"[\s-]+(?="), r"\1", words.casefold().replace("\N{EN DASH}", "-"))
    for word, pattern in _CAPPED.items():
        words = re.sub(rf"\b{pattern}\b", word, words)
    return " ".join(re.split(r"[\s-]+", words)).strip()


@cache
def symbol_names() -> dict[str, tuple[str, ...]]:
    """Symbols of families by all symbols of shapes, of SHAPE and of IUPAC; one of IUPAC may stand for several."""
    names: dict[str, tuple[str, ...]] = {"dd-20": ("DD-20",)}
    for symbol in shape_words.families():
        for word in shape_words.symbols_of(symbol):
            known = names.get(word.casefold(), ())
            names[word.casefold()] = known if symbol in known else (*known, symbol)
    return names


@cache
def symbol_pattern() -> re.Pattern[str]:
    """Any symbol of a shape: TPR-6."""
    symbols = "|".join(re.escape(name) for name in sorted(symbol_names(), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?P<symbol>{symbols})(?![\w-])", re.IGNORECASE)


@cache
def shape_pattern() -> re.Pattern[str]:
    """Any name of a shape."""
    words = "|".join(_plain(name) for name in sorted(shape_names(), key=len, reverse=True))
    return re.compile(
        rf"(?:(?<![\w-])|(?<=\d-)|(?<=hedra-)|(?<=hedral-)|(?<=hedron-)|(?<=hedra–)|(?<=hedral–)|(?<=hedron–))(?P<name>{words})(?![a-z])",
        re.IGNORECASE,
    )


def shapes_of(match: re.Match[str]) -> tuple[str, ...]:
    """The symbols that a match of :func:`symbol_pattern` or :func:`shape_pattern` means."""
    if "symbol" in match.re.groupindex:
        return symbol_names()[match["symbol"].casefold()]
    return shape_names()[_key(match["name"])]


@cache
def element_groups() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Groups of elements by their names: the first name, and the elements."""
    groups: dict[str, tuple[str, tuple[str, ...]]] = {}
    for names, elements in read_rows("element_groups.tsv"):
        first = names.split("|")[0]
        groups |= {_key(name): (first, tuple(elements.split())) for name in names.split("|")}
    for kind in ("metal", "metalloid", "nonmetal"):
        members = tuple(element.symbol for element in ELEMENTS if element.element_class.lower() == kind)
        groups[kind] = (kind, members)
    groups["non metal"] = groups["nonmetal"]
    groups |= dict.fromkeys(("semimetal", "semi metal", "half metal element"), groups["metalloid"])
    return groups


@cache
def element_names() -> dict[str, str]:
    """Symbols of elements by their names."""
    return {name: element.symbol for element in ELEMENTS for name in element.names}


def highest_charge(symbol: str) -> int:
    """The highest oxidation state that an element may have, from above: its valence electrons, 7 for f and late d metals."""
    element = BY_SYMBOL[symbol]
    valence = element.group if element.group <= 7 else element.group - 10 if element.group >= 12 else 8
    return 7 if element.block == "f" and element.period == 7 else max(valence, element.highest_oxidation_state)


SYMBOLS = "|".join(sorted((element.symbol for element in ELEMENTS), key=len, reverse=True))
"""Any symbol of an element."""


@cache
def element_pattern() -> re.Pattern[str]:
    """An element by name or symbol, or a group of elements; with a charge after it."""
    groups = "|".join(_plain(name) for name in sorted(element_groups(), key=len, reverse=True))
    names = "|".join(sorted(element_names(), key=len, reverse=True))
    charge = r"(?:\((?:[IV]+|\d)\)|\d?[+−–](?!\w)|\^?\d[+-](?!\w)|\d?-(?=\s|$))?"
    return re.compile(
        rf"(?<![\w-])(?:(?P<group>{groups})s?(?![a-z])|(?P<name>{names})s?(?![a-z])|(?-i:(?P<element>{SYMBOLS})(?![A-Za-z\d(]|\(?\w*\[)"
        rf"|(?P<ion>{SYMBOLS})(?=\(|\d?[+−–]|\d?-(?:\s|$)|\^))){charge}",
        re.IGNORECASE,
    )


def elements_of(match: re.Match[str]) -> tuple[str, tuple[str, ...]]:
    """The name of the group (empty for an element) and the elements that a match of :func:`element_pattern` means."""
    if match["group"]:
        return element_groups()[_key(match["group"])]
    if match["name"]:
        return "", (element_names()[match["name"].casefold()],)
    return "", (match["element"] or match["ion"],)


def elements_of_ion(name: str) -> tuple[str, tuple[str, ...]]:
    """The element of a simple anion, ``("", ("F",))`` of "fluorides"; a group for "halides"."""
    names = {key: value for keys, value in read_rows("compound_names.tsv") for key in keys.split()}
    found = names.get(name.casefold().removesuffix("s"), "")
    return (name.casefold().removesuffix("s") if "|" in found else ""), tuple(filter(None, re.split(r"[,|]", found)))


def number_of(words: str) -> int:
    """A number of :data:`NUMBER`; 0 for other words."""
    if words.isdigit():
        return int(words)
    try:
        return number_words.from_words(words.casefold().replace(" ", "-"))
    except KeyError:
        return 0
