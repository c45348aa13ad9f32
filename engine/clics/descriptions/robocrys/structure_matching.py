"""Comparisons of whole structures, which pymatgen's ``StructureMatcher`` makes.

pymatgen raises errors of many types when a cell cannot be reduced or mapped; here they become one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from clics.descriptions.robocrys.possible_fits import TRANSLATED, can_fit, may_be_smaller
from clics.errors import DescriptionError, reason_of

if TYPE_CHECKING:
    from pymatgen.core import Structure
    from pymatgen.core.structure_matcher import StructureMatcher

T = TypeVar("T")


def same_structure(a: Structure, b: Structure) -> bool:
    """True where two reduced cells are the same structure at the matcher's own tolerances."""
    return bool(_asked(lambda: matcher().fit(a, b, skip_structure_reduction=True)))


def matcher(**tolerances: float) -> StructureMatcher:
    """A ``StructureMatcher``. It is imported here since it brings scipy.optimize, which most crystals do not need."""
    from pymatgen.core.structure_matcher import StructureMatcher

    return StructureMatcher(**tolerances)


def reduced_cell(structure: Structure) -> Structure:
    """The Niggli-reduced primitive cell, in which structures are fitted."""
    return _asked(lambda: _primitive(structure.get_reduced_structure(reduction_algo="niggli")))


def _primitive(structure: Structure) -> Structure:
    return structure.get_primitive_structure(TRANSLATED) if may_be_smaller(structure) else structure


def fits(by: StructureMatcher, prototype: Structure, reduced: Structure) -> bool:
    """True where two reduced cells are the same structure if elements are ignored."""
    if not _asked(lambda: can_fit(by, prototype, reduced)):
        return False
    return bool(_asked(lambda: by.fit_anonymous(prototype, reduced, skip_structure_reduction=True)))


def anonymous_distance(by: StructureMatcher, a: Structure, b: Structure) -> float | None:
    """Root mean square distance of two cells' atoms whatever their elements are called; None where they do not fit."""
    # the matcher has no result but an error where no element can stand for another
    rms = _asked(lambda: by.get_rms_anonymous(a, b)[0] if len(a.elements) == len(b.elements) else None)
    return None if rms is None else float(rms)


def _asked(question: Callable[[], T]) -> T:
    try:
        return question()
    except Exception as error:  # pymatgen raises ValueError, IndexError, LinAlgError, ... alike
        raise DescriptionError(f"Two structures could not be compared: {reason_of(error)}.", kind="failed") from error
