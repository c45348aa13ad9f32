"""Items of geometry in a text: each word or group of words with one meaning, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from clics.concepts.mentions import masked
from clics.query.geometry import centre_patterns, formulas, neighbour_patterns
from clics.query.geometry import item_patterns as patterns
from clics.query.geometry import vocabulary as words
from clics.query.geometry.terms import CentreRole
from clics.results.description import Sharing
from clics.results.facts import Extent, Indices

Kind = str
"""``shape``, ``number``, ``formula``, ``part``, ``element``, ``ligand``, ``centre``, ``distorted``, ``every``, ``not``,
``only``, ``sharing``, ``bare``, ``isolated``, ``unit``, ``bonding``, ``extent``, ``axis``, ``name``, ``polyhedra``, ``joint``,
``glue``; ``modified`` solids are none of ours; ``blocked`` words are no geometry."""


@dataclass(frozen=True, slots=True)
class Item:
    """Words of a text with one meaning.

    Attributes:
        kind: What they are about.
        start: First character.
        end: Character after the last.
        shapes: Symbols of shapes, any of them.
        numbers: Coordination numbers, any of them.
        least: Least coordination number.
        elements: Elements, any of them.
        group: Name of these elements.
        role: Role of a centre.
        formula: Formula of a polyhedron, or of a part of the crystal.
        ways: Ways of sharing.
        excluded: Ways of sharing that must not occur.
        dimensions: Dimensionality of a network or of the bonds.
        extent: How far the matter reaches.
        indices: Direction or plane.
        word: The words themselves, where they tell items of a kind apart.
        only: No other way of sharing occurs.
        flag: Yes or no: a noun (shape), distorted, ways joined by "or" (sharing), a plane (axis), rings (unit).
    """

    kind: Kind
    start: int
    end: int
    shapes: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    least: int = 0
    elements: tuple[str, ...] = ()
    group: str = ""
    role: CentreRole = "cation"
    formula: str = ""
    ways: tuple[Sharing, ...] = ()
    excluded: tuple[Sharing, ...] = ()
    dimensions: tuple[int, ...] = ()
    extent: Extent | None = None
    indices: Indices | None = None
    word: str = ""
    flag: bool = False
    only: bool = False


Reader = Callable[[re.Match[str]], Item | None]


def items_of(text: str) -> list[Item]:
    """All items of a text, in its order.

    Args:
        text: A text without the notation of formulas (subscripts, LaTeX), with correct spelling.
    """
    found: list[Item] = []
    left = text
    for pattern, read in _readers():
        for match in list(pattern.finditer(left)):
            item = read(match)
            if item is not None and item.end > item.start and left[item.start : item.end].strip():
                found.append(item)
                left = masked(left, item.start, item.end)
    generic = list(words.GENERIC.finditer(left))
    nouns = [
        _generic(match) for match in generic
        if not match.group().lower().endswith(_ADJECTIVES) or _of_element(left, match.end())
    ]  # fmt: skip
    formula_items = formulas.formula_items(left, text, [*found, *map(_generic, generic)])
    if any(item.kind in ("number", "formula", "bond") for item in [*found, *formula_items]):
        nouns = [_generic(match) for match in generic]  # "dipyramidal", "prismatic" alone are crystal classes
    found += nouns + formula_items
    found = formulas.without_atom_clusters(found, left)
    for item in found:
        left = masked(left, item.start, item.end)
    found += list(_elements(left))
    found = sorted((item for item in found if item.kind != "blocked"), key=lambda item: item.start)
    found = [item for place, item in enumerate(found) if item.word not in ("-", "–") or _joins_shapes(found, place)]
    return [item for place, item in enumerate(found) if item.kind != "linked" or _links(found, place)]


def _links(items: list[Item], place: int) -> bool:
    """True for "linked to", and for "linked by" and "linking" before polyhedra: not for "linked by oxygen"."""
    following = items[place + 1] if place + 1 < len(items) else None
    by = items[place].word.split()[-1] in ("by", "via", "through", "linking")
    return not by or (
        following is not None and following.kind in ("shape", "formula", "distorted", "polyhedra", "bond")
    )


def _joins_shapes(items: list[Item], place: int) -> bool:
    """True for a hyphen between two shapes: "tetrahedron-octahedron"."""
    around = (items[place - 1] if place else None, items[place + 1] if place + 1 < len(items) else None)
    return all(item is not None and item.kind in ("shape", "formula") for item in around)


_BLANKS = re.compile(r"\s+")
_SITE_AFTER = re.compile(r"\s+(?:coordinat\w+|sites?|environments?|metals?|cations?)\b", re.IGNORECASE)


def _of_element(text: str, place: int) -> bool:
    """True if an element or its site follows: "prismatic Ta", "prismatic coordination"."""
    if _SITE_AFTER.match(text, place):
        return True
    blanks = _BLANKS.match(text, place)
    return blanks is not None and words.element_pattern().match(text, blanks.end()) is not None


_ADJECTIVES = ("al", "ic", "ar", "flat", "plane", "square", "triangle", "pentagon", "hexagon")


def _generic(match: re.Match[str]) -> Item:
    noun = not match.group().lower().endswith(_ADJECTIVES)
    return Item("shape", *match.span(), word="generic", formula=match.group(), flag=noun)


def _elements(text: str) -> Iterator[Item]:
    for match in words.element_pattern().finditer(text):
        group, elements = words.elements_of(match)
        if match["element"] in patterns.AMBIGUOUS and match.start() == 0:  # "In", "As" at the start of a sentence
            continue
        yield Item("element", *match.span(), elements=elements, group=group, role="any" if not group else "cation")


@cache
def _readers() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    return (
        (patterns.PROPERTY, lambda m: Item("blocked", *m.span())),
        (patterns.FACES_OF_SOLID, lambda m: Item("modified", *m.span())),
        (patterns.ATOM_CLUSTER, lambda m: Item("modified", *m.span())),
        (patterns.AXIS, _axis),
        (patterns.name_pattern(), _name),
        (patterns.ONLY_SHARING, lambda m: Item("only", *m.span())),
        (patterns.CONTRAST, _contrast),
        (patterns.SHARING, _sharing),
        (patterns.TO_EACH, _sharing),
        (patterns.SHARE_VERB, _sharing),
        (patterns.LINKED_TO, lambda m: Item("linked", *m.span(), word=m.group().lower())),
        (patterns.LINKING, lambda m: Item("linked", *m.span(), word="linking")),
        (patterns.BY_WAYS, _sharing),
        (patterns.ISOLATED, lambda m: Item("isolated", *m.span())),
        (neighbour_patterns.OF_IONS, lambda m: Item("glue", *m.span("of"))),
        (words.symbol_pattern(), _shape),
        (patterns.CUBIC, lambda m: Item("shape", *m.span(), shapes=("CU-8",), word="cubic")),
        (patterns.square_pattern(), lambda m: Item("shape", *m.span(), shapes=("SP-4",), word="squares", flag=True)),
        (patterns.SITE_NUMBER, _site_number),
        (centre_patterns.ION_CENTRE, _ion_centre),
        (patterns.NUMBER_WITH_LIGANDS, _number_with_ligands),
        (patterns.NUMBER_AROUND, _number_with_ligands),
        (patterns.NUMBER_NEIGHBOURS, _number_with_ligands),
        (patterns.SUM, lambda m: Item("number", *m.span(), numbers=(sum(map(int, re.findall(r"\d+", m["sum"]))),))),
        (patterns.LEAST, _least_number),
        (patterns.CN, _numbers),
        (patterns.COORDINATE, _numbers),
        (patterns.NEIGHBOURS, _numbers),
        (centre_patterns.around_pattern(), _around),
        (neighbour_patterns.bond_pattern(), _bond),
        (patterns.oxoanion_pattern(), _oxoanion),
        (neighbour_patterns.ligand_pattern(), _ligand),
        (centre_patterns.centred_pattern(), _centred),
        (words.shape_pattern(), _shape),
        (patterns.of_pattern(), _of),
        (patterns.EXTENT, _extent),
        (patterns.BONDING, _bonding),
        (patterns.UNIT, _unit),
        (patterns.GLUE, lambda m: Item("glue", *m.span())),
        (patterns.EVERY, lambda m: Item("every", *m.span())),
        (patterns.ROLE, _role),
        (patterns.NOT_DISTORTED, lambda m: Item("distorted", *m.span(), word="after", flag=False)),
        (patterns.DISTORTED_AFTER, lambda m: Item("distorted", *m.span(), word="after", flag=True)),
        (patterns.DISTORTED, lambda m: Item("distorted", *m.span(), flag=True)),
        (patterns.REGULAR, lambda m: Item("distorted", *m.span(), flag=False)),
        (patterns.NOT, lambda m: Item("not", *m.span(), word=m.group().lower())),
        (patterns.BARE, lambda m: Item("bare", *m.span(), ways=_ways(m.group()))),
        (patterns.JOINT, lambda m: Item("joint", *m.span(), word=" ".join(m.group().lower().split()))),
        (patterns.POLYHEDRA, lambda m: Item("polyhedra", *m.span())),
    )


_UNIT_AFTER = re.compile(r"\s+(?:[\w-]+\s+)?(?:chains?|columns?|ribbons?|rods?|rows?|strands?)\b", re.IGNORECASE)


_MODIFIED = re.compile(
    r"\b(?:(?:mono|uni|bi|di|tri|tetra|hexa|octa)?-?(?:capped|augmented)|truncated|snub|stellated|diminished)[\s-]+$",
    re.IGNORECASE,
)


def _shape(match: re.Match[str]) -> Item | None:
    if _MODIFIED.search(match.string, 0, match.start()):  # no shape of ours: a truncated octahedron is no octahedron
        return Item("modified", *match.span())
    shapes = words.shapes_of(match)
    name = match.group().lower()
    if name == "straight" and _UNIT_AFTER.match(match.string, match.end()):
        return None
    noun = "symbol" in match.re.groupindex or not name.endswith(
        ("al", "ic", "ally", "ar", "shaped", "like", "bent", "ly")
    )
    return Item("shape", *match.span(), shapes=shapes, word=name, flag=noun)


def _numbers(match: re.Match[str]) -> Item | None:
    """Coordination numbers: one, a list ("five- or six-coordinate") or a range ("CN 6-8")."""
    named = match.groupdict()
    text = match["numbers"] or named.get("roman") or named["digits"]
    bounds = re.fullmatch(
        rf"\s*({patterns.COUNT})[\s-]*(?:-|–|\bto|\band)\s*({patterns.COUNT})\s*", text, re.IGNORECASE
    )
    between = "between" in match.group().lower()
    if bounds and (between or not re.search(r"\band\b", text)):
        numbers = tuple(range(_number(bounds[1]), _number(bounds[2]) + 1))
    else:
        numbers = tuple(map(_number, re.findall(patterns.COUNT, text, re.IGNORECASE)))
    numbers = tuple(number for number in numbers if 1 <= number <= 24)
    each = "each" if len(numbers) > 1 and not between and re.search(r"\band\b", text) else ""
    group, elements = _elements_of_centre(match)
    return (
        Item("number", *match.span(), numbers=numbers, word=each, elements=elements, group=group) if numbers else None
    )


def _elements_of_centre(match: re.Match[str]) -> tuple[str, tuple[str, ...]]:
    """The centre of which a number is told: "coordination number of Sr"."""
    found = words.element_pattern().search(match.groupdict().get("centre") or "")
    return ("", ()) if found is None else words.elements_of(found)


def _number(word: str) -> int:
    word = word.strip()
    if word in words.ROMAN:
        return words.ROMAN[word]
    return words.GREEK.get(word.lower(), 0) or words.number_of(word)


def _least(match: re.Match[str]) -> int:
    number = _number(next(value for name, value in match.groupdict().items() if name.startswith("n") and value))
    more = " ".join((match["more"] or match["beyond"] or "at least").lower().split())
    return number + (more not in ("≥", ">=", "at least", "from") and not more.endswith("equal to"))


def _site_number(match: re.Match[str]) -> Item | None:
    """Mineralogists' notation of an element with its coordination number: Al[4], [6]Al, VIIICa, Sc(VIII)."""
    if match["roman"] and not match["of_roman"]:
        return None
    number = _number(match["after"] or match["before"] or match["roman"] or match["cn"] or match["bracketed"])
    element = match["of_after"] or match["of_before"] or match["of_roman"] or match["of_cn"] or match["of_bracketed"]
    if element not in words.element_names().values() or not 1 <= number <= 24:
        return None
    if match["bracketed"] and number <= words.highest_charge(element):  # Fe(III)
        return None
    return Item("number", *match.span(), numbers=(number,), elements=(element,), role="any")


