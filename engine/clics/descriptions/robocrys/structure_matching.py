"""Comparisons of whole structures, which pymatgen's ``StructureMatcher`` makes.

pymatgen raises what it meets when a cell cannot be reduced or mapped; here that becomes one named error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Structure

from clics.errors import DescriptionError

T = TypeVar("T")


def same_structure(a: Structure, b: Structure) -> bool:
    """Whether two reduced cells are the same structure at the matcher's own tolerances."""
    return bool(_asked(lambda: StructureMatcher().fit(a, b, skip_structure_reduction=True)))


def reduced_cell(structure: Structure) -> Structure:
    """The Niggli-reduced primitive cell, in which structures are fitted."""
    return _asked(lambda: structure.get_reduced_structure(reduction_algo="niggli").get_primitive_structure())


def fits(matcher: StructureMatcher, prototype: Structure, reduced: Structure) -> bool:
    """Whether two reduced cells are the same structure whatever their elements are called."""
    return bool(_asked(lambda: matcher.fit_anonymous(prototype, reduced, skip_structure_reduction=True)))


def anonymous_distance(matcher: StructureMatcher, a: Structure, b: Structure) -> float | None:
    """Root mean square distance of two cells' atoms whatever their elements are called; None where they do not fit."""
    # the matcher has no result but an error where no element can stand for another
    found = _asked(lambda: matcher.get_rms_anonymous(a, b)[0] if len(a.elements) == len(b.elements) else None)
    return None if found is None else float(found)


def _asked(question: Callable[[], T]) -> T:
    try:
        return question()
    except Exception as error:  # pymatgen raises ValueError, IndexError, LinAlgError, ... alike
        raise DescriptionError(
            f"Two structures could not be compared: {error or type(error).__name__}.", kind="failed"
        ) from error
