"""States of truth of the parts of a query, for the crystals that were found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clics.library.facts import Facts
from clics.library.row_conditions import has_key
from clics.library.store import Library
from clics.query.filters import parse_filter
from clics.query.parsed_query import Group, ParsedQuery
from clics.results.chips import Part, Source, State

Texts = Sequence[tuple[ParsedQuery, Source]]
"""The parsed texts of a query with their roles: the phrase, then those that must and must not be true."""


def states_of_parts(texts: Texts, facts: Mapping[int, Facts], library: Library) -> dict[int, tuple[Part, ...]]:
    """The states of all parts, in the order of the chips (:func:`clics.query.chips.chips_of`).

    Args:
        texts: The texts.
        facts: The stored facts of the crystals, by key.
        library: The library.

    Returns:
        The parts by key.
    """
    found: dict[int, tuple[Part, ...]] = dict.fromkeys(facts, ())
    for parsed, source in texts:
        passing = {group: _passing(group, facts, library) for group in parsed.groups if group.filter}
        for key, known in facts.items():
            found[key] += _parts(
                parsed, source, {g: _state(g, known, key in passing.get(g, ())) for g in parsed.groups}
            )
    return found


def _passing(group: Group, keys: Iterable[int], library: Library) -> frozenset[int]:
    return frozenset(library.keys(parse_filter(group.filter) & has_key(keys)).tolist())


def _state(group: Group, facts: Facts, passes: bool) -> State:
    if group.filter:
        return State.CONFIRMED if passes else State.REFUTED
    answers = [facts.holds(concept) for concept in group.concepts]
    if True in answers:
        return State.REFUTED if group.negated else State.CONFIRMED
    if None in answers or not answers:
        return State.UNKNOWN
    return State.CONFIRMED if group.negated else State.REFUTED


def _parts(parsed: ParsedQuery, source: Source, states: Mapping[Group, State]) -> tuple[Part, ...]:
    unread = [(start, end, Part(parsed.text[start:end], State.NOT_UNDERSTOOD)) for start, end in parsed.unread]
    if source == "must_not" and states:
        start, end = min(group.start for group in states), max(group.end for group in states)
        joined = Part(parsed.text[start:end], _opposite(states.values()), negated=not _single_negation(states))
        return (joined, *(part for _, _, part in unread))
    read = [(group.start, group.end, Part(group.words, state, group.negated)) for group, state in states.items()]
    return tuple(part for _, _, part in sorted([*read, *unread], key=lambda entry: entry[:2]))


def _single_negation(states: Mapping[Group, State]) -> bool:
    return len(states) == 1 and next(iter(states)).negated


def _opposite(states: Iterable[State]) -> State:
    """The state of "not all of these are so"."""
    states = set(states)
    if State.REFUTED in states:
        return State.CONFIRMED
    return State.UNKNOWN if State.UNKNOWN in states else State.REFUTED
