# ruff: noqa: E501  # rows of files stand on one line
"""Reference crystals of the dialects: gemmi multiplies them out, spglib finds their groups, pymatgen measures distances.

CLICS takes no part in it. Cells and coordinates: R. W. G. Wyckoff, Crystal Structures (2nd ed., 1963-1971), rounded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import gemmi
import numpy as np
import spglib
from pymatgen.core import Composition, Lattice, Structure

# name: setting, cell, atoms of the asymmetric unit, formula, Z
_TABLE = {
    "silicon": ("F d -3 m:2", (5.431, 5.431, 5.431, 90, 90, 90), [("Si", 0.125, 0.125, 0.125)], "Si", 8),
    "diamond": ("F d -3 m:2", (3.567, 3.567, 3.567, 90, 90, 90), [("C", 0.125, 0.125, 0.125)], "C", 8),
    "spinel": ("F d -3 m:2", (8.081, 8.081, 8.081, 90, 90, 90),
               [("Mg", 0.125, 0.125, 0.125), ("Al", 0.5, 0.5, 0.5), ("O", 0.2628, 0.2628, 0.2628)], "Al2 Mg O4", 8),
    "calcite": ("R -3 c:H", (4.9896, 4.9896, 17.061, 90, 90, 120),
                [("Ca", 0, 0, 0), ("C", 0, 0, 0.25), ("O", 0.2572, 0, 0.25)], "C Ca O3", 6),
    "hematite": ("R -3 c:H", (5.036, 5.036, 13.749, 90, 90, 120), [("Fe", 0, 0, 0.3553), ("O", 0.3059, 0, 0.25)], "Fe2 O3", 6),
    "bismuth telluride": ("R -3 m:H", (4.395, 4.395, 30.44, 90, 90, 120),
                          [("Bi", 0, 0, 0.4005), ("Te", 0, 0, 0), ("Te", 0, 0, 0.2097)], "Bi2 Te3", 3),
    "rutile": ("P 42/m n m", (4.594, 4.594, 2.959, 90, 90, 90), [("Ti", 0, 0, 0), ("O", 0.3053, 0.3053, 0)], "O2 Ti", 2),
    "sylvite": ("F m -3 m", (6.29, 6.29, 6.29, 90, 90, 90), [("K", 0, 0, 0), ("Cl", 0.5, 0.5, 0.5)], "Cl K", 4),
    "fluorite": ("F m -3 m", (5.463, 5.463, 5.463, 90, 90, 90), [("Ca", 0, 0, 0), ("F", 0.25, 0.25, 0.25)], "Ca F2", 4),
    "K2NiF4": ("I 4/m m m", (4.01, 4.01, 13.08, 90, 90, 90),
               [("K", 0, 0, 0.352), ("Ni", 0, 0, 0), ("F", 0, 0.5, 0), ("F", 0, 0, 0.1515)], "F4 K2 Ni", 2),
    "anatase": ("I 41/a m d:1", (3.785, 3.785, 9.514, 90, 90, 90), [("Ti", 0, 0, 0), ("O", 0, 0, 0.2081)], "O2 Ti", 4),
    "cuprite": ("P n -3 m:1", (4.27, 4.27, 4.27, 90, 90, 90), [("O", 0, 0, 0), ("Cu", 0.25, 0.25, 0.25)], "Cu2 O", 2),
    "pyrite": ("P a -3", (5.419, 5.419, 5.419, 90, 90, 90), [("Fe", 0, 0, 0), ("S", 0.3853, 0.3853, 0.3853)], "Fe S2", 4),
    "brucite": ("P -3 m 1", (3.146, 3.146, 4.769, 90, 90, 120),
                [("Mg", 0, 0, 0), ("O", 1 / 3, 2 / 3, 0.2205), ("H", 1 / 3, 2 / 3, 0.4292)], "H2 Mg O2", 1),
    "quartz": ("P 32 2 1", (4.913, 4.913, 5.405, 90, 90, 120),
               [("Si", 0.4697, 0, 2 / 3), ("O", 0.4135, 0.2669, 0.7858)], "O2 Si", 3),
    "perovskite": ("P n m a", (5.443, 7.643, 5.381, 90, 90, 90),
                   [("Ca", 0.0365, 0.25, 0.993), ("Ti", 0, 0, 0.5), ("O", 0.484, 0.25, 0.071), ("O", 0.289, 0.0371, 0.711)],
                   "Ca O3 Ti", 4),
    "baddeleyite": ("P 1 21/c 1", (5.15, 5.212, 5.317, 90, 99.23, 90),
                    [("Zr", 0.2754, 0.0395, 0.2083), ("O", 0.0700, 0.3317, 0.3447), ("O", 0.4496, 0.7569, 0.4792)], "O2 Zr", 4),
    "wurtzite": ("P 63 m c", (3.811, 3.811, 6.234, 90, 90, 120), [("Zn", 1 / 3, 2 / 3, 0), ("S", 1 / 3, 2 / 3, 0.375)], "S Zn", 2),
    "tungsten": ("I m -3 m", (3.165, 3.165, 3.165, 90, 90, 90), [("W", 0, 0, 0)], "W", 2),
    "diopside": ("C 1 2/c 1", (9.746, 8.899, 5.251, 90, 105.63, 90),
                 [("Ca", 0, 0.3015, 0.25), ("Mg", 0, 0.9082, 0.25), ("Si", 0.2862, 0.0933, 0.2293), ("O", 0.1156, 0.0873, 0.1422),
                  ("O", 0.3611, 0.25, 0.318), ("O", 0.3505, 0.0176, 0.9953)], "Ca Mg O6 Si2", 4),
}  # fmt: skip


_MADE: dict[tuple[object, ...], Structure] = {}


@dataclass(frozen=True)
class Reference:
    """A crystal in one setting."""

    setting: gemmi.SpaceGroup
    cell: tuple[float, ...]
    atoms: list[tuple[str, float, float, float]]
    formula: str
    z: int

    @property
    def operations(self) -> list[str]:
        return [operation.triplet() for operation in self.setting.operations()]

    def structure(self) -> Structure:
        """All atoms of the cell, by gemmi's operations."""
        key = (self.setting.xhm(), self.cell, tuple(self.atoms))
        if key not in _MADE:
            _MADE[key] = self._multiplied_out()
        return _MADE[key].copy()

    def _multiplied_out(self) -> Structure:
        symbols, coords = [], []
        for symbol, *xyz in self.atoms:
            images: list[np.ndarray] = []
            for operation in self.setting.operations():
                image = np.array(operation.apply_to_xyz(xyz)) % 1.0
                gaps = [other - image - np.round(other - image) for other in images]
                if all(np.abs(gap).max() > 1e-4 for gap in gaps):
                    images.append(image)
            symbols += [symbol] * len(images)
            coords += images
        return Structure(Lattice.from_parameters(*self.cell), symbols, coords)

    def multiplicities(self) -> list[int]:
        return [len(Reference(self.setting, self.cell, [atom], "", 0).structure()) for atom in self.atoms]


