"""Crystals as CIF and POSCAR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics.errors import InputError

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal


def to_cif(crystal: Crystal, *, symprec: float | None = None) -> str:
    """The text of a CIF file.

    Args:
        crystal: The crystal.
        symprec: Tolerance in Å of the symmetry search, by which the file lists the asymmetric unit; None lists every atom in
            space group P1.
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
