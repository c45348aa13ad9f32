"""Other cells of the same crystal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

from clics.errors import DescriptionError, InputError

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal

CellKind = Literal["read", "primitive", "conventional", "niggli"]
SYMPREC = 0.01


def in_cell(crystal: Crystal, kind: CellKind, *, symprec: float = SYMPREC) -> Crystal:
    """The crystal in its standard primitive or conventional cell, or its Niggli cell; ``"read"`` is itself.

    The standard cells are those of Setyawan & Curtarolo (doi:10.1016/j.commatsci.2010.05.010), with the positions that
    the symmetry found at ``symprec`` (Å) asks for; the Niggli cell is the reduced one of the lattice as it is.
    Occupancies stay. Raises InputError of kind ``bad-cell`` for another kind, and :class:`DescriptionError` of kind
    ``no-symmetry`` where no cell is found.
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