def reference(name: str) -> Reference:
    setting, cell, atoms, formula, z = _TABLE[name]
    return Reference(gemmi.find_spacegroup_by_name(setting), cell, atoms, formula, z)


def in_setting(name: str, setting: str) -> Reference:
    """A reference crystal in another setting of its group, by the change of basis in gemmi's table."""
    here, to = reference(name), gemmi.find_spacegroup_by_name(setting)
    old, new = np.array(here.setting.basisop.float_seitz()), np.array(to.basisop.float_seitz())
    change = np.linalg.inv(new) @ old  # coordinates: standard <- setting is basisop
    options = [change, new @ np.linalg.inv(old)]
    metric = Lattice.from_parameters(*here.cell)
    for option in options:
        basis = np.linalg.inv(option[:3, :3])  # new axes in terms of old ones, as columns
        lattice = Lattice(basis.T @ metric.matrix)
        atoms = [(symbol, *(option[:3, :3] @ xyz + option[:3, 3]) % 1.0) for symbol, *xyz in here.atoms]
        ratio = lattice.volume / metric.volume
        made = Reference(to, tuple(round(x, 6) for x in lattice.parameters), [(s, *(round(float(x), 6) for x in r)) for s, *r in atoms],
                         here.formula, round(here.z * ratio))  # fmt: skip
        structure = made.structure()
        if (
            len(structure) == round(len(here.structure()) * ratio)
            and abs(shortest(structure) - shortest(here.structure())) < 1e-3
        ):
            return made
    raise AssertionError(f"{name} in {setting}")


def shortest(structure: Structure) -> float:
    distances = structure.get_neighbor_list(5.0)[3]
    return float(min(d for d in distances if d > 1e-3)) if len(distances) else math.nan


def answer(structure: Structure) -> dict[str, object]:
    """What a reader must find: formula, sites, group by spglib at 0.01 Å, shortest distance."""
    kinds = {name: k for k, name in enumerate(sorted({site.species_string for site in structure}), 1)}
    cell = (structure.lattice.matrix, structure.frac_coords, [kinds[site.species_string] for site in structure])
    dataset = spglib.get_symmetry_dataset(cell, symprec=0.01)
    formula = Composition(structure.composition.reduced_formula if structure.is_ordered else structure.formula)
    return {
        "formula": formula.formula,
        "sites": len(structure),
        "group": dataset.number,
        "shortest": round(shortest(structure), 3),
    }
