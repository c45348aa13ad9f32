"""Short labels of concepts, and the length of the bars beside scores."""

from __future__ import annotations

import math

from clics.concepts.concept import Concept, UnparsedConcept
from clics.concepts.parse import concept_of_phrase
from clics.concepts.registry import row_of
from clics.results.typography import pretty_formula, pretty_symbol

__all__ = ["bar", "counted", "name_alone", "pretty_formula", "pretty_symbol", "short_label", "short_phrase"]

FULL_BAR = 0.8
"""The score that fills a bar; the best phrases of a crystal reach 0.5 to 0.75."""


def bar(score: float) -> float:
    """Length of the bar beside a score.

    Args:
        score: A similarity.

    Returns:
        The filled part of the bar, 0 to 1; 0 for a score that is no number.
    """
    return min(max(score / FULL_BAR, 0.0), 1.0) if math.isfinite(score) else 0.0


def short_label(concept: Concept) -> str:
    """The short label of a concept: ``"Metal: octahedral"``; the phrase of one that could not be parsed."""
    if isinstance(concept, UnparsedConcept):
        return concept.phrase
    label: str = row_of(concept.kind).label(concept)
    return label


def short_phrase(phrase: str) -> str:
    """The short label of a concept by its phrase; any other text is returned unchanged."""
    concept = concept_of_phrase(phrase)
    return phrase if concept is None else short_label(concept)


def name_alone(phrase: str) -> str:
    """The label of a phrase under a heading that names its kind: ``"P4₂/mnm"``, not ``"Space group P4₂/mnm"``."""
    concept = concept_of_phrase(phrase)
    name = None if concept is None else row_of(concept.kind).name_alone
    return short_phrase(phrase) if name is None else name(concept)


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: ``"1 site"``, ``"2 sites"``.

    Args:
        number: The number.
        singular: The noun for 1.
        plural: The noun for other numbers; None adds an s.
    """
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
