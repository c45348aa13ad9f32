"""Filters such as ``elements:Li,O sg:225 nsites<40 system:cubic -elements:H``, as conditions on crystals of a library.

:mod:`clics.query.filter_grammar` has the grammar, :data:`clics.query.filter_fields.FIELDS` the condition names.
"""

from __future__ import annotations

from clics.library.sql_condition import EVERYTHING, Condition, every
from clics.query.filter_grammar import FilterError, read_terms

__all__ = ["FilterError", "filter_help", "parse_filter"]


def parse_filter(text: str | Condition | None) -> Condition:
    """Translate a filter text into a condition on crystals of a library.

    Args:
        text: A filter; None and an empty text let every crystal through. A condition is returned unchanged.

    Raises:
        FilterError: The text cannot be parsed (an InputError of kind ``bad-filter``, with the position of the fault).
    """
    if isinstance(text, Condition):
        return text
    terms = list(read_terms(text or ""))
    if not terms:
        return EVERYTHING
    from clics.query.filter_fields import condition_of  # the language of concepts, which a plain list does without

    return every(condition_of(term) for term in terms)


def filter_help() -> str:
    """A help text: one line for each condition name, with an example and its meaning."""
    from clics.query.filter_fields import FIELDS

    width = max(len(field.example) for field in FIELDS)
    lines = [f"{field.example:<{width}}  {field.means}" for field in FIELDS]
    return "\n".join([*lines, f"{'-elements:H':<{width}}  a minus turns a condition round"])
