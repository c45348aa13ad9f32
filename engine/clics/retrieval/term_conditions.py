"""Conditions on the facts of geometry, decided for the crystals of a library."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from clics.library.row_conditions import has_geometry, has_key
from clics.library.sql_condition import EVERYTHING, Condition
from clics.library.store import Library
from clics.query.geometry.concepts import necessary
from clics.query.geometry.terms import GeometryTerm
from clics.query.geometry.truth import holds

_MOST_KEPT = 32
_KEPT: OrderedDict[tuple[Path, int, GeometryTerm], tuple[frozenset[int], frozenset[int]]] = OrderedDict()
"""The latest answers, by library file, its revision and the term: keys of crystals of which it is true, and unknown."""


def term_confirmed(term: GeometryTerm, library: Library, *, negated: bool = False) -> Condition:
    """The condition that the stored facts of a library confirm a term, or that they refute it.

    Concepts that a library stores decide simple terms. For others they choose the crystals whose descriptions are read.

    Args:
        term: The term.
        library: The library.
        negated: The term must not be true. Crystals without facts of geometry fulfil neither.
    """
    stored = necessary(term)
    if stored is not None and stored.sufficient:
        return has_geometry() & ~stored.condition if negated else stored.condition
    true, unknown = _decided(term, library, EVERYTHING if stored is None else stored.condition)
    return has_geometry() & ~has_key(true | unknown) if negated else has_key(true)


def _decided(term: GeometryTerm, library: Library, condition: Condition) -> tuple[frozenset[int], frozenset[int]]:
    key = (library.path, library.revision, term)
    if key not in _KEPT:
        within = None if condition == EVERYTHING else library.keys(condition).tolist()
        answers = {crystal: holds(term, facts) for crystal, facts in library.geometry(within)}
        true = frozenset(crystal for crystal, answer in answers.items() if answer)
        _KEPT[key] = true, frozenset(crystal for crystal, answer in answers.items() if answer is None)
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    return _KEPT[key]


def answers_of_term(term: GeometryTerm, keys: Iterable[int], library: Library) -> dict[int, bool | None]:
    """By key, whether a term is true of crystals; None where no fact tells."""
    keys = list(keys)
    found = dict(library.geometry(keys))
    return {key: holds(term, found[key]) if key in found else None for key in keys}
