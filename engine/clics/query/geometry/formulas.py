"""Formulas of coordination polyhedra (TiO6, OCu4, TiO4N2) and of parts of a crystal (CoO2 of a layer) in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from clics.elements import BY_SYMBOL
from clics.query.geometry import vocabulary as words

if TYPE_CHECKING:
    from clics.query.geometry.items import Item

LETTERS = frozenset({"M", "A", "B", "T", "X", "R", "RE", "REE", "Ln", "TM", "Me"})
"""Letters for any centre of a polyhedron."""
_GROUPS = {"RE": "rare earth", "REE": "rare earth", "Ln": "lanthanide", "TM": "transition metal"}
"""Groups of elements that letters stand for."""
_ATOM = rf"(?:{words.SYMBOLS})"
_CENTRE = rf"(?:REE|RE|Ln|TM|Me|{words.SYMBOLS}|[MATX])"
_LIGAND = rf"(?:\((?:OH2?|H2O|NH3|CN|O,OH|OH,F|O,F)\)\d*|(?:{words.SYMBOLS}|[XL])\d*)"
_FORMULA = re.compile(
    rf"(?<![\w(/\[-])(?P<open>\[|\()?(?P<centre>{_CENTRE})(?P<shell>{_LIGAND}{{1,4}})(?P<close>\]|\))?"
    rf"(?P<charge>\^?\d?[-−–+](?=[\s,.;)]|$))?(?![\w(\[]|-(?:like|type|derived|based))"
)
_PART = re.compile(
    rf"(?<![\w(/\[-])[\[(]?(?P<formula>(?:{_ATOM}\d*|(?<![\[(])\((?:{_ATOM}\d*)+\)\d+){{1,6}})[\])]?(?![\w(\[])"
)
_OXOANION = re.compile(r"(?:Si|Ge|P|As|V|S|Cr)(?:2O7|3O10|4O12|4O13|6O18)")
"""Finite groups of tetrahedra by their formulas, which no compound has."""
_PART_LIGAND = re.compile(r"\((?P<group>\w+(?:,\w+)?)\)(?P<times>\d*)|(?P<symbol>[A-Z][a-z]?)(?P<count>\d*)")
_LIGAND_SET = re.compile(rf"(?<![\w(\[])(?P<element>{_ATOM})(?P<count>[3-9]|1[0-6])(?![\w(])")
_SHAPE_NEAR = re.compile(
    r"[\s-]*(?:units?|groups?|polyhedr\w+|anions?|ions?|coordination|environments?|sites?)\b", re.IGNORECASE
)
_ADJACENT = re.compile(r"[\s-]*(?:(?:in|of|as|the|an?|mixed|anion)[\s-]+)*", re.IGNORECASE)
_UNIT_NEAR = re.compile(
    r"[\s-]*(?:(?:double|single|infinite|flat|puckered|corrugated|hexagonal|square|honeycomb|kagome|triangular)[\s-]+)*"
    r"(?P<unit>layers?|sheets?|slabs?|planes?|chains?|ribbons?|columns?|rods?|networks?|frameworks?|dimers?|groups?|units?|rings?|blocks?)\b",
    re.IGNORECASE,
)

_UNIT_OF = re.compile(
    r"\b(?P<unit>layers?|sheets?|slabs?|planes?|chains?|ribbons?|columns?|rods?|networks?|frameworks?|dimers?|rings?|blocks?)"
    r"\s+(?:(?:made|built|composed|consisting|formed)\s+(?:up\s+)?)?(?:of|from)\s+$",
    re.IGNORECASE,
)


LOWER_CASE = re.compile(
    r"(?<![\w-])(?P<letters>[a-z]{2,4})(?P<count>[3-9]|1[0-2])(?=[\s-]+(?:\w+[\s-]+)?"
    r"(?:\w*hedr\w*|\w*prisms?|\w*pyramids?|groups?|units?|layers?|chains?|sheets?|cubes?|squares?|triangles?)\b)"
)
"""A formula in small letters before polyhedra: "tio6 octahedra"."""


def in_capitals(match: re.Match[str]) -> str:
    """A formula in small letters as it should be written, if it has one centre and one ligand: ``TiO6``; unchanged otherwise."""
    letters = match["letters"]
    splits = [(letters[:at].capitalize(), letters[at:].capitalize()) for at in range(1, len(letters))]
    usual = [
        (centre, ligand)
        for centre, ligand in splits
        if centre in BY_SYMBOL
        and centre != ligand
        and ligand in {"O", "S", "Se", "Te", "F", "Cl", "Br", "I", "N", "H", "P", "As"}
    ]
    metals = [split for split in usual if split[0] in _metals()]
    best = metals if len(metals) == 1 else usual
    return f"{''.join(best[0])}{match['count']}" if len(best) == 1 else match.group()


@cache
def _anions() -> frozenset[str]:
    """Elements that are ligands of polyhedra in formulas of their own."""
    nonmetals = {symbol for symbol, element in BY_SYMBOL.items() if element.element_class == "NONMETAL"}
    return frozenset(nonmetals - {"He", "Ne", "Ar", "Kr", "Xe", "Rn"}) | {"Te", "As", "Sb", "X", "L"}


def formula_items(left: str, text: str, others: Iterable[Item]) -> list[Item]:
    """The formulas of polyhedra and of parts in a text.

    Args:
        left: The text, with blanks for the parts that have been read.
        text: The whole text.
        others: Items that were read already; a shape beside a formula makes it that of a polyhedron.
    """
    from clics.query.geometry.items import Item

    others = list(others)
    found = []
    for match in _FORMULA.finditer(left):
        unit = _unit_after(match.end(), others, text) or _unit_before(match.start(), text)
        centre, shell = match["centre"], match["shell"]
        ligands = _ligands(shell)
        if ligands is None or (centre == "A" and "B" in ligands):  # ABO3
            continue
        number = sum(ligands.values())
        beside = _beside(match.start(), match.end(), others, text)
        if not _is_polyhedron(centre, ligands, number, match, beside=beside, unit=unit):
            continue
        generic = (centre in LETTERS and centre not in BY_SYMBOL) or (centre == "B" and number > 4)
        known = tuple(element for element in ligands if element in BY_SYMBOL)
        formula = match["centre"] + _written(ligands)
        group, elements = (
            words.element_groups()[_GROUPS[centre]] if centre in _GROUPS else ("", () if generic else (centre,))
        )
        found.append(
            Item(
                "formula", *match.span(), numbers=(number,), elements=elements, group=group,
                formula=formula if len(known) == len(ligands) else "", word=",".join(known), role="cation" if generic else "any",
            )
        )  # fmt: skip
    found += _ligand_sets(left, others)
    taken = [(item.start, item.end) for item in found]
    for match in _PART.finditer(left):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        atoms = re.findall(_ATOM, match["formula"])
        before = _UNIT_OF.search(text, 0, match.start())
        after = _unit_after(match.end(), others, text)
        if len(set(atoms)) < 2:
            continue
        if after is None and (before is None or _shape_after(match.end(), others)) and not is_oxoanion(match.group()):
            continue
        found.append(Item("part", *match.span(), elements=(atoms[0],), word=atoms[-1], formula=match["formula"]))
    return found


def is_oxoanion(formula: str) -> bool:
    """True for the formula of a finite group of tetrahedra: Si2O7."""
    return _OXOANION.fullmatch(formula) is not None


def _ligand_sets(text: str, others: list[Item]) -> list[Item]:
    """Ligands with their number before a shape: "Cu4 tetrahedra", "O6 octahedra"."""
    from clics.query.geometry.items import Item

    found = []
    for match in _LIGAND_SET.finditer(text):
        if any(item.kind == "shape" and item.flag and 0 < item.start - match.end() <= 2 for item in others):
            count, element = int(match["count"]), match["element"]
            found.append(
                Item(
                    "number",
                    *match.span(),
                    numbers=(count,),
                    elements=(element,),
                    word="ligands",
                    formula=match.group(),
                )
            )
    return found


_CLUSTERS = {"IC-12": {"B"}, "T-4": {"P", "As", "Sb", "Si", "Ge", "Sn"}, "OC-6": {"B", "Nb", "Mo", "Ta", "W", "Re"},
             "SP-4": {"P", "As", "Sb", "Te"}}  # fmt: skip
"""Elements of which clusters without a centre are known in a shape: B12 icosahedra, P4 tetrahedra, Mo6 octahedra."""


def without_atom_clusters(items: list[Item], left: str) -> list[Item]:
    """Items without the shapes of clusters, which surround no atom, unless the text names one as their centre.

    Args:
        items: The items that were read.
        left: The text, with blanks for those that were read before its formulas.
    """
    from clics.query.geometry.items import Item

    def cluster_of(item: Item) -> Item | None:
        near = [s for s in items if s.kind == "shape" and 0 < s.start - item.end <= 2]
        fits = item.word == "ligands" and near and set(item.elements) <= _CLUSTERS.get("".join(near[0].shapes), set())
        return near[0] if fits else None

    named = any(item.elements and item.kind in ("centre", "element", "of", "bond") for item in items)
    if named or words.element_pattern().search(left) is not None:
        return items
    clusters = [(item, shape) for item in items if (shape := cluster_of(item)) is not None]
    gone = [each for pair in clusters for each in pair]
    return [item for item in items if item not in gone] + [
        Item("modified", one.start, shape.end) for one, shape in clusters
    ]


def _unit_after(end: int, others: list[Item], text: str) -> str | None:
    """The unit (layer, chain, group) that a formula stands before, if any."""
    match = _UNIT_NEAR.match(text, end)
    if match is not None:
        return match["unit"].lower()
    near = [item for item in others if item.kind == "unit" and 0 <= item.start - end <= 1]
    return near[0].word if near else None


def _shape_after(end: int, others: list[Item]) -> bool:
    """True if a shape stands right after a formula."""
    return any(item.kind == "shape" and 0 <= item.start - end <= 1 for item in others)


def _unit_before(start: int, text: str) -> str | None:
    """The unit before "of" and a formula: "layers of CuF4"."""
    match = _UNIT_OF.search(text, 0, start)
    return match["unit"].lower() if match is not None else None


def _beside(start: int, end: int, others: list[Item], text: str) -> bool:
    """True if a shape, a way of sharing or a word for polyhedra stands beside a formula."""
    if _SHAPE_NEAR.match(text, end):
        return True
    near = {"shape", "sharing", "isolated", "distorted", "not"}
    return any(
        item.kind in near
        and (
            _ADJACENT.fullmatch(text, end, item.start)
            if item.start >= end
            else _ADJACENT.fullmatch(text, item.end, start)
        )
        for item in others
    )


def _is_polyhedron(
    centre: str, ligands: dict[str, int], number: int, match: re.Match[str], *, beside: bool, unit: str | None
) -> bool:
    """True if a formula is that of a polyhedron, not of a compound or of a layer."""
    if not 2 <= number <= 16 or (centre in ligands and centre not in LETTERS):
        return False
    oxidic = set(ligands) <= _anions() or centre in LETTERS
    if not oxidic and not (set(ligands) <= _metals() and centre in _anions()):
        return False
    bracketed = bool(match["open"] and match["close"])
    if len(ligands) > 1 and not beside and not bracketed:  # AlPO4, KNO3
        return False
    is_layer = unit is not None and not unit.startswith(("group", "unit"))
    if centre in LETTERS and centre not in BY_SYMBOL:
        return number >= 3 and (not is_layer or number >= 4)
    if is_layer and number < 4 and centre not in ("B", "C", "N"):
        return False
    if beside or (match["open"] and match["close"]):
        return number >= 3 or (number == 2 and beside and unit is None)
    if unit is not None:
        return number >= 3
    if not oxidic:
        return number >= 3 and len(ligands) == 1  # OCu4
    if number == 3:
        return centre in ("B", "C", "N", "S", "P", "As", "Se", "Te", "Sb") and set(ligands) == {"O"} and centre != "S"
    halides = {"F", "Cl", "Br", "I"}
    if (set(ligands) <= halides and number < 6) or "H" in ligands:
        return False
    return len(ligands) == 1 and number >= 4


@cache
def _metals() -> frozenset[str]:
    return frozenset(symbol for symbol, element in BY_SYMBOL.items() if element.element_class == "METAL")


def _ligands(shell: str) -> dict[str, int] | None:
    """Ligands and their numbers; hydrogen of a hydroxide or water molecule does not count."""
    found: dict[str, int] = {}
    for match in _PART_LIGAND.finditer(shell):
        if match["group"]:
            symbol = "N" if match["group"] in ("NH3",) else "C" if match["group"] == "CN" else "O"
            found[symbol] = found.get(symbol, 0) + int(match["times"] or 1)
        else:
            found[match["symbol"]] = found.get(match["symbol"], 0) + int(match["count"] or 1)
    return found or None


def _written(ligands: dict[str, int]) -> str:
    return "".join(f"{element}{count if count > 1 else ''}" for element, count in ligands.items())
