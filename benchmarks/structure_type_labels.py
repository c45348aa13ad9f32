"""Structure types without elements: crystals of the same structure by symmetry and by superposition.

Two crystals are of one type where their labels agree and they can be superimposed. The label is in the manner of AFLOW's
prototypes (Mehl et al., Comput. Mater. Sci. 136, S1 (2017), doi 10.1016/j.commatsci.2017.01.017): anonymous formula, space group,
and for every element the multiplicities and site symmetries of its orbits. Site symmetries stand in for Wyckoff letters because
letters change with the choice of origin; types that only letters distinguish are distinguished by the superposition (pymatgen's
``StructureMatcher.fit_anonymous``, its own tolerances). Neither depends on the elements or on the size of the cell.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from clics.crystals.perturb import Cell
from clics.errors import ClicsError
from numpy.typing import NDArray

TOLERANCE = 0.1
"""Å, of the symmetry in a label: ten times that of the space groups a model learns, so that members of a type that differ by
incomplete relaxation stay together."""

_MIRROR_IMAGES = {
    144: 145,
    151: 153,
    152: 154,
    169: 170,
    171: 172,
    178: 179,
    180: 181,
    76: 78,
    91: 95,
    92: 96,
    212: 213,
}
"""The first of each enantiomorphic pair of space groups, and the second."""
_FIRST_OF_PAIR = {second: first for first, second in _MIRROR_IMAGES.items()}


def anonymous_formula(numbers: NDArray[np.int64]) -> str:
    """Reduced amounts of the elements, ascending: ``"1-1-3"`` for CaTiO3; ``numbers``: atomic numbers (n,)."""
    counts = sorted(Counter(numbers.tolist()).values())
    return "-".join(str(count // gcd(*counts)) for count in counts)


def type_label(cell: Cell, tolerance: float = TOLERANCE) -> str:
    """The label of a crystal, the same for both enantiomorphs.

    Args:
        cell: lattice, atomic numbers, fractional coordinates.
        tolerance: of the symmetry, in Å.

    Returns:
        The label; empty where moyopy finds no symmetry.
    """
    import moyopy

    lattice, numbers, frac = cell
    try:
        coarse = moyopy.MoyoDataset(moyopy.Cell(lattice.tolist(), frac.tolist(), numbers.tolist()), symprec=tolerance)
        # orbits of the cell as given would be cut where it repeats the primitive one only within the tolerance
        cell_of_label = coarse.prim_std_cell
        symmetry = moyopy.MoyoDataset(cell_of_label, symprec=tolerance / 10)
    except Exception:  # noqa: BLE001 - moyopy's errors are of private classes of its Rust part; none means no label
        return ""
    repeats = len(symmetry.std_cell.numbers) // len(cell_of_label.numbers)
    orbits: dict[int, list[str]] = defaultdict(list)
    for first, size in Counter(symmetry.orbits).items():
        site_symmetry = "".join(sorted(symmetry.site_symmetry_symbols[first].replace(".", "")))
        orbits[cell_of_label.numbers[first]].append(f"{size * repeats}{site_symmetry}")
    elements = sorted(",".join(sorted(own)) for own in orbits.values())
    group = _FIRST_OF_PAIR.get(symmetry.number, symmetry.number)
    return f"{anonymous_formula(numbers)}_{group}_{'|'.join(elements)}"


def superposed(cells: Sequence[Cell]) -> list[int]:
    """Types (n,) of crystals of one label: each joins the first type whose first crystal it can be superimposed on.

    A crystal that pymatgen cannot reduce or compare becomes a type of its own.
    """
    from clics.descriptions.robocrys.structure_matching import fits, reduced_cell
    from pymatgen.core import Lattice, Structure
    from pymatgen.core.structure_matcher import StructureMatcher

    matcher = StructureMatcher()
    firsts: list[Structure | None] = []
    types = []
    for lattice, numbers, frac in cells:
        try:
            reduced = reduced_cell(Structure(Lattice(lattice), [int(z) for z in numbers], frac))
            own = next((i for i, first in enumerate(firsts) if first and fits(matcher, first, reduced)), None)
        except ClicsError:
            reduced, own = None, len(firsts)
        if own is None:
            own = len(firsts)
        if own == len(firsts):
            firsts.append(reduced)
        types.append(own)
    return types


@dataclass(frozen=True, slots=True)
class Chosen:
    """Crystals of a benchmark: rows of a data set (n,), and the type of each (n,), 0 to the number of types."""

    rows: NDArray[np.int64]
    types: NDArray[np.int64]


def choose(
    types: Mapping[int, str],
    formulas: Mapping[int, str],
    *,
    least: int,
    most: int,
    classes: int,
    fill: Mapping[int, str] | None = None,
    seed: int = 0,
) -> Chosen:
    """Choose the crystals of a benchmark, each formula once in a type.

    Args:
        types: type of each row.
        formulas: reduced formula of each row, those of ``fill`` too.
        least: crystals of a type, at least.
        most: crystals of a type, at most; where there are more, a random sample.
        classes: number of types, at most: those with most formulas among ``types``.
        fill: type of further rows (training crystals), used only where a type has fewer than ``most`` of its own.
        seed: of the sample.
    """
    generator = np.random.default_rng(seed)

    def by_type(source: Mapping[int, str]) -> dict[str, list[int]]:
        members: dict[str, list[int]] = defaultdict(list)
        for row in generator.permutation(sorted(source)).tolist():
            if all(formulas[row] != formulas[other] for other in members[source[row]]):
                members[source[row]].append(row)
        return members

    own, others = by_type(types), by_type(fill or {})
    sizes = {name: len(rows) for name, rows in own.items()}
    chosen: dict[str, list[int]] = {}
    for name in sorted(own, key=lambda name: (-sizes[name], name)):
        known = {formulas[row] for row in own[name]}
        rows = [*own[name], *(row for row in others.get(name, ()) if formulas[row] not in known)][:most]
        if len(rows) >= least and len(chosen) < classes:
            chosen[name] = rows
    return Chosen(
        np.array([row for rows in chosen.values() for row in rows], np.int64),
        np.repeat(np.arange(len(chosen)), [len(rows) for rows in chosen.values()]).astype(np.int64),
    )
