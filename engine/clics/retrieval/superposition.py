"""Crystals laid on each other: whether they have one structure whatever their elements are, and how well it fits.

By pymatgen's ``StructureMatcher`` with its own tolerances (length 0.2, site 0.3, angle 5°), as crystals of one type were told
when likeness was measured (docs/lab-notebook/similar.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clics.errors import DescriptionError
from clics.library.sql_condition import one_of
from clics.progress import CancelToken, Progress, ProgressCallback, silent

if TYPE_CHECKING:
    from pymatgen.core import Structure

    from clics.library.store import Library

DEPTH = 50
"""Nearest crystals that are superposed."""
MOST_SITES = 80
"""Sites of a primitive cell; larger ones are left out, since their time grows with the third power and more."""


class Superposition:
    """One crystal, held ready for others to be laid on it."""

    def __init__(self, structure: Structure) -> None:
        from pymatgen.core.structure_matcher import StructureMatcher

        self._formula = structure.composition.anonymized_formula
        self._matcher = StructureMatcher(primitive_cell=False)
        self._cell = _reduced(structure)

    def distance(self, other: Structure) -> float | None:
        """Root mean square distance of the atoms of two crystals at their best fit, over (volume per atom)^(1/3).

        Volumes are made equal first. None where they have not one structure, or where that cannot be told (a cell is too
        large or cannot be reduced).
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


def superposed(
    structure: Structure,
    keys: Sequence[int],
    library: Library,
    *,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> dict[int, float | None]:
    """How well each of some stored crystals fits on one (:meth:`Superposition.distance`).

    Raises Cancelled.
    """
    onto = Superposition(structure)
    found: dict[int, float | None] = {}
    for key in keys:
        if cancel is not None:
            cancel.check()
        crystal = next(library.crystals(one_of("key", (key,))), None)
        found[key] = None if crystal is None else onto.distance(crystal.structure)
        progress(Progress(len(found), len(keys), "laying crystals on each other"))
    return found


def _reduced(structure: Structure) -> Structure | None:
    from clics.descriptions.robocrys.structure_matching import reduced_cell

    if not structure.is_ordered:
        return None
    try:
        cell = reduced_cell(structure)
    except DescriptionError:
        return None
    return cell if len(cell) <= MOST_SITES else None
