"""Neighbouring items that speak of the same polyhedra are joined, and centres shared between them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from clics.query.geometry import vocabulary as words
from clics.query.geometry.gaps import gap_has_content
from clics.query.geometry.items import Item
from clics.query.geometry.terms import Polyhedra

_OF_SITES = frozenset(
    {
        "shape",
        "bond",
        "of",
        "number",
        "formula",
        "element",
        "ligand",
        "centre",
        "distorted",
        "every",
        "polyhedra",
        "glue",
    }
)


@dataclass(slots=True)
class Cluster:
    """Neighbouring items about the same polyhedra."""

    items: list[Item] = field(default_factory=list)
    polyhedra: Polyhedra = field(default_factory=Polyhedra)
    every: bool = False
    negated: bool = False
    noun: bool = False
    generic: Item | None = None
    kind: str = "cluster"

    @property
    def start(self) -> int:
        """First character."""
        return min(item.start for item in self.items)

    @property
    def end(self) -> int:
        """Character after the last."""
        return max(item.end for item in self.items)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The places of its words."""
        return [(item.start, item.end) for item in self.items]

    @property
    def says_something(self) -> bool:
        """True if it has more than a centre: an element alone is no geometry."""
        p = self.polyhedra
        irregular = p.distorted is not None and any(item.kind == "polyhedra" for item in self.items)
        return bool(p.shapes or p.numbers or p.least or p.formula or p.ligands or self.generic or irregular)


# ---- clusters of items about one site ---------------------------------------------------------------------------------


def clusters_of(text: str, items: list[Item]) -> list[Cluster | Item]:
    """Join items that speak of the same site; other items stay as they are."""
    parts: list[Cluster | Item] = []
    current: Cluster | None = None
    last_end, negation = 0, None
    for item in items:
        if current is not None and gap_has_content(text, last_end, item.start):
            parts.append(current)
            current = None
        if item.kind in _OF_SITES:
            added = current is not None and _add(current, item)
            if not added:
                if current is not None:
                    parts.append(current)
                current = Cluster()
                _add(current, item)
                if negation is not None:
                    current.negated, negation = True, None
        elif (
            item.kind == "joint"
            and current is not None
            and (
                _continues(current, item, items) or _lists(current, item, items) or _lists_before(current, item, items)
            )
        ):
            current.items.append(item)
        else:
            if current is not None:
                parts.append(current)
                current = None
            if item.kind == "not":
                negation = item
            parts.append(item)
            if item.kind not in ("not", "joint"):
                negation = None
        last_end = max(last_end, item.end)
    if current is not None:
        parts.append(current)
    return [part for part in parts if not isinstance(part, Cluster) or _closed(part)]


def _lists(cluster: Cluster, joint: Item, items: list[Item]) -> bool:
    """True for a joint in a list of elements any of which is meant: "octahedral Mn, Ni or Cu"."""
    last = cluster.items[-1] if cluster.items else None
    is_centre = last is not None and (last.kind == "element" or last.word == "around")
    if not is_centre or not cluster.says_something or joint.word == "and":
        return False
    following = [item for item in items if item.start >= joint.start]
    length = next((i for i, item in enumerate(following) if item.kind not in ("joint", "element")), len(following))
    words_ = [item.word for item in following[:length] if item.kind == "joint"]
    return len(following) > 1 and following[1].kind == "element" and any("or" in word.split() for word in words_)


def _lists_before(cluster: Cluster, joint: Item, items: list[Item]) -> bool:
    """True for a joint in a list of elements before the shape around each: "Al and Cu octahedra"."""
    kinds = {item.kind for item in cluster.items}
    if cluster.says_something or not kinds <= {"element", "joint"} or cluster.polyhedra.group or joint.word == "with":
        return False
    following = [item for item in items if item.start >= joint.start]
    length = next((i for i, item in enumerate(following) if item.kind not in ("joint", "element")), len(following))
    listed, then = following[:length], following[length : length + 1]
    joints = [item.word for item in listed if item.kind == "joint"]
    if (
        any(item.group or item.word == "role" for item in listed)
        or not then
        or then[0].kind != "shape"
        or not then[0].flag
    ):
        return False
    return listed[-1].kind == "element" and any({"and", "or"} & set(word.split()) for word in joints)


def _continues(cluster: Cluster, joint: Item, items: list[Item]) -> bool:
    """True for a joint within what is said of one site.

    "With" before neighbours: "Mg with 12 B neighbours", "Ag with N ligands"; a comma before "around": "cubes, around Ca".
    """
    after = next((item for item in items if item.start >= joint.end), None)
    if after is None:
        return False
    if joint.word == ",":
        return after.word == "around" and cluster.says_something and not cluster.polyhedra.elements
    return joint.word == "with" and after.kind in ("number", "ligand")


