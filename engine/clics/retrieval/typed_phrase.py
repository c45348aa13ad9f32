"""From a typed phrase to its scoring function.

A concept that is recognised in the text (:func:`clics.query.recognise.recognise`) contributes the vector of its fixed
phrase, the wording with which the model was trained and evaluated. Words that may mean several concepts contribute them
as alternatives. Negated concepts have a negative weight. If words are left over, the whole text as typed contributes
too, with a small weight. A text in which nothing is recognised is embedded as it is.

A structure type contributes the vectors of its prototypes (:mod:`clics.retrieval.prototype_similarity`). A concept of a
kind that the model has not learned is not scored: crystals of which it is true by the facts come first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from clics.concepts.concept import Concept
from clics.concepts.registry import row_of
from clics.errors import InputError
from clics.library.encoder_protocol import PhraseEncoder
from clics.query.learned_kinds import decided_by_facts
from clics.query.parsed_query import ParsedQuery
from clics.query.recognise import recognise
from clics.query.typed_positions import normal_form
from clics.retrieval.phrase_scores import PhraseScores
from clics.retrieval.phrase_vectors import phrase_vectors
from clics.retrieval.query_term import QueryTerm

NEGATIVE_WEIGHT = 0.5
"""Weight of a negated concept and of a ``must_not`` phrase; that of a wanted one is 1."""

TEXT_WEIGHT = 0.25
"""Weight of the text as typed; that of each recognised concept is 1 (measured: docs/lab-notebook/search.md)."""

MAX_PHRASE = 2_000
"""Largest number of characters of a phrase."""

_FILLER_WORDS = """
a all also an and any are around as at atom atoms be bonded but by cation cations anion anions centre center
compound compounds contain containing contains coordinated coordination crystal crystals environment find for
from geometry group groups has have having in into is it its material materials metal metals metalloid
metalloids more nonmetal nonmetals number of on or phase phases polyhedra polyhedron show site sites space
structure structures surroundings symmetry that the their them these this to type units which whose with
"""
_FILLERS = frozenset(_FILLER_WORDS.split())


@dataclass(frozen=True, slots=True)
class TypedPhrase:
    """A typed phrase, parsed and ready to score crystals.

    Attributes:
        text: The phrase with single blanks.
        typed: The phrase as typed.
        scores: Its scoring function.
        parsed: The concepts recognised in it.
    """

    text: str
    scores: PhraseScores
    parsed: ParsedQuery
    typed: str = ""

    @property
    def matched_text(self) -> tuple[str, ...]:
        """The words of the phrase that are understood, negated ones last."""
        return self.parsed.understood


def read_phrase(text: str, encoder: PhraseEncoder) -> TypedPhrase:
    """Parse a typed phrase and embed what it asks for.

    Args:
        text: The phrase.
        encoder: The model that searches.

    Raises:
        InputError: The phrase is empty (kind ``empty-phrase``) or longer than :data:`MAX_PHRASE` (``phrase-too-long``).
    """
    typed, (text, _) = text, normal_form(text)
    if not text:
        raise InputError(
            'The phrase is empty; say what geometry you look for, for example "corner-sharing octahedra".',
            kind="empty-phrase",
        )
    if len(text) > MAX_PHRASE:
        raise InputError(
            f"The phrase has {len(text)} characters; at most {MAX_PHRASE} are read.", kind="phrase-too-long"
        )
    parsed = recognise(text, encoder.vocabulary)
    terms = [
        QueryTerm.of(1.0, group, encoder) for group in (_scored(group, encoder) for group in parsed.primary) if group
    ]
    for group, aims in zip(parsed.negated, parsed.negated_primary, strict=True):
        is_type = any(row_of(concept.kind).evidence == "prototypes" for concept in aims)
        if scored := _scored(aims if is_type else group, encoder):
            terms.append(QueryTerm.of(-NEGATIVE_WEIGHT, scored, encoder))
    if not terms or _unread_words(text, (*parsed.matched_text, *parsed.negated_text)):
        terms.append(QueryTerm(TEXT_WEIGHT if terms else 1.0, phrase_vectors(encoder, [text])))
    return TypedPhrase(text, PhraseScores(tuple(terms)), parsed, typed)


def as_typed(phrase: str | TypedPhrase, encoder: PhraseEncoder) -> TypedPhrase:
    """A phrase that may have been parsed already."""
    return phrase if isinstance(phrase, TypedPhrase) else read_phrase(phrase, encoder)


def _scored(concepts: tuple[Concept, ...], encoder: PhraseEncoder) -> tuple[Concept, ...]:
    """The concepts that the model scores; those of kinds that it has not learned have no place in its space."""
    vocabulary = encoder.vocabulary
    return tuple(c for c in concepts if c in vocabulary or not decided_by_facts(c.kind, vocabulary))


def _unread_words(text: str, matched: Iterable[str]) -> str:
    """The words of a text that are neither recognised nor fillers."""
    for words in matched:
        text = text.replace(words, " ", 1)
    return " ".join(word for word in re.findall(r"\w+", text.lower()) if word not in _FILLERS)
