"""From a cell, an asymmetric unit and operations to a crystal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clics.crystals.check import check_structure
from clics.errors import CrystalError
from clics.readers.cif_positions import SAME_CELL, WIDE, Operations, idealised, without_repeated
from clics.readers.cif_structure import crystal_of

if TYPE_CHECKING:
    from pymatgen.core import Composition, Structure

    from clics.readers.cif_atoms import Atom


@dataclass(frozen=True, slots=True)
class Built:
    """A crystal, and what it was made from.

    Attributes:
        structure: All atoms of the cell.
        composition: Of the cell; pymatgen counts it anew whenever a structure is asked.
        placed: The asymmetric unit, atoms on their special positions, without repeated ones.
        operations: Those that it was multiplied with.
        notes: What was changed on the way.
    """

    structure: Structure
    composition: Composition
    placed: list[Atom]
    operations: Operations
    notes: list[str]


def build(cell: list[float], atoms: Sequence[Atom], triplets: Sequence[str], where: str) -> Built:
    """The crystal of an asymmetric unit.

    Where fully occupied atoms come too close to their own images, they are moved to special positions within wider
    tolerances: the coordinates were rounded.

    Args:
        cell: a, b, c in Å and α, β, γ in degrees.
        atoms: The asymmetric unit.
        triplets: Operations ``x,y,z``.
        where: Begins the message of an error.

    Raises:
        CrystalError: ``cell-against-symmetry`` for a cell that is off its operations by more than 1 %, and the kinds of
            :mod:`clics.crystals.check`.
    """
    operations = Operations(triplets)
    cell, cell_notes = _constrained(cell, operations, where)
    failure: CrystalError | None = None
    for wide in (0.0, *WIDE):
        placed, moved = idealised(atoms, operations, wide=wide)
        placed, notes = without_repeated(placed, operations)
        try:
            structure = crystal_of(cell, placed, operations, where=where)
            notes += check_structure(structure, where=where)
        except CrystalError as error:
            failure = failure or error
            if error.kind != "atoms-too-close" or len(triplets) == 1:
                break
        else:
            if moved and wide:
                notes.append(f"coordinates have few decimals; {moved} atoms were put onto special positions.")
            return Built(structure, structure.composition, placed, operations, cell_notes + notes)
    assert failure is not None
    raise failure


def _constrained(cell: list[float], operations: Operations, where: str) -> tuple[list[float], list[str]]:
    """The cell (Å, degrees) with the constraints of the operations (a = b for a fourfold axis …), and notes."""
    exact, change = operations.cell(cell)
    if change == 0.0:
        return cell, []
    was, now = (" ".join(f"{value:.6g}" for value in each) for each in (cell, exact))
    if was == now:
        return exact, []  # rounding of the last digit
    if change > SAME_CELL:
        raise CrystalError(
            f"{where}: the cell {was} contradicts the symmetry operations, which ask for one such as {now}; look for a "
            "mistyped length or angle, or another setting.", kind="cell-against-symmetry")  # fmt: skip
    return exact, [f"the cell {was} was made {now}, as the operations of the file ask for."]