def _add(cluster: Cluster, item: Item) -> bool:
    """Add an item to a cluster; False where it says something else than what the cluster has."""
    p = cluster.polyhedra
    new: Polyhedra | None = p
    match item.kind:
        case "shape" if item.word == "generic" and p.shapes and set(p.shapes) <= set(_generic(item, None)):
            pass  # Z14 Frank–Kasper
        case "shape" if item.word == "generic":
            new = None if p.shapes or cluster.generic is not None else p
            if new is not None and item.flag and _is_ligand(cluster, item):  # sulfur prisms
                new = replace(new, elements=(), group="", role="cation", ligands=p.elements, ligand_group=p.group)
            cluster.generic = item if new is not None else cluster.generic
        case "shape":
            if cluster.generic is not None and set(item.shapes) <= set(_generic(cluster.generic, None)):
                cluster.generic = None  # planar triangular
            new = replace(p, shapes=item.shapes) if not p.shapes and cluster.generic is None else None
            if new is not None and item.flag and _is_ligand(cluster, item):  # oxygen octahedra
                new = replace(new, elements=(), group="", role="cation", ligands=p.elements, ligand_group=p.group)
            if new is not None and item.shapes == ("T-4",) and _COMPRESSED.search(item.word):
                new = replace(new, distorted=True)
            cluster.noun = cluster.noun or (new is not None and item.flag)
        case "number" if item.word == "ligands":
            fits = not (p.numbers or p.least or p.ligands)
            new = replace(_with_ligands(p, item), numbers=item.numbers, least=item.least) if fits else None
        case "number":
            new = _with_number(p, item)
        case "formula":
            new = _with_formula(p, item)
        case "bond":
            fits = not (p.elements or p.ligands)
            new = replace(p, elements=item.elements, role=item.role, ligands=(item.word,)) if fits else None
            if new is not None and item.numbers and not p.numbers and cluster.generic is not None:  # planar carbonate
                new = replace(new, numbers=item.numbers)
        case "of":
            usual = item.word == "made" or (set(item.elements) <= _LIGANDS)
            is_ligand = (
                bool(p.shapes or cluster.generic) and (usual or bool(p.elements)) and p.elements != item.elements
            )
            new = _with_ligands(p, item) if is_ligand and not p.ligands else _with_centre(p, item)
        case "element" | "centre":
            last = cluster.items[-1] if cluster.items else None
            joined = last is not None and last.kind == "joint"
            new = _with_centre(p, item, joined=joined, last_end=-2 if last is None else last.end)
        case "ligand":
            new = _with_ligands(p, item) if not p.ligands else None
        case "distorted":
            # a second "distorted" belongs to the polyhedra that follow
            fits = p.distorted is None and (item.word == "after" or not cluster.noun)
            new = replace(p, distorted=item.flag) if fits else None
        case "every":
            cluster.every = True
    if new is None:
        return False
    cluster.polyhedra = new
    cluster.items.append(item)
    return True


_WITH_OXYGEN = frozenset({"uranyl", "neptunyl", "plutonyl", "vanadyl", "titanyl", "molybdenyl"})
"""Cations whose names tell that oxygen is bonded to them."""
_COMPRESSED = re.compile(r"disphenoid|\bsphenoid")
"""Tetrahedra that are longer or shorter along an axis."""
_ANIONS = frozenset({"O", "S", "Se", "Te", "F", "Cl", "Br", "I", "N", "P", "As", "Sb", "C", "H", "B", "Si", "Ge"})
"""Elements that are anions beside a metal."""
_LIGANDS = frozenset({"O", "S", "Se", "F", "Cl", "Br", "I", "N", "H"})


def _is_ligand(cluster: Cluster, noun: Item) -> bool:
    """True for the element right before a noun, where it is one of the usual ligands: "oxygen octahedra"."""
    last = cluster.items[-1] if cluster.items else None
    if last is None or last.kind != "element" or noun.start - last.end > 1 or cluster.polyhedra.ligands:
        return False
    return bool(last.elements) and set(last.elements) <= _LIGANDS


def _with_ligands(p: Polyhedra, item: Item) -> Polyhedra:
    return replace(p, ligands=item.elements, ligand_group=item.group)


def _with_number(p: Polyhedra, item: Item) -> Polyhedra | None:
    if p.numbers or p.least or (item.elements and p.elements):
        return None
    centre = replace(p, elements=item.elements, group=item.group, role=item.role) if item.elements else p
    return replace(centre, numbers=item.numbers, least=item.least)


