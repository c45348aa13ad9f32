"""Typed phrases as conditions on the stored facts, which let crystals through or keep them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clics.concepts.concept import Concept
from clics.errors import InputError
from clics.library.encoder_protocol import PhraseEncoder
from clics.library.row_conditions import has_fact
from clics.library.sql_condition import EVERYTHING, Condition, every
from clics.query.parsed_query import ParsedQuery
from clics.query.recognise import recognise
from clics.query.typed_positions import normal_form
from clics.results.chips import Source


def facts_hold(query: ParsedQuery) -> Condition:
    """The condition that the stored facts fulfil every recognised part of a query."""
    return _hold(query.parts()) & query.condition


def conditions_ranked_first(query: ParsedQuery) -> list[Condition]:
    """The condition of the crystals that are ranked first, because facts alone decide a part of a query.

    Returns:
        One condition; none where facts decide no part.
    """
    parts = list(query.by_facts())
    return [_hold(parts)] if parts else []


def split_by_priority(condition: Condition, first: Sequence[Condition]) -> list[Condition]:
    """Split a condition by the priority of hits.

    Args:
        condition: The condition that all hits fulfil.
        first: Conditions of decreasing priority.

    Returns:
        For each priority, the crystals that fulfil it and none of higher priority; then all others.
    """
    split = []
    for one in first:
        split.append(condition & one)
        condition = condition & ~one
    return [*split, condition]


def _hold(parts: Iterable[tuple[str, tuple[Concept, ...], bool]]) -> Condition:
    return every(has_fact(group) if wanted else ~has_fact(group) for _, group, wanted in parts)


def conditions_of_phrases(
    must: Sequence[str], must_not: Sequence[str], encoder: PhraseEncoder
) -> tuple[Condition, list[tuple[ParsedQuery, Source]]]:
    """The condition that the facts fulfil all of some phrases and none of others.

    Args:
        must: Phrases that must be true.
        must_not: Phrases that must not be true.
        encoder: The model, whose vocabulary is recognised.

    Returns:
        The condition, and the parsed phrases with their roles.

    Raises:
        InputError: Nothing that facts can tell is recognised in a phrase (kind ``not-recognised``).
    """
    condition = EVERYTHING
    parsed: list[tuple[ParsedQuery, Source]] = []
    roles: tuple[tuple[Source, Sequence[str]], ...] = (("must", must), ("must_not", must_not))
    for role, texts in roles:
        for text in texts:
            query = recognise(normal_form(text)[0], encoder.vocabulary)
            if not query.decidable:
                raise InputError(
                    f"“{text[:80]}” names no geometry that could be checked; put it into the phrase instead.",
                    kind="not-recognised",
                )
            condition = condition & (facts_hold(query) if role == "must" else ~facts_hold(query))
            parsed.append((query, role))
    return condition, parsed