def _elements_of_ligand(words_: str) -> tuple[str, tuple[str, ...]]:
    """The name of the group (empty for one element) and the elements of a ligand: "oxygens", "S2-", "halide"."""
    plain = re.sub(r"\^?\d?[+−–-]$", "", words_)
    found = words.element_pattern().search(plain)
    return words.elements_of(found) if found is not None else words.elements_of_ion(plain)


def _least_number(match: re.Match[str]) -> Item:
    group, elements = _elements_of_ligand(match["ligand"]) if match["ligand"] else _elements_of_centre(match)
    word = "ligands" if match["ligand"] and elements else ""
    return Item("number", *match.span(), least=_least(match), elements=elements, group=group, word=word)


def _number_with_ligands(match: re.Match[str]) -> Item | None:
    """Neighbours with their element: "12 B neighbours", "surrounded by six oxygens", "of 8 Cl"."""
    group, elements = _elements_of_ligand(match["ligand"])
    ends = [_number(word) for word in re.split(r"\s*(?:-|–|\bto\b|\bor\b)\s*", match["n"], flags=re.IGNORECASE)]
    either = re.search(r"\bor\b", match["n"], re.IGNORECASE) is not None
    numbers = tuple(ends) if either else tuple(range(ends[0], ends[-1] + 1))
    if not numbers or not all(1 <= number <= 24 for number in numbers):
        return None
    return Item("number", *match.span(), numbers=numbers, elements=elements, group=group, word="ligands")