def _with_formula(p: Polyhedra, item: Item) -> Polyhedra | None:
    if (
        p.formula
        or (p.numbers and p.numbers != item.numbers)
        or (p.elements and item.elements and p.elements != item.elements)
    ):
        return None
    ligands = tuple(filter(None, item.word.split(",")))
    elements, role = (item.elements, item.role) if item.elements else (p.elements, p.role)
    group = item.group if item.elements else p.group
    return replace(
        p, formula=item.formula, numbers=item.numbers, ligands=ligands, elements=elements, role=role, group=group
    )


def _with_centre(p: Polyhedra, item: Item, *, joined: bool = False, last_end: int = -2) -> Polyhedra | None:
    if item.word == "role" and p.elements and item.start - last_end <= 1:  # an Al cation, fluoride anions
        return p
    if item.word == "role":  # cations, anions
        return None if p.elements or (p.role != "cation" and p.role != item.role) else replace(p, role=item.role)
    if item.word == "around" and not p.elements and p.ligands and item.elements:  # squares of O around Cu
        return replace(p, elements=item.elements, group=item.group, role=item.role)
    if item.kind == "centre" and p.elements and not p.ligands:
        return replace(
            p, elements=item.elements, group=item.group, role=item.role, ligands=p.elements, ligand_group=p.group
        )
    if p.elements and joined and item.kind == "element" and not item.group:
        return replace(p, elements=p.elements + item.elements)
    in_shell = (
        bool(p.group) and len(item.elements) == 1 and item.elements[0] in _ANIONS
    )  # rare earth in tellurium prisms
    if (
        p.elements
        and (p.role in ("any", "anion") or in_shell)
        and not p.ligands
        and not p.shapes
        and not p.numbers
        and item.kind == "element"
    ):
        return _with_ligands(p, item)  # oxygen-centred Cu tetrahedra
    if p.elements and p.shapes and not p.ligands and item.kind == "element":  # Mo in a trigonal prism of S
        return _with_ligands(p, item)
    if p.elements:
        return None
    role = item.role if item.kind == "centre" or not item.group else "cation"
    with_oxygen = item.group in _WITH_OXYGEN and not p.ligands
    ligands = ("O",) if with_oxygen else p.ligands
    return replace(p, elements=item.elements, group=item.group, role=role, ligands=ligands)


def _closed(cluster: Cluster) -> bool:
    """Settle a pyramid or prism without a base by the coordination number; False for a cluster without items."""
    if cluster.generic is not None:
        number = cluster.polyhedra.numbers[0] if len(cluster.polyhedra.numbers) == 1 else None
        cluster.polyhedra = replace(cluster.polyhedra, shapes=_generic(cluster.generic, number))
        cluster.noun = True
    p = cluster.polyhedra
    if "vT-3" in p.shapes and p.numbers == (4,):
        cluster.polyhedra = replace(p, shapes=("vTBPY-4",))
    shell = next((item.formula for item in cluster.items if item.kind == "number" and item.formula), "")
    if shell and len(p.elements) == 1 and not p.group and not p.formula:  # oxygen-centred Cu4 tetrahedra
        cluster.polyhedra = replace(cluster.polyhedra, formula=f"{p.elements[0]}{shell}")
    fitting = _fitting(p.shapes, p.numbers)
    if fitting:  # Friauf polyhedra of sixteen vertices
        cluster.polyhedra = replace(cluster.polyhedra, shapes=fitting)
    return bool(cluster.items)


def _generic(item: Item, number: int | None) -> tuple[str, ...]:
    match = words.GENERIC.fullmatch(item.formula)
    return words.generic_shapes(match, number) if match is not None else ()


# ---- centres that several clusters share ------------------------------------------------------------------------------


