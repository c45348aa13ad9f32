"""What a search understood of a phrase, and what the facts say of each part: chips, states of truth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

ChipKind = Literal["concept", "filter", "not understood"]
"""A part of a phrase means concepts, is a condition of the filter language, or is not understood."""
Source = Literal["phrase", "must", "must_not"]
"""The text that a part was typed in: the phrase, a phrase that must be true, or one that must not be true."""
Verdict = Literal["confirmed", "partly", "refuted", "unknown", "not understood"]
"""State of a whole phrase: the state of all its parts, or ``partly`` where some parts are confirmed and others not."""


class State(StrEnum):
    """State of truth of one part of a phrase for one crystal.

    Attributes:
        CONFIRMED: A fact of exactly this kind is as the phrase says.
        REFUTED: A fact says otherwise.
        UNKNOWN: No fact decides; the score of the model alone speaks.
        NOT_UNDERSTOOD: The words were not read.
    """

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNKNOWN = "unknown"
    NOT_UNDERSTOOD = "not understood"

    @property
    def mark(self) -> str:
        """The state in one character: ✓, ✗, ?, –."""
        return _MARKS[self]


_MARKS = {State.CONFIRMED: "✓", State.REFUTED: "✗", State.UNKNOWN: "?", State.NOT_UNDERSTOOD: "–"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of a phrase, and what it is understood as.

    Attributes:
        text: The words as typed, with those that negate them.
        start: Index of the first character in the phrase as typed.
        end: Index after the last character.
        kind: Concepts, a filter, or not understood.
        label: The meaning for people; empty where it is not understood.
        concepts: Kinds of the concepts; empty for others.
        negated: It must not be true.
        filter: The condition in the filter language, for a filter.
        applied: False for a condition that stands in the phrase in the filter language: it is offered, not applied.
        source: The text that the words stand in.
    """

    text: str
    start: int
    end: int
    kind: ChipKind
    label: str = ""
    concepts: tuple[str, ...] = ()
    negated: bool = False
    filter: str | None = None
    applied: bool = True
    source: Source = "phrase"

    def of(self, source: Source) -> Chip:
        """The same part of another text; of ``must_not``, it is negated."""
        return replace(self, source=source, negated=self.negated != (source == "must_not"))

    def words(self) -> str:
        """The chip in one line for people: ``"trigonal prismatic" → trigonal prism (TPR-6)``."""
        if self.kind == "not understood":
            return f"“{self.text}” not understood"
        return f"“{self.text}” → {'not ' if self.negated else ''}{self.label}"

    def to_json(self) -> dict[str, Any]:
        """The entry of ``search --json`` (docs/reference/json.md)."""
        entry: dict[str, Any] = {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "kind": self.kind,
            "label": self.label,
            "concepts": list(self.concepts),
            "negated": self.negated,
            "source": self.source,
        }
        return entry if self.filter is None else {**entry, "filter": self.filter, "applied": self.applied}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a phrase for one hit: the chip at the same place of the result, and its state of truth.

    Attributes:
        text: The words as typed.
        state: Whether the crystal is as the phrase says.
        negated: The phrase says that it is not so; confirmed then means that it is absent.
    """

    text: str
    state: State
    negated: bool = False

    def to_json(self) -> dict[str, Any]:
        """The entry of ``search --json``."""
        return {"text": self.text, "state": str(self.state), "negated": self.negated}


def verdict(parts: Iterable[Part]) -> Verdict:
    """The state of a whole phrase; a phrase with a part that is not confirmed is never confirmed.

    Args:
        parts: Its parts; none: nothing was understood.
    """
    states = {part.state for part in parts}
    if states <= {State.NOT_UNDERSTOOD}:
        return "not understood"
    if State.CONFIRMED in states:
        return "confirmed" if len(states) == 1 else "partly"
    return "refuted" if State.REFUTED in states else "unknown"
