"""What a crystal is made of: the formulae of its parts, and the parts grouped as robocrystallographer speaks of them."""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from pymatgen.core import Composition
from robocrys.condense.component import get_formula_from_components
from robocrys.util import common_formulas

from clics.descriptions.robocrys.components import Part
from clics.descriptions.robocrys.conventional_cell import Cell


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
        """How many parts of the crystal are of the group."""
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
    """The groups in the order in which they are spoken of."""
    grouped: dict[tuple[int, str], list[Component]] = defaultdict(list)
    for component in sorted(components, key=_order):
        grouped[component.dimensionality, component.formula].append(component)
    groups = [ComponentGroup(formula, dimensionality, own) for (dimensionality, formula), own in grouped.items()]
    return sorted(groups, key=lambda group: [group.dimensionality, group.formula, group.count])


def _order(component: Component) -> list[Any]:
    return [component.dimensionality, component.formula, component.orientation or (0, 0, 0), component.count]


def crystal_formula(cell: Cell, parts: Sequence[Part]) -> str:
    """The formula by which the crystal is known, else one made of its parts, such as ``Cs(H2O)2``."""
    whole = _composition(tuple(sorted(Counter(cell.symbols).items())))[1]
    if whole in common_formulas:
        return str(common_formulas[whole])
    compositions = [_counted(part, cell) for part in parts]
    if len({part_formula(counts) for counts in compositions}) == 1:
        return part_formula(compositions[0])
    return str(
        get_formula_from_components(
            [
                # The function reads the composition of a component's structure, and nothing else of it.
                {"structure_graph": SimpleNamespace(structure=SimpleNamespace(composition=Composition(dict(counts))))}
                for counts in compositions
            ],
            use_common_formulas=True,
        )
    )


Counts = tuple[tuple[str, int], ...]


def _counted(part: Part, cell: Cell) -> Counts:
    return tuple(sorted(Counter(cell.symbols[site] for site in part.sites).items()))


def part_formula(counts: Counts) -> str:
    """Formula of a part, from how many atoms of each element it has: the common one, else in IUPAC order."""
    iupac, reduced = _composition(counts)
    return str(common_formulas.get(reduced, iupac))


@functools.lru_cache(maxsize=4096)
def _composition(counts: Counts) -> tuple[str, str]:
    """Reduced formula in IUPAC order, and in pymatgen's order, which the table of common formulae uses."""
    composition = Composition(dict(counts))
    return str(composition.get_reduced_formula_and_factor(iupac_ordering=True)[0]), str(composition.reduced_formula)
