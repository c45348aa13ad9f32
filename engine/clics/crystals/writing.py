"""Crystals as CIF and POSCAR. The hand of a crystal is kept: left-handed cells are written on the opposite axes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from clics.atomic_files import replacing
from clics.crystals.as_stated import AsStated, StatedAtom
from clics.crystals.cif_text import CifContent, cif_text
from clics.crystals.file_names import is_crystal_name
from clics.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clics.crystals.crystal import Crystal

Symmetry = Literal["file", "p1"]
"""Setting, operations and asymmetric unit of the file; or all atoms of the cell."""


def write_crystal(crystal: Crystal, path: Path, *, symmetry: Symmetry = "file") -> None:
    """Write a crystal as CIF (``.cif``) or POSCAR (``.vasp``, ``.poscar``, or named POSCAR or CONTCAR).

    Args:
        crystal: The crystal.
        path: The file; one that is there is replaced.
        symmetry: Of a CIF, as in :func:`to_cif`.

    Raises:
        InputError: ``bad-option`` for another name or symmetry, ``disordered`` for a POSCAR of a disordered crystal,
            ``output-is-source`` for the file that it was read from.
        ClicsError: ``not-written``.
    """
    write_text(to_cif(crystal, symmetry=symmetry) if is_cif_name(path) else to_poscar(crystal), crystal, path)


def write_text(text: str, crystal: Crystal, path: Path) -> None:
    """Write the text of a crystal whole or not at all, and never over the file that it was read from."""
    with replacing(path, sources=[crystal.source]) as file:
        file.write(text.encode("utf-8"))


def is_cif_name(path: Path) -> bool:
    """True for the name of a CIF, False for that of a POSCAR. Raises InputError (``bad-option``) for others."""
    if not is_crystal_name(path):
        message = f"{path.name}: name the file .cif for CIF, or .vasp (or POSCAR) for POSCAR."
        raise InputError(message, kind="bad-option")
    return path.name.lower().endswith(".cif")


def to_cif(crystal: Crystal, *, symmetry: Symmetry = "file") -> str:
    """The text of a CIF file.

    Args:
        crystal: The crystal.
        symmetry: ``"file"``: setting, operations and asymmetric unit as they were read; all atoms of the cell where
            nothing of it was stated, or the cell was changed since. ``"p1"``: all atoms of the cell.
    """
    if symmetry not in get_args(Symmetry):
        message = f"There is no symmetry '{symmetry}' of a CIF; known are {', '.join(get_args(Symmetry))}."
        raise InputError(message, kind="bad-option")
    lattice, _ = right_handed(crystal)
    stated = crystal.stated
    if symmetry == "p1" or not states_setting(crystal):
        atoms = [row for rows in rows_of_sites(crystal) for row in rows]
        stated = AsStated(tuple(atoms), (), cell_uncertainty=None if stated is None else stated.cell_uncertainty)
        multiplicities = [1] * len(atoms)
    else:
        assert stated is not None  # for it states a setting
        multiplicities = [0] * len(stated.atoms)
        for site in stated.sites:
            for atom, _ in site:
                multiplicities[atom] += 1
    return cif_text(content_of(crystal, lattice, stated, multiplicities))


def states_setting(crystal: Crystal) -> bool:
    """True where the file states the operations of the crystal as it is."""
    stated = crystal.stated
    return stated is not None and not stated.changed and bool(np.linalg.det(crystal.structure.lattice.matrix) > 0)


def content_of(
    crystal: Crystal, lattice: NDArray[np.float64], stated: AsStated, multiplicities: list[int]
) -> CifContent:
    """The content of a CIF with the name, the notes and the database entry of a crystal."""
    provenance = crystal.provenance
    about = [("_audit_creation_method", "CLICS")]
    if name := provenance.get("name") or provenance.get("mineral"):
        about.append(("_chemical_name_mineral", str(name)))
    if str(provenance.get("database_id", "")).isdigit():
        about.append(("_database_code_ICSD", str(provenance["database_id"])))
    remarks = [f"Note of the reader: {note}" for note in crystal.notes]
    composition = crystal.structure.composition
    return CifContent(crystal.block or crystal.id or crystal.formula, lattice, composition, stated, multiplicities,
                      about=about, remarks=remarks)  # fmt: skip


def rows_of_sites(crystal: Crystal) -> tuple[tuple[StatedAtom, ...], ...]:
    """The occupants of each site with what the file states of them, in a right-handed cell."""
    structure = crystal.structure
    lattice, frac = right_handed(crystal)
    if crystal.stated is not None:
        return crystal.stated.rows_of_sites(lattice, frac)
    rows = []
    for site, position in zip(structure, frac.tolist(), strict=True):
        coords = (position[0], position[1], position[2])
        rows.append(
            tuple(StatedAtom("", str(each.symbol), coords, float(share)) for each, share in site.species.items())
        )
    return tuple(rows)


def right_handed(crystal: Crystal) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lattice rows in Å (3, 3) and fractional coordinates (n, 3) on a right-handed set of axes.

    A CIF states lengths and angles, which are read as those of a right-handed set, and POSCARs need one. The opposite axes
    of a left-handed set are one, and have the same lengths and angles.
    """
    lattice, frac = np.array(crystal.structure.lattice.matrix), np.array(crystal.structure.frac_coords)
    return (lattice, frac) if np.linalg.det(lattice) > 0 else (-lattice, -frac % 1.0)


def to_poscar(crystal: Crystal) -> str:
    """The text of a POSCAR file of VASP 5, with fractional coordinates.

    Args:
        crystal: An ordered crystal.

    Raises:
        InputError: The crystal is disordered, which the format cannot express (kind ``disordered``).
    """
    from pymatgen.core import Lattice, Structure
    from pymatgen.io.vasp import Poscar

    if not crystal.is_ordered:
        raise InputError(
            f"{crystal.id}: POSCAR cannot hold shared or partly empty sites; write CIF.", kind="disordered"
        )
    lattice, frac = right_handed(crystal)
    structure = Structure(Lattice(lattice), crystal.structure.species, frac)
    return str(Poscar(structure, comment=f"{crystal.formula} {crystal.id}", sort_structure=True).get_str(
        significant_figures=12))  # fmt: skip
