"""Crystals that pass a filter, without a phrase: sorted by a column instead of ranked."""

from __future__ import annotations

from clics.library.sql_condition import Condition
from clics.library.store import Library
from clics.results.search import Hit
from clics.retrieval.truth_states import Texts, states_of_parts


def list_crystals(library: Library, top: int, condition: Condition, sort: str, texts: Texts = ()) -> list[Hit]:
    """The first crystals that fulfil a condition.

    Args:
        library: The library.
        top: Number of crystals.
        condition: The condition.
        sort: An order of :data:`clics.library.catalogue.ORDERS`; a minus before it reverses it.
        texts: Parsed phrases with their roles, whose parts are compared with the facts of each crystal.

    Returns:
        Hits without scores.

    Raises:
        InputError: Unknown order (kind ``bad-order``).
    """
    rows = list(library.rows(condition, order=sort, limit=top))
    keys = [library.key(row.id) for row in rows]
    parts = states_of_parts(texts, library.facts_of(keys), library)
    return [
        Hit(row.id, row.formula, row.space_group or "", None, parts=parts.get(key, ()), notes=row.notes)
        for key, row in zip(keys, rows, strict=True)
    ]
