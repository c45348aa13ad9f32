"""Normalisation of a query: correct spelling, and the terms of the vocabulary for abbreviations, formulas and synonyms.

Each character of the normalised text keeps the span of the typed text that it replaces, so that matches can be shown in
the words of the user.
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
    """A normalised text, aligned with the typed one.

    Attributes:
        text: The normalised text; its character i replaces ``typed[starts[i]:ends[i]]``.
        starts: For each character, the first typed character.
        ends: For each character, the position after the last typed character.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, typed: str) -> NormalisedText:
        """Align a typed text with itself."""
        return cls(typed, tuple(range(len(typed))), tuple(range(1, len(typed) + 1)))

    def replaced(self, pattern: re.Pattern[str], replacement: Replacement) -> NormalisedText:
        """Replace every match of a pattern.

        Args:
            pattern: The pattern.
            replacement: A template for :meth:`re.Match.expand`, or a function of the match.

        Returns:
            The new text, whose replaced characters are aligned with the whole span of the match.
        """
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
        """The span of the typed text that ``text[start:end]`` replaces."""
        return self.starts[start], max(self.ends[start:end])


def normalise(typed: str) -> NormalisedText:
    """Normalise a text.

    Args:
        typed: The text as typed.

    Returns:
        The text after all rules, aligned with ``typed``.
    """
    text = NormalisedText.of(typed)
    for pattern, replacement in _RULES:
        text = text.replaced(pattern, replacement)
    return text
