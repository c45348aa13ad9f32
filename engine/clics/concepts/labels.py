"""Short labels of concepts for people, and the length of the bars beside scores. The fixed phrases stay as they are."""

from __future__ import annotations

import math

from clics.concepts.concept import Concept, UnparsedConcept
from clics.concepts.parse import concept_of_phrase
from clics.concepts.registry import row_of
from clics.concepts.typography import pretty_formula, pretty_symbol

__all__ = ["bar", "counted", "name_alone", "pretty_formula", "pretty_symbol", "short_label", "short_phrase"]

FULL_BAR = 0.8
"""The score that fills a bar; the best phrases of a crystal reach 0.5 to 0.75."""


def bar(score: float) -> float:
    """How much of a bar a score fills; nothing where it is no number."""
    return min(max(score / FULL_BAR, 0.0), 1.0) if math.isfinite(score) else 0.0


def short_label(concept: Concept) -> str:
    """``"Metal: octahedral"``, ``"Edge-sharing octahedra"``; the phrase itself where it could not be parsed."""
    if isinstance(concept, UnparsedConcept):
        return concept.phrase
    label: str = row_of(concept.kind).label(concept)
    return label


def short_phrase(phrase: str) -> str:
    """The short label of a concept by its phrase; any other text stays as it is."""
    concept = concept_of_phrase(phrase)
    return phrase if concept is None else short_label(concept)


def name_alone(phrase: str) -> str:
    """The label of a phrase where a heading names the kind: ``"P4₂/mnm"`` in place of ``"Space group P4₂/mnm"``."""
    concept = concept_of_phrase(phrase)
    name = None if concept is None else row_of(concept.kind).name_alone
    return short_phrase(phrase) if name is None else name(concept)


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """``"1 site"``, ``"2 sites"``."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
