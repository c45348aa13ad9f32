"""Conditions of the filter language in words for people."""

from __future__ import annotations

from clics.query.filter_grammar import FilterTerm, read_terms

_MOST_NAMED = 20


def words_of_filter(text: str) -> str:
    """A filter in words: ``"contains Li and O"``, ``"formula SrTiO3"``; any other condition as it stands.

    Args:
        text: A filter that can be read.
    """
    return ", ".join(_words(term, text) for term in read_terms(text))


def _words(term: FilterTerm, text: str) -> str:
    values = [value.text for value in term.values]
    if term.name == "elements" and term.operator == ":":
        parts = [
            " or ".join(value.split("|")) if value.count("|") < 5 else f"one of {value.replace('|', ', ')}"
            for value in values
        ]
        if term.negative and len(values) > _MOST_NAMED:
            return "metals only"
        return f"contains no {' or '.join(parts)}" if term.negative else f"contains {' and '.join(parts)}"
    if term.name == "elements" and term.operator == "=" and not term.negative:
        return f"contains only {' and '.join(values)}"
    if term.name == "nelements" and not term.negative and term.operator == ":" and values[0].isdigit():
        return f"{' or '.join(values)} elements"
    if term.name == "formula" and not term.negative:
        return f"formula {' or '.join(values)}"
    return f"{'-' if term.negative else ''}{term.name}{term.operator}{','.join(values)}"
