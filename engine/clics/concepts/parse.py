"""Parser of stored phrases: vocabularies, libraries and packed data hold concepts as phrases."""

from __future__ import annotations

from functools import lru_cache

from clics.concepts.concept import Concept, Kind, UnparsedConcept
from clics.concepts.registry import BY_NAME, ROWS

_CACHED = 1 << 17
"""Concepts kept: more than the distinct phrases of the largest data set in use."""


@lru_cache(maxsize=_CACHED)
def concept_of(kind: Kind, phrase: str) -> Concept:
    """The concept of a stored phrase.

    Args:
        kind: Name of its kind, as stored beside it.
        phrase: The fixed phrase.

    Returns:
        A concept whose phrase is ``phrase``, byte for byte; an :class:`~clics.concepts.concept.UnparsedConcept` where
        the kind or the form of the phrase is not known.
    """
    row = BY_NAME.get(kind)
    concept: Concept | None = None if row is None else row.parse(phrase)
    if concept is None or concept.phrase != phrase:
        return UnparsedConcept(kind, phrase)
    return concept


@lru_cache(maxsize=_CACHED)
def concept_of_phrase(phrase: str) -> Concept | None:
    """The concept of a phrase of any kind; None for any other text."""
    for row in ROWS:
        concept: Concept | None = row.parse(phrase)
        if concept is not None and concept.phrase == phrase:
            return concept
    return None
