"""Crystals as CIF and POSCAR."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clics.atomic_files import replacing
from clics.errors import InputError

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal


def write_crystal(crystal: Crystal, path: Path, *, symprec: float | None = None) -> None:
    """Write a crystal as CIF (``.cif``) or POSCAR (``.vasp``, ``.poscar``, or named POSCAR or CONTCAR).

    Args:
        crystal: The crystal.
        path: The file; one that is there is replaced.
        symprec: Write the CIF with the symmetry found at this tolerance in Å; None lists every atom (P1).

    Raises:
        InputError: ``bad-option`` for another name, ``disordered`` for a POSCAR of a disordered crystal,
            ``output-is-source`` for the file that it was read from.
        ClicsError: ``not-written``.
    """
    name = path.name.lower()
    if name.endswith(".cif"):
        text = to_cif(crystal, symprec=symprec)
    elif name.endswith((".vasp", ".poscar")) or name.startswith(("poscar", "contcar")):
        text = to_poscar(crystal)
    else:
        message = f"{path.name}: name the file .cif for CIF, or .vasp (or POSCAR) for POSCAR."
        raise InputError(message, kind="bad-option")
    with replacing(path, sources=[crystal.source]) as file:
        file.write(text.encode("utf-8"))


def to_cif(crystal: Crystal, *, symprec: float | None = None) -> str:
    """The text of a CIF file.

    Args:
        crystal: The crystal.
        symprec: Tolerance in Å of the symmetry search, by which the file lists the asymmetric unit; None lists every
            atom in space group P1.
    """
    from pymatgen.io.cif import CifWriter

    return str(CifWriter(crystal.structure, symprec=symprec, significant_figures=10))


def to_poscar(crystal: Crystal) -> str:
    """The text of a POSCAR file of VASP 5, with fractional coordinates.

    Args:
        crystal: An ordered crystal.

    Raises:
        InputError: The crystal is disordered, which the format cannot express (kind ``disordered``).
    """
    from pymatgen.io.vasp import Poscar

    if not crystal.is_ordered:
        raise InputError(
            f"{crystal.id}: POSCAR cannot hold shared or partly empty sites; write CIF.", kind="disordered"
        )
    return str(Poscar(crystal.structure, comment=f"{crystal.formula} {crystal.id}", sort_structure=True).get_str(
        significant_figures=12))  # fmt: skip
