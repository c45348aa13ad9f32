"""Typed phrases as conditions on the stored facts, which let crystals through or keep them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clics.errors import InputError
from clics.library.encoder_protocol import PhraseEncoder
from clics.library.row_conditions import has_fact
from clics.library.sql_condition import EVERYTHING, Condition, every
from clics.library.store import Library
from clics.query.parsed_query import Group, ParsedQuery
from clics.query.recognise import recognise
from clics.query.typed_positions import normal_form
from clics.results.chips import Source
from clics.retrieval.symmetry_at import group_confirmed
from clics.retrieval.term_conditions import term_confirmed


def facts_hold(query: ParsedQuery, library: Library) -> Condition:
    """The condition that the stored facts of a library confirm every recognised part of a query."""
    return _hold(query.groups, library) & query.condition


def conditions_ranked_first(query: ParsedQuery, library: Library) -> list[Condition]:
    """The condition of the crystals that are ranked first, because facts alone decide a part of a query.

    Returns:
        One condition; none where facts decide no part.
    """
    groups = list(query.by_facts())
    return [_hold(groups, library)] if groups else []


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


def _hold(groups: Iterable[Group], library: Library) -> Condition:
    return every(_confirmed(group, library) for group in groups if group.concepts or group.term is not None)


def _confirmed(group: Group, library: Library) -> Condition:
    if group.term is not None:
        return term_confirmed(group.term, library, negated=group.negated)
    if group.tolerance is not None:
        return group_confirmed(group.concepts, group.tolerance, library, negated=group.negated)
    return ~has_fact(group.concepts) if group.negated else has_fact(group.concepts)


def conditions_of_phrases(
    must: Sequence[str], must_not: Sequence[str], encoder: PhraseEncoder, library: Library
) -> tuple[Condition, list[tuple[ParsedQuery, Source]]]:
    """The condition that the facts fulfil all of some phrases and none of others.

    Args:
        must: Phrases that must be true.
        must_not: Phrases that must not be true.
        encoder: The model, whose vocabulary is recognised.
        library: The library whose facts decide.

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
            condition = condition & (facts_hold(query, library) if role == "must" else ~facts_hold(query, library))
            parsed.append((query, role))
    return condition, parsed
