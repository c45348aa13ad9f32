"""Chips of a parsed query: what each part of a phrase is understood as, in words for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clics.concepts.concept import Concept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.concepts.kinds.structure_type import StructureTypeConcept
from clics.concepts.labels import short_label
from clics.query.filter_words import words_of_filter
from clics.query.geometry.labels import words_of_term
from clics.query.parsed_query import Group, ParsedQuery
from clics.query.typed_positions import normal_form
from clics.results.chips import Chip, Source
from clics.symmetry import space_groups

_MOST_NAMED = 3
"""Alternatives that a label names; more are counted."""


def chips_of(parsed: ParsedQuery, typed: str, source: Source = "phrase") -> tuple[Chip, ...]:
    """The chips of a text, in its order.

    Args:
        parsed: The parsed text.
        typed: The text as typed.
        source: Its role in the search. Several parts of a phrase that must not be true are one chip: it excludes the
            crystals of which all of them are true.
    """
    chips = sorted((*_read(parsed), *_unread(parsed)), key=lambda chip: (chip.start, chip.end))
    _, spans = normal_form(typed)
    chips = [_placed(chip, spans) for chip in chips]
    understood = [chip for chip in chips if chip.kind != "not understood"]
    if source == "must_not" and understood:
        unread = [chip for chip in chips if chip.kind == "not understood"]
        chips = [understood[0] if len(understood) == 1 else _joined(typed, understood), *unread]
    return tuple(chip.of(source) for chip in chips)


def _read(parsed: ParsedQuery) -> Iterator[Chip]:
    for group in parsed.groups:
        text = parsed.text[group.start : group.end]
        if group.filter:
            label = words_of_filter(group.filter)
            yield Chip(text, group.start, group.end, "filter", label, filter=group.filter, applied=group.applied)
        else:
            kinds = tuple(dict.fromkeys(concept.kind for concept in (group.concepts or group.primary)))
            yield Chip(text, group.start, group.end, "concept", label_of(group), kinds, group.negated)


def _unread(parsed: ParsedQuery) -> Iterator[Chip]:
    for start, end in parsed.unread:
        yield Chip(parsed.text[start:end], start, end, "not understood")


def _placed(chip: Chip, spans: list[tuple[int, int]]) -> Chip:
    """The chip with its span in the text as typed."""
    if not spans:
        return chip
    last = len(spans) - 1
    return replace(chip, start=spans[min(chip.start, last)][0], end=spans[min(max(chip.end - 1, 0), last)][1])


def _joined(typed: str, chips: list[Chip]) -> Chip:
    label = " and ".join(f"not {chip.label}" if chip.negated else chip.label for chip in chips)
    kinds = tuple(dict.fromkeys(kind for chip in chips for kind in chip.concepts))
    start, end = min(chip.start for chip in chips), max(chip.end for chip in chips)
    return Chip(typed[start:end], start, end, "concept", label, kinds)


def label_of(group: Group) -> str:
    """What a part of a query is understood as, in few words."""
    if group.term is not None:
        return words_of_term(group.term)
    if group.tolerance is not None:
        return f"{label_of(replace(group, tolerance=None))} at {group.tolerance:g} Å"
    concepts = group.concepts or group.primary
    if all(isinstance(concept, SpaceGroupConcept) for concept in concepts) and len(concepts) > 1:
        return _space_groups(concepts)
    if all(isinstance(concept, StructureTypeConcept) for concept in concepts):
        return _alternatives([short_label(concept) for concept in (group.primary or concepts)])
    labels = [short_label(concept) for concept in (group.primary or concepts)]
    if all(isinstance(concept, EnvironmentConcept) for concept in group.primary):
        labels = _environments([c for c in group.primary if isinstance(c, EnvironmentConcept)])
    return _alternatives(labels)


def _alternatives(labels: list[str]) -> str:
    labels = list(dict.fromkeys(labels))
    if len(labels) > _MOST_NAMED:
        return f"{' or '.join(labels[: _MOST_NAMED - 1])} or {len(labels) - _MOST_NAMED + 1} others"
    return " or ".join(labels)


def _environments(concepts: list[EnvironmentConcept]) -> list[str]:
    """Labels of environments; without the class of elements where any class is meant."""
    classes = {concept.element_class for concept in concepts}
    labels = [short_label(concept) for concept in concepts]
    if len(classes) > 1:
        labels = [label.partition(": ")[2] for label in labels]
    return labels


def _space_groups(concepts: tuple[Concept, ...]) -> str:
    groups = [space_groups.by_symbol(c.symbol) for c in concepts if isinstance(c, SpaceGroupConcept)]
    numbers = sorted(group.number for group in groups if group is not None)
    if len(numbers) <= _MOST_NAMED:
        return _alternatives([short_label(concept) for concept in concepts])
    systems = {space_groups.by_number(number).crystal_system for number in numbers}
    every = [group.number for group in space_groups.SPACE_GROUPS if group.crystal_system in systems]
    if numbers == every:
        return f"{' or '.join(sorted(systems))} (space groups {numbers[0]}–{numbers[-1]})"
    return f"one of {len(numbers)} space groups"