def _centred(match: re.Match[str]) -> Item | None:
    """The centre that is named as such: "oxygen-centred", "anion-centred", "centred by Ti"."""
    role: dict[str, CentreRole] = {"anion": "anion", "cation": "cation", "ligand": "anion", "metal": "cation"}
    word = (match["role"] or "").lower()
    if word:
        return Item("centre", *match.span(), role=role[word])
    if match["prefix"]:
        element = centre_patterns.element_of_prefix(match["prefix"])
        return Item("centre", *match.span(), elements=(element,), role="any")
    found = words.element_pattern().search(match["first"] or match["last"])
    if found is None:
        return None
    group, elements = words.elements_of(found)
    return Item("centre", *match.span(), elements=elements, group=group, role="any")


def _ion_centre(match: re.Match[str]) -> Item | None:
    group, elements = words.elements_of_ion(match["ion"])
    return Item("element", *match.span(), elements=elements, group=group, role="any") if elements else None


def _ligand(match: re.Match[str]) -> Item | None:
    named = match["first"] or match["last"] or match["only"] or match["ion"]
    each = [_elements_of_ligand(name) for name in re.split(r"\s*,\s*|\s+and\s+", named)]
    group = each[0][0] if len(each) == 1 else ""
    elements = tuple(dict.fromkeys(element for _, of_name in each for element in of_name))
    if not elements or (len(each) > 1 and any(name for name, _ in each)):
        return None
    return Item("ligand", *match.span(), elements=elements, group=group)


