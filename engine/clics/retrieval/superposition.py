"""Superposition of crystals: whether two have the same structure regardless of elements, and their RMS distance.

Structures are matched by pymatgen's ``StructureMatcher`` with its default tolerances (length 0.2, site 0.3, angle 5°),
the same by which structural similarity was evaluated (docs/lab-notebook/similar.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clics.errors import DescriptionError
from clics.library.row_conditions import has_key
from clics.progress import CancelToken, Progress, ProgressCallback, silent

if TYPE_CHECKING:
    from pymatgen.core import Structure

    from clics.library.store import Library

DEPTH = 50
"""Number of nearest crystals that are superimposed."""
MOST_SITES = 80
"""Largest number of sites of a primitive cell; the time of a match grows with the third power of it, and more."""


class SuperpositionTarget:
    """One crystal on which others are superimposed."""

    def __init__(self, structure: Structure) -> None:
        """Reduce the crystal to its primitive cell."""
        from pymatgen.core.structure_matcher import StructureMatcher

        self._formula = structure.composition.anonymized_formula
        self._matcher = StructureMatcher(primitive_cell=False)
        self._cell = _reduced(structure)

    def distance(self, other: Structure) -> float | None:
        """The distance of another crystal at its best superposition, after scaling both to the same volume.

        Returns:
            Root mean square distance of the atoms, in units of (volume per atom)^(1/3); None where the structures do
            not match, or where a cell is too large or cannot be reduced.
        """
        from clics.descriptions.robocrys.structure_matching import anonymous_distance

        if self._cell is None or other.composition.anonymized_formula != self._formula:
            return None
        cell = _reduced(other)
        if cell is None or len(cell) != len(self._cell):
            return None
        try:
            return anonymous_distance(self._matcher, self._cell, cell)
        except DescriptionError:
            return None


def superimpose(
    structure: Structure,
    keys: Sequence[int],
    library: Library,
    *,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> dict[int, float | None]:
    """Superimpose stored crystals on a structure.

    Args:
        structure: The structure.
        keys: Keys of the stored crystals.
        library: Their library.
        progress: Called after each crystal.
        cancel: Checked before each crystal.

    Returns:
        :meth:`SuperpositionTarget.distance` by key.

    Raises:
        Cancelled: The token was set.
    """
    target = SuperpositionTarget(structure)
    distances: dict[int, float | None] = {}
    for key in keys:
        if cancel is not None:
            cancel.check()
        crystal = next(library.crystals(has_key((key,))), None)  # None: removed meanwhile
        distances[key] = None if crystal is None else target.distance(crystal.structure)
        progress(Progress(len(distances), len(keys), "superimposing crystals"))
    return distances


def _reduced(structure: Structure) -> Structure | None:
    from clics.descriptions.robocrys.structure_matching import reduced_cell

    if not structure.is_ordered:
        return None
    try:
        cell = reduced_cell(structure)
    except DescriptionError:
        return None
    return cell if len(cell) <= MOST_SITES else None
