"""States of truth of the parts of a query, for the crystals that were found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clics.library.facts import Facts
from clics.library.row_conditions import has_key
from clics.library.store import Library
from clics.query.filters import parse_filter
from clics.query.parsed_query import Group, ParsedQuery
from clics.results.chips import Part, Source, State
from clics.retrieval.symmetry_at import answers_at
from clics.retrieval.term_conditions import answers_of_term

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
        answers = [_answers(group, facts, library) for group in parsed.groups]
        for key in facts:
            states = [_state(group, of_group[key]) for group, of_group in zip(parsed.groups, answers, strict=True)]
            found[key] += _parts(parsed, source, states)
    return found


def checked_of(texts: Texts, parts: Sequence[Part]) -> dict[str, bool]:
    """Parts with what facts say of them, as it was printed before the states of truth.

    A part of the phrase, or of a phrase that must be true, is true where it is confirmed; a phrase that must not be true
    has the truth of what it excludes.
    """
    wanted = {group.words for parsed, source in texts if source != "must_not" for group in parsed.groups}
    return {
        part.text: (part.state is State.CONFIRMED) == (part.text in wanted)
        for part in parts
        if part.state in (State.CONFIRMED, State.REFUTED)
    }


def _answers(group: Group, facts: Mapping[int, Facts], library: Library) -> Mapping[int, bool | None]:
    """By key, whether what a group names is true of a crystal; None where no fact tells."""
    if group.filter:
        named = group.filter.removeprefix("-") if group.negated else group.filter
        passing = set(library.keys(parse_filter(named) & has_key(facts)).tolist())
        return {key: key in passing for key in facts}
    if group.term is not None:
        return answers_of_term(group.term, facts, library)
    if group.tolerance is not None:
        return answers_at(group.concepts, group.tolerance, facts, library)
    return {key: _any([known.holds(concept) for concept in group.concepts]) for key, known in facts.items()}


def _any(answers: Sequence[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers or not answers else False


def _state(group: Group, answer: bool | None) -> State:
    if answer is None:
        return State.UNKNOWN
    return State.CONFIRMED if answer != group.negated else State.REFUTED


def _parts(parsed: ParsedQuery, source: Source, states: Sequence[State]) -> tuple[Part, ...]:
    unread = [(start, end, Part(parsed.text[start:end], State.NOT_UNDERSTOOD)) for start, end in parsed.unread]
    groups = parsed.groups
    if source == "must_not" and groups:
        start, end = min(group.start for group in groups), max(group.end for group in groups)
        negated = not (len(groups) == 1 and groups[0].negated)
        return (Part(parsed.text[start:end], _opposite(states), negated), *(part for _, _, part in unread))
    read = [
        (group.start, group.end, Part(group.words, state, group.negated))
        for group, state in zip(groups, states, strict=True)
    ]
    return tuple(part for _, _, part in sorted([*read, *unread], key=lambda entry: entry[:2]))


def _opposite(states: Iterable[State]) -> State:
    """The state of "not all of these are so"."""
    states = set(states)
    if State.REFUTED in states:
        return State.CONFIRMED
    return State.UNKNOWN if State.UNKNOWN in states else State.REFUTED