def _around(match: re.Match[str]) -> Item | None:
    found = words.element_pattern().search(match["last"] or match["inside"])
    if found is None:
        return None
    group, elements = words.elements_of(found)
    return Item(
        "centre", *match.span(), elements=elements, group=group, role="cation" if group else "any", word="around"
    )


_UNIT_BEFORE = re.compile(
    r"\b(?:layers?|sheets?|slabs?|planes?|chains?|ribbons?|columns?|rods?|strings?|rows?|strands?|frameworks?|networks?|nets?|dimers?"
    r"|trimers?|tetramers?|pairs?|rings?|groups?|clusters?|units?|islands?)\s+(?:(?:made|built|composed|consisting|formed)\s+(?:up\s+)?)?$",
    re.IGNORECASE,
)


def _of(match: re.Match[str]) -> Item | None:
    found = words.element_pattern().search(match["element"])
    if found is None or _UNIT_BEFORE.search(match.string, 0, match.start()):  # layers of Co octahedra
        return None
    group, elements = words.elements_of(found)
    role: CentreRole = "cation" if group else "any"
    return Item("of", *match.span(), elements=elements, group=group, role=role, word="made" if match["made"] else "")


def _bond(match: re.Match[str]) -> Item:
    centre, ligand = match["centre"] or match["middle"], match["ligand"] or match["end"]
    return Item("bond", *match.span(), elements=(centre,), word=ligand, role="any")


