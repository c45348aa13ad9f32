"""Completion of typed text to concepts."""

from __future__ import annotations

import re

from clics.concepts.concept import Concept, UnparsedConcept
from clics.concepts.registry import COMPLETED_KINDS, row_of
from clics.concepts.vocabulary import Vocabulary


def complete(prefix: str, vocabulary: Vocabulary, limit: int = 10) -> list[Concept]:
    """Complete typed text to concepts.

    Phrases that begin with the text come first, then space groups by symbol or number and kinds of few concepts by
    their names, then phrases in which every word of the text begins a word. Among equals the more frequent comes
    first; full patterns come last.

    Args:
        prefix: The text typed so far.
        vocabulary: The concepts of the model; those of kinds of few concepts need not be in it.
        limit: Largest number of concepts.

    Returns:
        Concepts, best first; none for an empty text.
    """
    typed = prefix.casefold().strip()
    if not typed:
        return []
    words = _words(typed)
    ranked: list[tuple[int, int, int, str, Concept]] = []
    for order, kind in enumerate(COMPLETED_KINDS):
        for concept in dict.fromkeys((*vocabulary.concepts(kind), *row_of(kind).fixed)):
            rank = _rank(concept, prefix, words)
            if rank is not None:
                ranked.append((rank, order, -vocabulary.frequency(concept), concept.phrase, concept))
    return [row[-1] for row in sorted(ranked, key=lambda row: row[:-1])[:limit]]


def _rank(concept: Concept, typed: str, words: list[str]) -> int | None:
    phrase = concept.phrase.casefold()
    if phrase.startswith(typed.casefold().strip()):
        return 0
    completes = None if isinstance(concept, UnparsedConcept) else row_of(concept.kind).completes
    if completes is not None and (rank := completes(concept, typed)) is not None:
        return rank
    heads = _words(phrase)
    return 2 if words and all(any(head.startswith(word) for head in heads) for word in words) else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\s\[\].-]+", text)