def share_centres(text: str, parts: list[Cluster | Item]) -> None:
    """Give a cluster without centre that of its neighbour, where the words speak of one site or list several of it."""
    clusters = [(place, part) for place, part in enumerate(parts) if isinstance(part, Cluster)]
    for (place, one), (next_place, other) in pairwise(clusters):
        between = [part for part in parts[place + 1 : next_place] if isinstance(part, Item)]
        if gap_has_content(text, one.end, other.start):
            continue
        kinds = {part.kind for part in between}
        if kinds - {"joint", "not"}:
            continue
        joints = {part.word for part in between if part.kind == "joint"}
        if _lists_centre(one, other, joints):
            other.polyhedra, other.noun = one.polyhedra.with_centre(other.polyhedra), one.noun
            continue
        if one.polyhedra.shapes and other.polyhedra == Polyhedra(distorted=other.polyhedra.distorted):
            one.polyhedra = replace(one.polyhedra, distorted=other.polyhedra.distorted)  # a prism, distorted
            one.items += other.items
            continue
        if (
            joints == {","}
            and not (one.noun or one.polyhedra.elements or one.negated)
            and one.polyhedra.role == "cation"
            and one.says_something
            and other.polyhedra.elements
            and not other.says_something
            and next_place == len(parts) - 1
        ):  # CN 4, Zn
            one.polyhedra = one.polyhedra.with_centre(other.polyhedra)
            one.items += other.items
            continue
        if (
            joints == {","}
            and _is_number(other.polyhedra)
            and one.polyhedra.shapes
            and not (one.polyhedra.elements and other.polyhedra.elements)
            and not (one.negated or other.negated)
        ):
            numbers = other.polyhedra.numbers
            fitting = _fitting(one.polyhedra.shapes, numbers)
            if fitting:  # antiprisms, 8 corners
                joined = replace(one.polyhedra, shapes=fitting, numbers=numbers)
                other.polyhedra = joined.with_centre(other.polyhedra) if other.polyhedra.elements else joined
                other.items, other.noun, one.polyhedra = [*one.items, *other.items], one.noun, Polyhedra()
                one.generic = None
                continue
        has_centre, other_has = bool(one.polyhedra.elements), bool(other.polyhedra.elements)
        if (
            not has_centre
            and other_has
            and joints <= {"and", "or", ",", ", and", ", or", "/"}
            and not one.noun
            and one.says_something
        ):
            # octahedral and tetrahedral Fe
            if not other.polyhedra.formula:
                one.polyhedra = one.polyhedra.with_centre(other.polyhedra)
        elif (
            has_centre
            and joints <= {"with", ",", ";", "-", "–"}
            and not one.says_something
            and not other_has
            and other.says_something
            and other.polyhedra.role == "cation"
        ):
            # oxygen with bent coordination
            other.polyhedra = other.polyhedra.with_centre(one.polyhedra)
            other.items = [*one.items, *other.items]
        elif (
            has_centre
            and one.says_something
            and not other_has
            and other.says_something
            and other.polyhedra.role == "cation"
        ):
            compatible = _same_number(one.polyhedra, other.polyhedra)
            adjective = not other.noun and (other.negated or joints & {"and", "or"})
            if other.negated and other.noun and _speaks_of_same(between):  # NiO4 squares, not tetrahedra
                shape = replace(other.polyhedra, formula=one.polyhedra.formula, ligands=one.polyhedra.ligands)
                other.polyhedra = (shape if compatible else other.polyhedra).with_centre(one.polyhedra)
                continue
            is_shape = other.polyhedra == Polyhedra(shapes=other.polyhedra.shapes) and not other.negated
            if joints == {"with"} and compatible and one.polyhedra.formula and is_shape and not one.polyhedra.shapes:
                # VO5 with square pyramidal geometry, REO9 with a capped square antiprism
                other.polyhedra = replace(one.polyhedra, shapes=other.polyhedra.shapes)
                other.items, one.polyhedra = [*one.items, *other.items], Polyhedra()
                continue
            if joints & {"with"} or (one.polyhedra.formula and (other.noun or not compatible)):
                continue
            if adjective or (
                compatible and not other.negated and not (one.polyhedra.shapes and other.polyhedra.shapes)
            ):
                other.polyhedra = other.polyhedra.with_centre(one.polyhedra)


def _speaks_of_same(between: list[Item]) -> bool:
    """True for "not" and its like, which deny something of the same site; "no" and "without" speak of the crystal."""
    return any(
        part.kind == "not" and re.match(r"(?:but\s+|and\s+)?(?:not|rather|instead|never)\b", part.word)
        for part in between
    )


def _is_number(p: Polyhedra) -> bool:
    """True for a coordination number alone, or around a centre."""
    return bool(p.numbers) and p == Polyhedra(numbers=p.numbers).with_centre(p)


def _fitting(shapes: tuple[str, ...], numbers: tuple[int, ...]) -> tuple[str, ...]:
    """Those of the shapes that have one of the numbers of vertices."""
    return tuple(symbol for symbol in shapes if int(symbol.rpartition("-")[2]) in numbers)


def _lists_centre(one: Cluster, other: Cluster, joints: set[str]) -> bool:
    """True for a further element of which the same is said: "square planar Ni and Pd"."""
    alone = bool(other.polyhedra.elements) and not other.says_something and not other.polyhedra.group
    last = one.items[-1] if one.items else None
    listed = (
        one.says_something and bool(one.polyhedra.elements) and not one.polyhedra.formula and not one.polyhedra.group
    )
    return alone and listed and last is not None and last.kind == "element" and joints == {"and"}


def _same_number(one: Polyhedra, other: Polyhedra) -> bool:
    return bool(_numbers(one) & _numbers(other)) or (not one.shapes and not one.numbers)


def _numbers(p: Polyhedra) -> set[int]:
    return set(p.numbers) or {int(symbol.rpartition("-")[2]) for symbol in p.shapes}
