"""Elements and formulas in a query: "lithium oxides", "containing Ti and O", "SrTiO3" become conditions of a filter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from clics.concepts.mentions import Mention, is_negated, masked
from clics.data import read_rows
from clics.elements import BY_SYMBOL, ELEMENTS
from clics.query.geometry.item_patterns import names as silicate_names

_GEOMETRY_AFTER = r"""
    [\s-]+ (?:(?!with|and|or|in|of|that|which|having|contain)[\w-]+[\s-]+)?
    (?:
        ions? | anions? | ligands? | groups? | units? | oxyanions? | tetrahedr\w+ | octahedr\w+ | polyhedr\w+ | \w*hedr\w+
        | triang\w+ | pyramids? | prisms? | squares? | cubes? | antiprism\w* | sublattices? | arrays? | sites? | neighbou?rs?
        | cent(?:ered|red|er|re) | atoms?
    ) \b
    | [\s-]+ (?:(?:is|are)\s+)? (?:bonded|coordinated|surrounded|bound) \b | [\s-]+ (?:is|are) \s+ in\b
"""
"""Words after the name of a compound or element that make it a part of a geometry: "oxide ions", "phosphate tetrahedra"."""

_NUMBERS = {"binary": 2, "ternary": 3, "quaternary": 4, "quinary": 5, "senary": 6}
"""Words for the number of elements."""
_AMOUNT = r"(?:mono|di|tri|tetra|penta|hexa|hepta|octa|deca|dodeca|sesqui|sub)"
"""Number of anions in the name of a compound: "diboride", "sesquioxide"."""
_ADJECTIVE = (
    r"(?:large|larger|small|smaller|big|heavy|light|late|early|various|other|divalent|trivalent|tetravalent|monovalent)"
)
"""Adjectives before elements, which no fact is about; they are left unread."""
_JOINT = r"(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+|\s*&\s*|\s*/\s*|[\s–-]+)"


INTERMETALLIC = ",".join(element.symbol for element in ELEMENTS if element.element_class != "METAL")
"""Elements that intermetallic compounds do not contain."""


@cache
def _compounds() -> dict[str, str]:
    names = {name: elements for names, elements in read_rows("compound_names.tsv") for name in names.split()}
    return names | {"intermetallic": INTERMETALLIC}


@cache
def _groups() -> dict[str, str]:
    return {
        name: elements.replace(" ", "|")
        for names, elements in read_rows("element_groups.tsv")
        for name in names.split("|")
    }


@cache
def _names() -> dict[str, str]:
    return {name: element.symbol for element in ELEMENTS for name in element.names}


def _either(words: list[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in sorted(words, key=len, reverse=True))


@cache
def _element() -> str:
    """The pattern of an element by name or symbol, or of a group of elements."""
    symbols = "|".join(sorted(BY_SYMBOL, key=len, reverse=True))
    return rf"(?:(?:{_either([*_groups(), *_names()])})s?\b|(?-i:(?:{symbols})(?![A-Za-z\d]))(?:\((?:[IV]+|\d)\))?)"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    element = _element()
    several = rf"{element}(?:{_JOINT}{element})*"
    no = r"(?:\b(?:but|and)\s+)?(?:without|no|not\s+containing|(?:do|does)\s+not\s+contain"
    no += r"|lack(?:s|ing)?|free\s+(?:of|from)|devoid\s+of|exclud(?:es|ing)|absence\s+of)"
    compound = rf"(?:{_AMOUNT}[\s-]?)?(?:{_either([*_compounds()])})s?"
    flags = re.IGNORECASE | re.VERBOSE
    symbols = "|".join(sorted(BY_SYMBOL, key=len, reverse=True))
    silicates = _either(list(silicate_names()))
    return (
        # lithium iron phosphates, transition-metal oxides, oxides
        re.compile(
            rf"""
                (?<![\w-]) (?P<elements>{several}[\s-]+)?
                (?P<compounds>{compound}(?:(?:\s+or\s+|\s*/\s*|\s*,\s*or\s+){compound})*) \b (?!{_GEOMETRY_AFTER})(?!-)
                (?: \s+of\s+ (?:an?\s+|any\s+|some\s+|one\s+)? (?P<of>{several}) \b (?!{_GEOMETRY_AFTER})(?!-) )?
            """,
            flags,
        ),
        # separated by alkali ions, K between the layers
        re.compile(
            rf"""
                \b (?:separated|interleaved|intercalated|spaced|alternating|held\s+together|(?:charge-?\s?)?balanced)
                \s+ (?:by|with) \s+
                (?:layers\s+of\s+|sheets\s+of\s+)? (?P<elements>{several})
                (?:\s+(?:ions|cations|anions|atoms|layers|sheets|counter-?ions))? \b
              | (?<![\w-]) (?P<between>{several}) (?:\s+(?:ions|cations|anions|atoms))?
                \s+ (?:in\s+)? between \s+ (?:the\s+|these\s+|them\b)? (?:layers|sheets|slabs|chains|ribbons)? \b
            """,
            flags,
        ),
        # containing Li and O, without hydrogen
        re.compile(
            rf"""
                \b
                (?:
                    (?P<no>{no}) | contain(?:s|ing)? | includ(?:es?|ing) | compris(?:es?|ing) | with | has | have | having | of
                    | made\s+of | made\s+from
                )
                \s+ (?:the\s+elements?\s+|both\s+|any\s+|some\s+|an?\s+)? (?:{_ADJECTIVE}\s+)? (?P<elements>{several})
                (?P<also>\s+(?:atoms|in\s+(?:it|them)))?
                (?= \s*$ | \s*[,.;] | \s+(?:and|but|with|in\s+(?:space|a\b|an\b)|that|which) \b (?!{_GEOMETRY_AFTER}))
            """,
            flags,
        ),
        # zirconium nesosilicate, orthosilicate of magnesium
        re.compile(
            rf"(?<![\w-]) (?P<elements>{several}) (?=[\s-]+(?:{silicates})s?\b)"
            rf"|\b(?:{silicates})s?\s+(?:of|containing|bearing)\s+(?:an?\s+|any\s+|some\s+|one\s+)?(?:{_ADJECTIVE}\s+)?"
            rf"(?P<silicate_of>{several}) (?=\s*$|\s*[,.;])",
            flags,
        ),
        # Li-containing, Cu-based, titanium compounds
        re.compile(
            rf"""
                (?<![\w-]) (?P<elements>{several})
                (?: [\s-]+(?:contain(?:ing)|based|bearing|rich) | [\s-]+(?:compounds|materials|minerals|alloys|salts) ) \b
            """,
            flags,
        ),
        # Pt slab
        re.compile(rf"(?<![\w-]) (?P<elements>{element}) (?=[\s-]+(?:slabs?|surfaces?|films?|nanowires?)\b)", flags),
        # ternary nitrides, binary compounds
        re.compile(
            rf"(?<![\w-]) (?P<number>{'|'.join(_NUMBERS)}) (?:\s+(?:compounds?|phases?))? \b (?!-|\s+ax[ie]s)", flags
        ),
        # hydrogen-free
        re.compile(rf"(?<![\w-]) (?P<without>{several}) [\s-]+free \b", flags),
        # only Si and O
        re.compile(
            rf"""
                \b (?:(?:consist(?:s|ing)?|made|composed)\s+)? only \s+ (?:of\s+)? (?P<only>{several})
                (?=\s*$|\s*[,;])
            """,
            flags,
        ),
        # Li-Mn-O, the Cu-S system
        re.compile(
            rf"(?<![\w-]) (?P<system>(?-i:(?:{symbols})(?:[-–](?:{symbols})){{2,}})(?![\w-])"
            rf"|(?-i:(?:{symbols})(?:[-–](?:{symbols}))+)(?=\s+(?:system|phases?|compounds?|alloys?)\b)) (?:\s+system\b)?",
            flags,
        ),
        # trigonal prisms, yttrium
        re.compile(rf"(?<=,) \s* (?P<last>{several}) (?=\s*$)", flags),
        # Li Fe O; Fe and Ni but no O
        re.compile(rf"^\s* (?P<elements>{several}) (?=\s*$|\s+(?:but|without|and\s+no)\b)", flags),
    )


def composition_mentions(text: str) -> Iterator[Mention]:
    """Find the elements, names of compounds and formulas that a text names as the composition of crystals.

    Args:
        text: A text as typed, with blanks for the parts that have been read.

    Yields:
        A mention with a condition of the filter language for each, with spans in ``text``.
    """
    for match in _FORMULA.finditer(text):
        if _is_compound(match, text):
            negated = is_negated(text, match.start(), match.end())
            yield _mention(match.start(), match.end(), f"formula:{match.group()}", negated=negated)
            text = masked(text, match.start(), match.end())
    for pattern in _patterns():
        for match in list(pattern.finditer(text)):
            found = match.groupdict()
            elements = _elements(
                found.get("elements")
                or found.get("without")
                or found.get("only")
                or found.get("last")
                or found.get("system")
                or found.get("between")
                or found.get("silicate_of")
                or ""
            ) + _elements(found.get("of") or "")
            compounds = found.get("compounds")
            condition = ",".join(dict.fromkeys([*elements, *(_of_compounds(compounds) if compounds else ())]))
            words = match.group().lower()
            if found.get("system") and len(set(elements)) < len(elements):  # O-Cu-O
                continue
            if found.get("between") and _SHAPE_BEFORE.search(text, 0, match.start()):  # prismatic Na between the layers
                continue
            if "last" in found and not _NOUN_BEFORE.search(text, 0, match.start()):
                continue
            if words.startswith(("of ", "made ")) and not _WHOLE_BEFORE.search(text, 0, match.start()):
                continue
            without = "without" in found or bool(found.get("no"))
            negated = without or is_negated(text, match.start(), match.end())
            if "number" in found:
                yield _mention(
                    match.start(), match.end(), f"nelements:{_NUMBERS[found['number'].lower()]}", negated=negated
                )
                text = masked(text, match.start(), match.end())
                continue
            if "only" in found or "system" in found:
                yield Mention(match.start(), match.end(), (), filter=f"elements={condition}")
                text = masked(text, match.start(), match.end())
                continue
            if condition.endswith(INTERMETALLIC):
                condition, negated = INTERMETALLIC, not negated
            start, end = match.span("silicate_of") if found.get("silicate_of") else match.span()
            if found.get("elements") and re.search(
                rf"\b{_ADJECTIVE}\s+$", text[start : match.start("elements")], re.IGNORECASE
            ):
                start = match.start("elements")  # with large lanthanides
            yield _mention(start, end, f"elements:{condition}", negated=negated)
            text = masked(text, match.start(), match.end())


def _mention(start: int, end: int, condition: str, *, negated: bool) -> Mention:
    return Mention(start, end, (), negated=negated, filter=f"-{condition}" if negated else condition)


def _elements(words: str) -> list[str]:
    """The elements of a list of names and symbols, as a filter writes them; one value for a list with "or"."""
    found = []
    for match in re.finditer(_element(), words, re.IGNORECASE | re.VERBOSE):
        word = re.sub(r"\(.*\)", "", match.group())
        name = re.sub(r"[\s-]+", " ", word.lower())
        known = {**{key.replace("-", " "): value for key, value in _groups().items()}, **_names()}
        value = known.get(name) or known.get(name.removesuffix("s")) or (word if word in BY_SYMBOL else "")
        found += [value] if value else []
    either = re.search(r"\bor\b", words, re.IGNORECASE) is not None
    return ["|".join(found)] if either and found else found


def _of_compounds(words: str) -> list[str]:
    """The elements of "oxides" (O), or of "oxides or sulfides" (O|S)."""
    names = [re.sub(rf"^{_AMOUNT}-?(?=[a-z]{{4}})", "", name) for name in re.findall(r"[a-z]+", words.lower())]
    known = [_compounds().get(name) or _compounds().get(name.removesuffix("s")) for name in names]
    values = [value for value in known if value]
    if len(values) > 1 and all("," not in value for value in values):
        return ["|".join(values)]
    return values[0].split(",") if values else []


_NOUN_BEFORE = re.compile(
    r"(?:hedr(?:a|on)|prisms?|pyramids?|cubes?|squares?|layers?|layered|chains?|sheets?|frameworks?|networks?|silicates?"
    r"|(?<!coordination\s)(?:structures?|crystals?)|shar(?:ing|ed))\s*,$",
    re.IGNORECASE,
)
"""Words before a comma after which elements are those of the crystal: "trigonal prisms, yttrium"."""
_SHAPE_BEFORE = re.compile(r"(?:hedral|planar|prismatic|pyramidal|linear|square|coordinated?|fold)\s+$", re.IGNORECASE)
"""Words for a coordination before the element that has it."""
_WHOLE_BEFORE = re.compile(
    r"\b(?:compounds?|materials?|crystals?|phases?|structures?|minerals?|salts?|alloys?|solids?)\s+$", re.IGNORECASE
)
"""Words for a whole crystal before "of": "chain compounds of selenium", but not "coordination of selenium"."""
_SYMBOLS = "|".join(sorted(BY_SYMBOL, key=len, reverse=True))
_FORMULA = re.compile(
    rf"(?<![\w\[-])(?<!\w\()(?:(?:{_SYMBOLS}|\((?:(?:{_SYMBOLS})\d*)+\))\d*){{2,}}(?![\w(\[\]])(?!\)\w)(?!-|\s?_|\stypes?\b)"
)
_PART_AFTER = re.compile(
    r"[\s-]+(?:(?!with|and|or|in|of|that|which|having|contain)[\w-]+[\s-]+)?(?:\w*hedr\w*|\w*prism\w*|\w*pyramid\w*|layers?|chains?|sheets?|slabs?|groups?|units?|squares?|"
    r"polyhedr\w*|cubes?|ribbons?|networks?|frameworks?|rings?|planes?|clusters?|columns?)\b",
    re.IGNORECASE,
)
"""Words after a formula that make it that of a part of a crystal."""
_PART_BEFORE = re.compile(
    r"(?:hedr\w*|prisms?|pyramids?|layers?|chains?|sheets?|slabs?|networks?|frameworks?|polyhedra)\s+of\s+(?:[\w-]+\s+)?$"
    r"|(?:shar|link|connect|join)\w+\s+$",
    re.IGNORECASE,
)
_NO_FORMULAS = frozenset({"CN", "IN", "NO", "OH", "CO", "HO", "IS", "AS", "BY", "OF", "ON", "OS", "HF"})


def _is_compound(match: re.Match[str], text: str) -> bool:
    """True for a formula of several elements that is no word and no coordination polyhedron."""
    from clics.query.polyhedron_formulas import FORMULAS

    word = match.group()
    if (
        re.fullmatch(r"CN\d*", word)
        or len(set(re.findall(_SYMBOLS, word))) < 2
        or word.upper() in _NO_FORMULAS
        or not re.search(r"[a-z\d)]", word)
    ):
        return False
    if _PART_AFTER.match(text, match.end()) or _PART_BEFORE.search(text, 0, match.start()):
        return False
    return all(pattern.sub(replacement, word) == word for pattern, replacement in FORMULAS)
