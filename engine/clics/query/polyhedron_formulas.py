"""Formulas of coordination polyhedra in a query, which become a geometry and a class of elements.

``SiO4 tetrahedra`` becomes ``metalloid tetrahedra``. Read are ``[TeO3(OH)2]``, ``[OCu4]``, ``[Ba6N]``, ``(SO4)``,
``PbX6`` and ``REO9``; the generic ``AX4E2`` of the VSEPR model; anions by name ("carbonate", "phosphate"); and the
notation of
formulas: subscripts, charges, LaTeX, HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from clics.concepts import number_words
from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.query import element_names

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_SYMBOLS = "|".join(sorted(set(ELEMENT_CLASSES) - {"H", "D", "T"}, key=len, reverse=True))
_PLACEHOLDERS = "REE|RE|Ln|TM|Me|Ur|M|T|A|X|B|R"
"""Symbols for any element at the centre of a polyhedron; ``Ur``: a uranyl ion."""

_AFTER = r"""
    (?P<after>
          \s+ (?:trigonal|triangular) [\s-]+ pyramid\w*
        | \s+ (?:(?:coordination|oxyanion|structural|building)\s+)?
          (?:groups?|units?|anions?|ions?|polyhedr(?:a|on)|clusters?|\w+)
        | -\w+
    )?
