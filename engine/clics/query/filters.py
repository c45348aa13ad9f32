"""Filters: ``elements:Li,O sg:225 nsites<40 system:cubic formula:SrTiO3 -elements:H`` as a condition on library rows.

The grammar is in :mod:`clics.query.filter_grammar`, the names in :data:`clics.query.filter_fields.FIELDS`. Nothing
of the text ever becomes SQL: values travel as parameters.
"""

from __future__ import annotations

from clics.library.sql_condition import Condition, every
from clics.query.filter_fields import FIELDS, condition_of
from clics.query.filter_grammar import FilterError, read_terms

__all__ = ["FilterError", "filter_help", "parse_filter"]


def parse_filter(text: str | Condition | None) -> Condition:
    """The condition of a filter text; an empty one lets everything through, a condition is handed back.

    Raises FilterError (an InputError of kind ``bad-filter``) with the position and what is allowed.
    """
    if isinstance(text, Condition):
        return text
    return every(condition_of(term) for term in read_terms(text or ""))


def filter_help() -> str:
    """The language in lines of text, an example and its meaning each."""
    width = max(len(field.example) for field in FIELDS)
    lines = [f"{field.example:<{width}}  {field.means}" for field in FIELDS]
    return "\n".join([*lines, f"{'-elements:H':<{width}}  a minus turns a condition round"])
