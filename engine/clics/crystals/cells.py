"""The standard primitive, conventional and Niggli cells of a crystal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from clics.errors import DescriptionError, InputError
from clics.results.geometry import CellKind

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal

SYMPREC = 0.01
"""Tolerance of the symmetry search in Å."""


def in_cell(crystal: Crystal, kind: CellKind, *, symprec: float = SYMPREC) -> Crystal:
    """The crystal in another cell; occupancies stay.

    Args:
        crystal: The crystal.
        kind: ``"primitive"`` or ``"conventional"``: the standard cell of Setyawan and Curtarolo
            (doi:10.1016/j.commatsci.2010.05.010), with symmetrised positions. ``"niggli"``: the reduced cell of the
            lattice, with the positions as they are. ``"read"``: the cell as it was read.
        symprec: Tolerance of the symmetry search in Å.

    Raises:
        InputError: Unknown kind of cell (kind ``bad-cell``).
        DescriptionError: No cell was found (kind ``no-symmetry``).
    """
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    if kind not in get_args(CellKind):
        raise InputError(f"There is no cell '{kind}'; known are {', '.join(get_args(CellKind))}.", kind="bad-cell")
    if kind == "read":
        return crystal
    structure = crystal.structure
    try:
        if kind == "niggli":
            changed = structure.get_reduced_structure("niggli")
        else:
            analyzer = SpacegroupAnalyzer(structure, symprec=symprec)
            changed = (
                analyzer.get_primitive_standard_structure()
                if kind == "primitive"
                else analyzer.get_conventional_standard_structure()
            )
    except Exception as error:  # pymatgen and spglib raise ValueError, TypeError and classes of their own
        raise DescriptionError(
            f"The {kind} cell of {crystal.formula} could not be found at a tolerance of {symprec:g} Å "
            f"({error or type(error).__name__}).",
            kind="no-symmetry",
        ) from error
    return replace(crystal, structure=changed, provenance={**crystal.provenance, "cell": kind})
