"""The orbits of a crystal as the rows of a Wyckoff table. Disordered crystals have them too."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from clics.results.geometry import WyckoffRow
from clics.symmetry.analysis import dataset
from clics.symmetry.file_labels import names_of_orbits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clics.crystals.crystal import Crystal


def site_kinds(crystal: Crystal) -> NDArray[np.int64]:
    """A number (n,) for every site; sites have the same one where the same elements share them in the same amounts."""
    names = [site.species_string for site in crystal.structure]
    numbers = {name: number for number, name in enumerate(sorted(set(names)), start=1)}
    return np.array([numbers[name] for name in names], dtype=np.int64)


def wyckoff_table(crystal: Crystal, symprec: float = 0.01) -> tuple[WyckoffRow, ...]:
    """The orbits at a tolerance of ``symprec`` Å, in the order of their first atoms.

    Raises :class:`~clics.errors.DescriptionError` of kind ``no-symmetry``.
    """
    structure = crystal.structure
    frac = np.array(structure.frac_coords)
    symmetry = dataset(structure.lattice.matrix, site_kinds(crystal), frac, symprec)
    larger = len(symmetry.std_types) / len(frac)
    orbits: dict[int, list[int]] = {}
    for atom, first in enumerate(symmetry.crystallographic_orbits.tolist()):
        orbits.setdefault(first, []).append(atom)
    elements = {first: element_of(structure[first]) for first in orbits}
    total, seen = Counter(elements.values()), Counter[str]()
    names = names_of_orbits(crystal.labels, list(orbits.values()))
    rows = []
    for place, (first, atoms) in enumerate(orbits.items()):
        element = elements[first]
        seen[element] += 1
        x, y, z = (float(value) for value in frac[atoms[0]])
        rows.append(
            WyckoffRow(
                label=names[place] if names else f"{element}{seen[element]}" if total[element] > 1 else element,
                element=element,
                multiplicity=round(len(atoms) * larger),
                letter=str(symmetry.wyckoffs[first]),
                site_symmetry=str(symmetry.site_symmetry_symbols[first]),
                position=(x, y, z),
                atoms=tuple(atoms),
            )
        )
    return tuple(rows)


def element_of(site: object) -> str:
    """``"Ti"``; ``"Fe/Ni"`` where elements share a pymatgen site."""
    species = site.species  # type: ignore[attr-defined]  # a PeriodicSite; pymatgen is not imported here
    return "/".join(str(specie.symbol) for specie in species)
