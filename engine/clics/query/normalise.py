"""Normalised form of a typed text: spelling corrected; abbreviations, formulas and synonyms in the words of the extractors.

Every character of the normalised text keeps the span of the typed text that it stands for, so that matches can be shown in
the user's own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clics.query.coordination_rules import COORDINATION
from clics.query.polyhedron_formulas import FORMULAS, NOTATION
from clics.query.rule import Replacement, Rule
from clics.query.shape_rules import DISTORTION, GEOMETRIES
from clics.query.word_rules import ABBREVIATIONS, CLASSES_AND_SHARING

_RULES: tuple[Rule, ...] = (
    *NOTATION,
    *ABBREVIATIONS,
    *FORMULAS,
    *CLASSES_AND_SHARING,
    *COORDINATION,
    *GEOMETRIES,
    *DISTORTION,
)
"""In the order in which they are applied: later rules read the words of earlier ones."""


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """Normalised ``text``, whose character i stands for ``typed[starts[i]:ends[i]]``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, typed: str) -> NormalisedText:
        """The text itself, character by character."""
        return cls(typed, tuple(range(len(typed))), tuple(range(1, len(typed) + 1)))

    def replaced(self, pattern: re.Pattern[str], replacement: Replacement) -> NormalisedText:
        """Replace every match of ``pattern``; the new characters stand for the whole span that the match stood for."""
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        last = 0
        for match in pattern.finditer(self.text):
            new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
            if new == match.group():
                continue
            a, b = match.span()
            text += [self.text[last:a], new]
            starts += self.starts[last:a]
            ends += self.ends[last:a]
            if b > a:
                starts += [self.starts[a]] * len(new)
                ends += [self.ends[b - 1]] * len(new)
            last = b
        if last == 0:
            return self
        text.append(self.text[last:])
        return NormalisedText("".join(text), (*starts, *self.starts[last:]), (*ends, *self.ends[last:]))

    def typed_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the typed text that ``text[start:end]`` stands for."""
        return self.starts[start], max(self.ends[start:end])


def normalise(typed: str) -> NormalisedText:
    """Apply all rules, in order, to a typed text."""
    text = NormalisedText.of(typed)
    for pattern, replacement in _RULES:
        text = text.replaced(pattern, replacement)
    return text
