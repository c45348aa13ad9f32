"""A symmetrised crystal as a CIF with its space group, its operations, and one atom of each orbit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from clics.crystals.as_stated import AsStated, StatedAtom, turned
from clics.crystals.cif_text import cif_text
from clics.crystals.writing import content_of, rows_of_sites
from clics.symmetry.ladder import exact_symmetry
from clics.symmetry.settings import standard_setting
from clics.symmetry.wyckoff import site_kinds

if TYPE_CHECKING:
    import gemmi

    from clics.crystals.crystal import Crystal
    from clics.symmetry.approximate_operations import Floats, Ints

_EQUAL = 1e-4  # Å


def is_symmetric(crystal: Crystal) -> bool:
    """True for a crystal of :func:`clics.symmetry.symmetrise.symmetrise` in its conventional cell, unchanged since."""
    done = crystal.provenance.get("symmetrised")
    if not isinstance(done, dict):
        return False
    structure = crystal.structure
    kinds, frac, lattice = site_kinds(crystal), np.array(structure.frac_coords), structure.lattice.matrix
    rotations, translations = standard_setting(int(done["number"])).operations()
    metric = lattice @ lattice.T
    if np.abs(rotations.transpose(0, 2, 1) @ metric @ rotations - metric).max() > _EQUAL * np.sqrt(metric.max()):
        return False
    for rotation, translation in zip(rotations, translations, strict=True):
        images = frac @ rotation.T + translation
        for kind in np.unique(kinds):
            difference = images[kinds == kind][:, None] - frac[kinds == kind][None]
            difference -= np.round(difference)
            if np.linalg.norm(difference @ lattice, axis=2).min(axis=1).max() > _EQUAL:
                return False
    return True


def symmetric_cif(crystal: Crystal) -> str:
    """The text of a CIF with space group and operations, for a crystal with :func:`is_symmetric`.

    Displacement parameters are means over the atoms that the group makes equivalent.
    """
    done = crystal.provenance["symmetrised"]
    assert isinstance(done, dict)  # as clics.symmetry.symmetrise wrote it
    setting = standard_setting(int(done["number"]))
    structure, rows = crystal.structure, rows_of_sites(crystal)
    lattice, frac = structure.lattice.matrix, np.array(structure.frac_coords) % 1.0
    rotations, translations = setting.operations()
    triplets = tuple(_operation(*each).triplet() for each in zip(rotations, translations, strict=True))
    symmetry = exact_symmetry(lattice, site_kinds(crystal), frac, setting.hall_number)
    orbits = np.asarray(symmetry.crystallographic_orbits)
    atoms: list[StatedAtom] = []
    multiplicities: list[int] = []
    for first in sorted(set(orbits.tolist())):
        members = np.flatnonzero(orbits == first)
        turning = _turning(frac, lattice, int(first), members, rotations, translations)
        for place, row in enumerate(rows[first]):
            equal = [(rows[site][place], rotation) for site, rotation in turning if len(rows[site]) > place]
            atoms.append(replace(_mean(row, equal, lattice), wyckoff=str(symmetry.wyckoffs[first])))
            multiplicities.append(len(members))
    stated = AsStated(tuple(atoms), (), triplets, setting.full_symbol, setting.hall_symbol, number=setting.number)
    content = content_of(crystal, lattice, stated, multiplicities)
    moved = (
        f"Symmetrised by CLICS: {done['space_group']} from {done['tolerance']:.4f} Å; atoms were moved by up to "
        f"{done['largest_displacement']:.4f} Å, the cell was strained by up to {100 * done['strain']:.2f} %."
    )
    return cif_text(replace(content, remarks=[moved, *content.remarks]))


def _turning(
    frac: Floats, lattice: Floats, first: int, members: Ints, rotations: Ints, translations: Floats
) -> list[tuple[int, Floats]]:
    """For each operation, the site of an orbit that it takes to the first one, and its rotation."""
    out = []
    for rotation, translation in zip(rotations, translations, strict=True):
        gaps = frac[members] @ rotation.T + translation - frac[first]
        gaps -= np.round(gaps)
        out.append((int(members[np.linalg.norm(gaps @ lattice, axis=1).argmin()]), rotation.astype(np.float64)))
    return out


def _mean(row: StatedAtom, equal: list[tuple[StatedAtom, Floats]], lattice: Floats) -> StatedAtom:
    """A row with the mean displacement parameters of those that operations take there."""
    u_iso = [other.u_iso for other, _ in equal if other.u_iso is not None]
    u = [turned(other.u, rotation, lattice, lattice) for other, rotation in equal if other.u is not None]
    return replace(
        row,
        u_iso=float(np.mean(u_iso)) if u_iso else None,
        u=tuple(np.mean(u, axis=0).tolist()) if len(u) == len(equal) else None,
        uncertainty=None,
        u_iso_uncertainty=None,
        u_uncertainty=None,
    )


def _operation(rotation: np.ndarray, translation: np.ndarray) -> gemmi.Op:
    """A symmetry operation; the translations of all settings are multiples of 1/24."""
    import gemmi

    operation = gemmi.Op()
    operation.rot = (rotation * gemmi.Op.DEN).tolist()
    operation.tran = np.round(translation * gemmi.Op.DEN).astype(int).tolist()
    return operation.wrap()
