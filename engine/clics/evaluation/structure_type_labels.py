"""Structure types without elements: which crystals are built alike, by symmetry and by superposition.

Two crystals are of one type where they agree in their label and can be laid on each other. The label is in the manner of
AFLOW's prototypes (Mehl et al., doi:10.1016/j.commatsci.2017.01.017): anonymous formula, space group, and for every kind
of element the multiplicities and site symmetries of its orbits. Site symmetries stand in for Wyckoff letters because
letters change with the choice of origin; types that only letters tell apart are told apart by the superposition
(pymatgen's ``StructureMatcher.fit_anonymous``, its own tolerances). Neither looks at elements or at the size of the cell.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from clics.errors import ClicsError
from clics.evaluation.encoder_protocol import Cell

TOLERANCE = 0.1
"""Å, of the symmetry in a label: ten times that of the space groups a model learns, so that a type keeps its members
that differ by what a relaxation leaves over."""

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
    """Reduced amounts of a crystal's elements, smallest first: ``"1-1-3"`` of CaTiO3. ``numbers``: atomic numbers (n,)."""
    counts = sorted(Counter(numbers.tolist()).values())
    return "-".join(str(count // gcd(*counts)) for count in counts)


def type_label(cell: Cell, tolerance: float = TOLERANCE) -> str:
    """The label of a crystal at a symmetry tolerance in Å; "" where moyopy finds no symmetry.

    The same for both hands of a structure.
    """
    import moyopy

    lattice, numbers, frac = cell
    try:
        found = moyopy.MoyoDataset(moyopy.Cell(lattice.tolist(), frac.tolist(), numbers.tolist()), symprec=tolerance)
        # orbits of the cell as given would be cut where it repeats the primitive one only within the tolerance
        cell_of_label = found.prim_std_cell
        found = moyopy.MoyoDataset(cell_of_label, symprec=tolerance / 10)
    except Exception:  # noqa: BLE001 - moyopy's errors are of private classes of its Rust part; none means no label
        return ""
    repeats = len(found.std_cell.numbers) // len(cell_of_label.numbers)
    orbits: dict[int, list[str]] = defaultdict(list)
    for first, size in Counter(found.orbits).items():
        symmetry = "".join(sorted(found.site_symmetry_symbols[first].replace(".", "")))
        orbits[cell_of_label.numbers[first]].append(f"{size * repeats}{symmetry}")
    kinds = sorted(",".join(sorted(of_kind)) for of_kind in orbits.values())
    group = _FIRST_OF_PAIR.get(found.number, found.number)
    return f"{anonymous_formula(numbers)}_{group}_{'|'.join(kinds)}"


def superposed(cells: Sequence[Cell]) -> list[int]:
    """Types (n,) of crystals of one label: each joins the first type whose first crystal it can be laid on.

    A crystal that pymatgen cannot reduce or compare becomes a type of its own.
    """
    from pymatgen.core import Lattice, Structure
    from pymatgen.core.structure_matcher import StructureMatcher

    from clics.descriptions.robocrys.structure_matching import fits, reduced_cell

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
    """Crystals of at most ``classes`` types with ``least`` to ``most`` crystals each, every formula once in a type.

    ``types`` names the type of each row, ``formulas`` the reduced formula (of all rows, those of ``fill`` too). The
    types are those with most formulas among ``types``; where more are drawn than fit, chance decides. Rows of ``fill``
    (training crystals) are used only where a type has fewer than ``most`` of its own.
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
    found: dict[str, list[int]] = {}
    for name in sorted(own, key=lambda name: (-sizes[name], name)):
        known = {formulas[row] for row in own[name]}
        rows = [*own[name], *(row for row in others.get(name, ()) if formulas[row] not in known)][:most]
        if len(rows) >= least and len(found) < classes:
            found[name] = rows
    return Chosen(
        np.array([row for rows in found.values() for row in rows], np.int64),
        np.repeat(np.arange(len(found)), [len(rows) for rows in found.values()]).astype(np.int64),
    )