_PLANAR_BEFORE = re.compile(r"\b(?:planar|flat)\s+$", re.IGNORECASE)


def _oxoanion(match: re.Match[str]) -> Item:
    centre, ligand = patterns.oxoanions()[(match["oxoanion"] or match["after"]).casefold()]
    planar = _PLANAR_BEFORE.search(match.string, 0, match.start()) is not None and centre in ("B", "C", "N")
    return Item("bond", *match.span(), elements=(centre,), word=ligand, role="any", numbers=(3,) if planar else ())


def _role(match: re.Match[str]) -> Item:
    return Item("element", *match.span(), role="anion" if match["anion"] else "cation", word="role")


def _ways(text: str) -> tuple[Sharing, ...]:
    text = text.lower()
    ways: tuple[tuple[Sharing, str], ...] = (
        ("corner", r"corner|vert(?:ex|ic)|ap(?:ex|ic)|point"), ("edge", "edge"), ("face", "face"),
    )  # fmt: skip
    return tuple(way for way, pattern in ways if re.search(pattern, text))


def _sharing(match: re.Match[str]) -> Item | None:
    text = match.group()
    after = match.groupdict().get("adjective") is not None
    return Item(
        "sharing", *match.span(), ways=_ways(match["ways"]), flag=re.search(r"\bor\b|/", text) is not None,
        word="adjective" if after else "verb", only=re.search(r"\b(?:only|exclusively)\b", text) is not None,
    )  # fmt: skip


def _contrast(match: re.Match[str]) -> Item:
    """Ways of sharing of which one is denied: "corner- but not edge-sharing"."""
    return Item(
        "sharing", *match.span(), ways=_ways(match["ways"]), excluded=_ways(match["excluded"]), word="adjective"
    )  # fmt: skip


def _unit(match: re.Match[str]) -> Item:
    dimensions = next(number for number, name in enumerate(("finite", "chains", "layers", "framework")) if match[name])
    ring = match["ring"] is not None
    return Item(
        "unit", *match.span(), dimensions=(dimensions,), flag=ring, word="of" if match["of"] else match.group().lower()
    )


def _bonding(match: re.Match[str]) -> Item:
    dimensions = next(number for number, name in enumerate(("zero", "one", "two", "three")) if match[name])
    bare = match.group().endswith(("D", "d", "dimensional"))
    return Item("bonding", *match.span(), dimensions=(dimensions,), word="bare" if bare else "")


def _extent(match: re.Match[str]) -> Item:
    extent: Extent = "slab" if match["slab"] else "molecule" if match["molecule"] else "wire"
    return Item("extent", *match.span(), extent=extent)


_LETTERS: dict[str, Indices] = {
    "a": (1, 0, 0), "b": (0, 1, 0), "c": (0, 0, 1), "ab": (0, 0, 1), "bc": (1, 0, 0), "ac": (0, 1, 0), "basal": (0, 0, 1),
}  # fmt: skip


def _axis(match: re.Match[str]) -> Item | None:
    plane = bool(match["plane"] or match["letters"] or match["basal"])
    if match["indices"] or match["plane"]:
        parts = tuple(int(part) for part in re.findall(r"-?\d", match["indices"] or match["plane"]))
        if len(parts) == 4:  # Miller-Bravais
            parts = (*parts[:2], parts[3])
        return Item("axis", *match.span(), indices=parts, flag=plane) if len(parts) == 3 and any(parts) else None
    letters = "basal" if match["basal"] else "".join(sorted((match["letters"] or match["axis"]).lower()))
    return Item("axis", *match.span(), indices=_LETTERS[letters], flag=plane) if letters in _LETTERS else None


def _name(match: re.Match[str]) -> Item:
    name = patterns.names()[" ".join(re.split(r"[\s-]+", match["name"].lower().removesuffix("s")))]
    return Item("name", *match.span(), word=name)