"""
"""The word after a formula, or two: "octahedra", "trigonal pyramids", "building units"."""
_CHARGE = r"(?:[\s^]*\d?[-−–+](?=[\s,.;)]|$))?"
_FORMULA = re.compile(
    rf"""
        (?<![\w(/-]) (?!CN) (?P<open>[\[(]?) (?P<centre>{_PLACEHOLDERS}|{_SYMBOLS}) (?:\d[+-])?
        (?P<ligand>Ch|Pn|[XMALOQφ]|{_SYMBOLS}) (?P<count>[3-9]|1[0-6]) (?P<close>[\])]?) {_CHARGE}
        (?![\w(/]|-(?:like|type|derived|based)) {_AFTER}
    """,
    re.VERBOSE,
)
"""Centre, one ligand and its number: "SiO4", "[PbX6]"."""
_SHAPE_WORD = re.compile(
    r"""
        [\s-]+
        (?:
            regular | distorted | edge | corner | face | (?!poly)\w*hedr\w* | \w*pyramid\w* | squares? | sq
            | trigonal | triang\w* | pentag\w* | hexag\w* | tet | oct | plaquettes? | pris\w*
        )
    """,
    re.VERBOSE,
)
"""A word for a geometry after a formula."""
_GROUP_AFTER = re.compile(
    rf"""
        {_SHAPE_WORD.pattern}
        | [\s-]+ (?:
            groups? | units? | anions? | ions? | polyhedr\w+ | clusters? | coordination | environments? | sites?
        ) \b
    """,
    re.VERBOSE,
)
_HALOGENS = frozenset({"F", "Cl", "Br", "I"})
_SHAPE_BEFORE = re.compile(
    r"""
        (?:
            hedr\w* | pyramid\w*
            | (?:trigonal|square) [\s-]+ (?:co)? planar
            | prism\w* | triang\w* | saw | square | totter
        )
        \s+ (?:(?:oxy)?anions?\s+|units?\s+|groups?\s+)? $
    """,
    re.VERBOSE,
)
"""A word for a geometry before a formula."""
_LIGAND = r"(?:O|F|Cl|Br|I|S|Se|Te|N|H|X|L|Q|\((?:OH2?|H2O|O|NH3)\))"
_MIXED = re.compile(
    rf"""
        (?<![\w(/-]) (?P<open>\[?) (?P<centre>{_SYMBOLS}) (?P<shell>(?:{_LIGAND}\d*){{2,4}}) (?P<close>\]?)
        {_CHARGE} {_AFTER}
    """,
    re.VERBOSE,
)
"""Centre and several ligands: "[TeO3(OH)2]"."""
_LIGANDS = re.compile(r"(?P<ligand>\((?:\w+)\)|[A-Z][a-z]?)(?P<count>\d*)")
"""A ligand and its number."""
_REVERSED = re.compile(
    rf"""
        (?<![\w(/-]) (?P<open>\[?) (?:{_SYMBOLS}|M|A) (?P<count>[2-9]|1[0-2])
        (?P<centre>N|O|C|H|F|S|Cl|Br|I|Se|P) (?P<close>\]?) {_CHARGE} (?![\w(/]) {_AFTER}
    """,
    re.VERBOSE,
)
"""Ligands before their centre: "[Ba6N]"."""
_PLANAR_CENTRES = frozenset({"C", "N", "B"})


def _centre(symbol: str, count: int) -> str:
    if symbol in ("X", "T"):
        return "atom"
    if symbol not in ELEMENT_CLASSES or symbol == "Ur" or (symbol == "B" and count > 4):
        return "metal"
    return ELEMENT_CLASSES[symbol].lower()


def _shape(symbol: str, centre: str, count: int) -> str:
    if count == 6:
        return "octahedral"
    if count == 4 and centre != "metal":
        return "tetrahedral"
    if count == 3 and centre != "metal":
        return "trigonal planar" if symbol in _PLANAR_CENTRES else "trigonal non coplanar"
    return f"{number_words.to_words(count)} coordinate"


def _read(match: re.Match[str], symbol: str, count: int) -> str:
    """The words of a formula; one alone gives the geometry too: ``CO3`` becomes ``trigonal planar nonmetal``."""
    after = match["after"] or ""
    is_open, is_closed = bool(match["open"]), bool(match["close"])
    if is_open and not is_closed:  # the bracket closes later
        after = ""
    centre = _centre(symbol, count)
    lead = "" if is_open == is_closed else match["open"]
    end = match["close"] if is_closed and not is_open else ""
    if count == 3 and centre != "metal" and re.match(r"[\s-]+(?:tri\w+[\s-]+)?pyramid", after):
        return f"{lead}trigonal non coplanar {centre}{end}"
    if _SHAPE_WORD.match(after) or _SHAPE_BEFORE.search(match.string, 0, match.start()):
        return f"{lead}{centre}{end}{after}"
    return f"{lead}{_shape(symbol, centre, count)} {centre}{end}{after}"


def _formula(match: re.Match[str]) -> str:
    if not _is_group(match) and _may_be_compound(match["centre"], match["ligand"], int(match["count"])):
        return match.group()
    return _read(match, match["centre"], int(match["count"]))


def _is_group(match: re.Match[str]) -> bool:
    """True if brackets or the words beside a formula make it that of a polyhedron."""
    return (
        bool(match["open"] and match["close"])
        or _GROUP_AFTER.match(match["after"] or "") is not None
        or _SHAPE_BEFORE.search(match.string, 0, match.start()) is not None
    )


def _may_be_compound(centre: str, ligand: str, count: int) -> bool:
    """True for a formula that is a common compound if it stands alone: ``WO3``, ``ZrF4``, ``LaB6``."""
    if ligand in ELEMENT_CLASSES and ELEMENT_CLASSES[ligand] != "NONMETAL":
        return True
    return (
        _centre(centre, count) == "metal"
        and centre in ELEMENT_CLASSES
        and (count == 3 or (ligand in _HALOGENS and count < 6))
    )


def _mixed(match: re.Match[str]) -> str:
    """A formula of several ligands: only in brackets or before a shape, since a compound is written like it."""
    count = sum(int(part["count"] or 1) for part in _LIGANDS.finditer(match["shell"]) if part["ligand"] != "H")
    is_group = bool(match["open"] and match["close"]) or _SHAPE_WORD.match(match["after"] or "")
    if not is_group or not 3 <= count <= 12 or (ELEMENT_CLASSES[match["centre"]] == "NONMETAL" and count > 4):
        return match.group()
    return _read(match, match["centre"], count)


def _reversed(match: re.Match[str]) -> str:
    is_group = bool(match["open"] and match["close"]) or _SHAPE_WORD.match(match["after"] or "")
    return _read(match, match["centre"], int(match["count"])) if is_group else match.group()


_MOLECULES = {
    "2": "linear", "2E": "bent", "2E2": "bent", "2E3": "linear", "3": "trigonal planar", "3E": "trigonal non coplanar",
    "3E2": "T shaped", "4": "tetrahedral", "4E": "see saw like", "4E2": "square co planar", "5": "trigonal bipyramidal",
    "5E": "square pyramidal", "6": "octahedral", "6E": "six coordinate", "7": "pentagonal bipyramidal",
}  # fmt: skip
"""Geometries of the VSEPR model, by the number of ligands X and of lone pairs E around A."""


def _molecule(match: re.Match[str]) -> str:
    if _SHAPE_WORD.match(match.string, match.end()) or _SHAPE_BEFORE.search(match.string, 0, match.start()):
        return ""
    return _MOLECULES.get(match["type"].removesuffix("E1") or "", match.group())


_GROUP_OF = (
    ("nonmetal", "trigonal planar", "carbonate|nitrate"),
    ("metalloid", "trigonal planar", "orthoborate"),
    ("nonmetal", "tetrahedral", "phosphate|sulph?ate|selenate|perchlorate|periodate"),
    ("metalloid", "tetrahedral", "silicate|germanate|arsenate|silica"),
    ("nonmetal", "trigonal non coplanar", "selenite|sulph?ite|iodate|bromate|chlorate"),
    ("metalloid", "trigonal non coplanar", "arsenite|tellurite|antimonite"),
    (
        "metal",
        "",
        "vanadate|molybdate|tungstate|chromate|titanate|niobate|tantalate|zirconate|aluminate|gallate|stannate",
    ),
    ("metalloid", "", "borate|tellurate|antimonate"),
)
_GROUP_WORD = r"(?=\s+(?:oxy-?anions?|anions?|groups?|units?|ions?|tetrahedr\w+|triang\w+|octahedr\w+|pyramids?)\b)"


def _named_group(centre: str, shape: str) -> Callable[[re.Match[str]], str]:
    def words(match: re.Match[str]) -> str:
        shaped = re.match(r"\s+(?:tetra|octa|triang|pyramid)", match.string[match.end() :])
        return centre if shaped or not shape else f"{shape} {centre}"

    return words


_HALIDE = r"(?:oxide|halide|fluoride|chloride|bromide|iodide|sul(?:f|ph)ide|selenide|telluride|nitride|chalcogenide)"
NOTATION: tuple[Rule, ...] = (
    (re.compile(r"</?su[bp]>|</?(?:i|em)>|\\(?:mathrm|text|mbox|rm|ce)\b"), ""),
    (re.compile(r"[₀-₉]"), lambda m: chr(ord(m.group()) - 0x2080 + 48)),
    (re.compile(r"[⁰¹²³⁴-⁹⁺⁻]+|\^\{[^{}]*\}"), ""),
    (re.compile(r"(?<=[A-Za-z)])\s?_\s?\{?(\d{1,2})\}?"), r"\1"),
    (re.compile(r"[${}]"), ""),
    (re.compile(r"(?<=[a-zψ])[\u2010-\u2013](?=[A-Za-z])"), "-"),
)
"""The notation of formulas; applied before all other rules."""

FORMULAS: tuple[Rule, ...] = (
    (re.compile(r"\bAX(?P<type>[2-7](?:E\d?)?)\b(?!\s+coordination\s+groups?)"), _molecule),
    (
        re.compile(
            rf"""
                \b (?P<metal>metal|{_SYMBOLS}|[a-z]{{3,}}) (?:[\s-]{_HALIDE}|[-–](?:O|F|Cl|Br|I|S|Se|N|X))
                (?=\s+(?:poly|octa|tetra)hedr)
            """,
            re.VERBOSE,
        ),
        r"\g<metal>",
    ),
    (re.compile(r"(?<![\w-])M(?:\(\d\)|\d)?(?=\s+(?:sites?|cations?|atoms?|ions?|positions?)\b)"), "metal"),
    (_MIXED, _mixed),
    (_REVERSED, _reversed),
    (_FORMULA, _formula),
    *(
        (re.compile(rf"\b(?:{names}){_GROUP_WORD}", re.IGNORECASE), _named_group(centre, shape))
        for centre, shape, names in _GROUP_OF
    ),
    (element_names.NAME, element_names.class_word),
)
"""Formulas and names of elements and anions."""
