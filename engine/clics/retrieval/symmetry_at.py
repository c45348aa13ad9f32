"""Space groups of stored crystals at a tolerance that a query gives; libraries store those at 0.01 Å."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path

from clics.concepts.concept import Concept
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.errors import DescriptionError, InputError
from clics.library.row_conditions import has_key
from clics.library.sql_condition import Condition
from clics.library.store import Library
from clics.symmetry.analysis import arrays_of, quick_space_group_of_arrays

MOST = 5_000
"""Crystals of a library whose symmetry is analysed for one condition; more would take minutes."""
_MOST_KEPT = 20_000
_KEPT: OrderedDict[tuple[Path, int, float, int], int] = OrderedDict()
"""Numbers of space groups by library file, its revision, tolerance and key; 0: none is found."""


def answers_at(
    concepts: Sequence[Concept], tolerance: float, keys: Iterable[int], library: Library
) -> dict[int, bool | None]:
    """By key, whether crystals have one of some space groups at a tolerance; None where none is found.

    Args:
        concepts: The space groups.
        tolerance: Tolerance in Å.
        keys: The crystals.
        library: Their library.
    """
    wanted = {concept.number for concept in concepts if isinstance(concept, SpaceGroupConcept)}
    numbers = {key: _number(key, tolerance, library) for key in keys}
    return {key: number in wanted if number else None for key, number in numbers.items()}


def group_confirmed(
    concepts: Sequence[Concept], tolerance: float, library: Library, *, negated: bool = False
) -> Condition:
    """The condition that crystals have one of some space groups at a tolerance, or that they have another.

    Raises:
        InputError: The library is too large (kind ``too-many-crystals``).
    """
    keys = library.keys().tolist()
    if len(keys) > MOST:
        raise InputError(
            f"The library has {len(keys)} crystals; a space group at another tolerance than 0.01 Å is a condition for "
            f"at most {MOST}. Put it into the phrase instead.",
            kind="too-many-crystals",
        )
    answers = answers_at(concepts, tolerance, keys, library)
    return has_key(key for key, answer in answers.items() if answer is (not negated))


def _number(key: int, tolerance: float, library: Library) -> int:
    place = (library.path, library.revision, tolerance, key)
    if place not in _KEPT:
        crystal = next(library.crystals(has_key((key,))), None)
        try:
            number = (
                0 if crystal is None else quick_space_group_of_arrays(*arrays_of(crystal.structure), tolerance).number
            )
        except DescriptionError:
            number = 0
        _KEPT[place] = number
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    return _KEPT[place]
