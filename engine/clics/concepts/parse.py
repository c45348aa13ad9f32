"""Parser of stored phrases: vocabularies, libraries and packed data hold concepts as phrases."""

from __future__ import annotations

import re
from functools import lru_cache

from clics.concepts.concept import Concept, Kind, UnparsedConcept
from clics.concepts.masking import SentenceKind
from clics.concepts.registry import BY_NAME, ROWS
from clics.concepts.sentences import Sentence

_CACHED = 1 << 17
"""Concepts kept: more than the distinct phrases of the largest data set in use."""

_SENTENCES: dict[SentenceKind, re.Pattern[str]] = {
    "space_group": re.compile(r" crystallizes in (?P<symbol>\S+) space group\.$"),
    "environment": re.compile(
        r"^(?P<site>.*?)(?P<centre>\[\w+\]) (?:is|are) bonded in an? (?P<geometry>.+?) geometry(?P<neighbours>.*)\.$"
    ),
    "connection": re.compile(
        r"^(?P<site>.*?)(?P<centre>\[\w+\]) (?:is|are) bonded to (?P<neighbours>.+?) to form (?P<polyhedra>.+)\.$"
    ),
}
"""Forms of the masked sentences of a crystal, which are trained on (:mod:`clics.concepts.templates`)."""


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


def sentence_slots(sentence: Sentence) -> dict[str, str] | None:
    """Parse a masked sentence into the slots of a training template; None for a sentence of no known form."""
    form = _SENTENCES.get(sentence.kind)
    match = form.search(sentence.text) if form else None
    return None if match is None else match.groupdict()
