"""A crystal as the text of a file that other programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics.errors import InputError

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal


def to_cif(crystal: Crystal, *, symprec: float | None = None) -> str:
    """CIF with every atom listed (P1), or with the symmetry found at ``symprec`` (Å)."""
    from pymatgen.io.cif import CifWriter

    return str(CifWriter(crystal.structure, symprec=symprec, significant_figures=10))


def to_poscar(crystal: Crystal) -> str:
    """POSCAR of VASP 5, fractional coordinates. Raises InputError (``disordered``): VASP has no shared sites."""
    from pymatgen.io.vasp import Poscar

    if not crystal.is_ordered:
        raise InputError(
            f"{crystal.id}: POSCAR cannot hold shared or partly empty sites; write CIF.", kind="disordered"
        )
    return str(Poscar(crystal.structure, comment=f"{crystal.formula} {crystal.id}", sort_structure=True).get_str(
        significant_figures=12))  # fmt: skip
