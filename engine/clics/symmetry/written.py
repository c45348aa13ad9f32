"""A crystal as a file, with the symmetry that is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

from clics.crystals.writing import is_cif_name, to_cif, to_poscar, write_text
from clics.errors import InputError
from clics.results.geometry import CifSymmetry

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal


def write(crystal: Crystal, path: Path, *, symmetry: CifSymmetry = "file", tolerance: float | None = None) -> None:
    """Write a crystal as CIF or POSCAR, as :meth:`clics.session.Session.write` does.

    Args:
        crystal: The crystal.
        path: The file; one that is there is replaced.
        symmetry: ``"file"``, ``"p1"`` or ``"symmetrised"``.
        tolerance: Å; implies ``"symmetrised"``.
    """
    wanted: CifSymmetry = "symmetrised" if tolerance is not None else symmetry
    if is_cif_name(path):
        text = cif_of(crystal, symmetry=wanted, tolerance=tolerance)
    else:
        text = to_poscar(_symmetrised(crystal, tolerance) if wanted == "symmetrised" else crystal)
    write_text(text, crystal, path)


def cif_of(crystal: Crystal, *, symmetry: CifSymmetry = "file", tolerance: float | None = None) -> str:
    """The text of a CIF; arguments as for :func:`write`."""
    from clics.symmetry.symmetric_cif import is_symmetric, symmetric_cif

    if symmetry not in get_args(CifSymmetry):
        message = f"There is no symmetry '{symmetry}' of a CIF; known are {', '.join(get_args(CifSymmetry))}."
        raise InputError(message, kind="bad-option")
    if symmetry == "symmetrised":
        return symmetric_cif(_symmetrised(crystal, tolerance))
    if symmetry == "file" and "symmetrised" in crystal.provenance and is_symmetric(crystal):
        return symmetric_cif(crystal)
    return to_cif(crystal, symmetry=symmetry)


def _symmetrised(crystal: Crystal, tolerance: float | None) -> Crystal:
    """The crystal idealised in its conventional cell; in P1 where it has no symmetry."""
    from clics.symmetry.ladder import steps_of
    from clics.symmetry.symmetrise import check_ladder_tolerance, chosen, taken

    check_ladder_tolerance(tolerance)
    return taken(crystal, chosen(crystal, steps_of(crystal), tolerance=tolerance, trivial=True), "conventional")
