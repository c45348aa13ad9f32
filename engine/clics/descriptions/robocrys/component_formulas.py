"""Formulae of the parts of a crystal, and the parts in the groups of robocrystallographer."""

from __future__ import annotations

import bisect
import functools
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymatgen.core import Composition

from clics.data import read_bytes
from clics.descriptions.robocrys.components import Part
from clics.descriptions.robocrys.conventional_cell import Cell
from clics.descriptions.robocrys.element_tables import iupac_order
from clics.elements import BY_SYMBOL


@dataclass(frozen=True, slots=True)
class Component:
    """One of the different parts of a crystal, which occurs ``count`` times; ``sites`` are its inequivalent sites."""

    number: int
    formula: str
    dimensionality: int
    orientation: tuple[int, ...] | None
    sites: list[int]
    count: int


@dataclass(frozen=True, slots=True)
class ComponentGroup:
    """Components of one formula and dimensionality; ``count`` is that of all together."""

    formula: str
    dimensionality: int
    components: list[Component]

    @property
    def count(self) -> int:
        """Number of parts of the crystal in the group."""
        return sum(component.count for component in self.components)


def find_components(kinds: Sequence[Part], counts: Sequence[int], cell: Cell, same_as: list[int]) -> list[Component]:
    """The different parts with their formulae; ``same_as[i]`` is the inequivalent site that stands for site i."""
    return [
        Component(
            number,
            part_formula(_counted(part, cell)),
            part.dimensionality,
            part.orientation,
            [same_as[site] for site in part.sites],
            count,
        )
        for number, (part, count) in enumerate(zip(kinds, counts, strict=True))
    ]


def group_components(components: Sequence[Component]) -> list[ComponentGroup]:
    """Group components of one dimensionality and formula, in the order of the description."""
    grouped: dict[tuple[int, str], list[Component]] = defaultdict(list)
    for component in sorted(components, key=_order):
        grouped[component.dimensionality, component.formula].append(component)
    groups = [ComponentGroup(formula, dimensionality, own) for (dimensionality, formula), own in grouped.items()]
    return sorted(groups, key=lambda group: [group.dimensionality, group.formula, group.count])


def _order(component: Component) -> list[Any]:
    return [component.dimensionality, component.formula, component.orientation or (0, 0, 0), component.count]


Counts = tuple[tuple[str, int], ...]
"""Element symbols and how many atoms of each, in alphabetical order."""


def crystal_formula(cell: Cell, parts: Sequence[Part]) -> str:
    """The formula in common use for the crystal, else one made of its parts, such as ``Cs(H2O)2``."""
    whole = _composition(tuple(sorted(Counter(cell.symbols).items())))[2]
    common = common_formula(whole)
    if common is not None:
        return common
    compositions = [_counted(part, cell) for part in parts]
    if len({part_formula(counts) for counts in compositions}) == 1:
        return part_formula(compositions[0])
    return _formula_of_parts(compositions)


def part_formula(counts: Counts) -> str:
    """Formula of a part, from how many atoms of each element it has: the common one, else in IUPAC order."""
    iupac, _, reduced = _composition(counts)
    return common_formula(reduced) or iupac


def common_formula(reduced: str) -> str | None:
    """The formula in common use for a reduced formula of pymatgen (``Ac2CdO2`` → ``Cd(OAc)2``), or None."""
    lines, key = _common_formulas(), f"{reduced}\t".encode()
    line = lines[min(bisect.bisect_left(lines, key), len(lines) - 1)]
    return line[len(key) :].decode() if line.startswith(key) else None


@functools.cache
def _common_formulas() -> list[bytes]:
    """Lines ``reduced TAB common`` in ascending order. A dictionary of them would take 80 ms to build."""
    return read_bytes("common_formulas.tsv.gz").splitlines()


def _formula_of_parts(compositions: Sequence[Counts]) -> str:
    """The formula of a crystal of unlike parts, sorted by the mean places of their elements in the IUPAC series."""
    amounts: dict[str, float] = {}
    for counts in compositions:
        formula = part_formula(counts)
        amounts[formula] = amounts.get(formula, 0) + _composition(counts)[1]
    # pymatgen counts half a formula unit where the reduced formula is that of a molecule, such as O2.
    scale = 1 if all(amount % 1 == 0 for amount in amounts.values()) else 2
    whole = {formula: int(amount * scale) for formula, amount in amounts.items()}
    divisor = math.gcd(*whole.values())
    parts = []
    for formula in sorted(whole, key=_mean_iupac_order):
        amount = whole[formula] // divisor
        parts.append(formula if amount == 1 else f"({formula}){amount}")
    return "".join(parts)


def _mean_iupac_order(formula: str) -> float:
    elements = Composition(formula).elements
    return sum(iupac_order(str(element.symbol)) for element in elements) / len(elements)


def _counted(part: Part, cell: Cell) -> Counts:
    return tuple(sorted(Counter(cell.symbols[site] for site in part.sites).items()))


@functools.lru_cache(maxsize=4096)
def _composition(counts: Counts) -> tuple[str, float, str]:
    """Reduced formula in IUPAC order, the formula units, and the reduced formula in pymatgen's order.

    The last is the one by which formulae in common use are listed.
    """
    composition = Composition(dict(counts))
    known = not any(math.isnan(BY_SYMBOL[symbol].iupac_order) for symbol, _ in counts)
    iupac, factor = composition.get_reduced_formula_and_factor(iupac_ordering=known)
    return str(iupac), float(factor), str(composition.reduced_formula)
