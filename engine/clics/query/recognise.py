"""Queries: typed text is parsed into concepts that the facts of a crystal decide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from clics.concepts.concept import Concept
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.concepts.mentions import Mention, masked
from clics.concepts.parse import concept_of_phrase
from clics.concepts.registry import ROWS
from clics.concepts.vocabulary import Vocabulary
from clics.query.composition_words import composition_mentions
from clics.query.connection_extractor import connection_mentions
from clics.query.family_extractor import family_mentions
from clics.query.geometry.extractor import GeometryItems, ranked_mentions, term_mentions
from clics.query.geometry_extractor import environment_mentions
from clics.query.group_mentions import grouped
from clics.query.learned_kinds import decided_by_facts, kinds_decided_by_facts
from clics.query.normalise import normalise
from clics.query.parsed_query import ParsedQuery
from clics.query.symmetry_extractor import symmetry_mentions
from clics.query.tolerance_words import parts_by_tolerance, with_tolerance
from clics.query.type_extractor import structure_mentions
from clics.query.typed_filter import filter_mentions
from clics.query.unread_words import unread_spans

LONGEST = 2000
"""Characters of a query that are read: longer than any full pattern, short enough to be instant."""


def recognise(text: str, vocabulary: Vocabulary) -> ParsedQuery:
    """Find the concepts that a typed text names.

    A text that is the phrase of a concept means that concept alone. Space groups are recognised in any usual spelling
    or by number, whether or not the vocabulary has them; geometries and connections only if the vocabulary has them.

    Args:
        text: The text; only its first :data:`LONGEST` characters are read.
        vocabulary: The concepts of the model that searches.

    Returns:
        The parsed query; empty if nothing is recognised with certainty.
    """
    text = unicodedata.normalize("NFC", text).strip()[:LONGEST]
    left = text
    whole: list[Mention] = []
    for match in re.finditer(r"[^.]+(?:\.(?!\s|$)[^.]*)*\.?", text):
        concept = _exact(match.group(), vocabulary)
        if concept is not None:
            whole.append(Mention(match.start(), match.end(), (concept,)))
            left = masked(left, match.start(), match.end())
    whole += filter_mentions(left)
    left = _without(left, whole)
    items = GeometryItems.of(left)
    own = items.own_spans
    outside = left
    for start, end in items.symmetry_like:
        outside = masked(outside, start, end)
    of_symmetry = [
        mention
        for part in parts_by_tolerance(outside)
        for mention in (*family_mentions(part), *symmetry_mentions(part))
    ]
    left, outside = _without(left, of_symmetry), _without(outside, of_symmetry)
    of_types = list(structure_mentions(outside, vocabulary))
    left = _without(left, of_types)
    of_words = [mention for row in ROWS if row.mentions for mention in row.mentions(left)]
    of_elements = [
        m for m in composition_mentions(left) if not any(m.start < end and start < m.end for start, end in own)
    ]
    inside = _without(left, of_words + of_elements)
    for start, end in items.strange_spans:
        inside = masked(inside, start, end)
    of_geometry = list(_geometry_mentions(inside, vocabulary))
    known = whole + with_tolerance(text, of_symmetry) + of_types
    taken = [span for mention in known + of_elements for span in mention.read]
    of_terms = term_mentions(items, taken, of_geometry, vocabulary)
    mentions = known + of_elements + of_terms
    read = [span for mention in mentions for span in mention.read]
    return ParsedQuery(
        text,
        grouped(text, mentions),
        tuple(span for span in unread_spans(text, read) if not _repeats_a_number(text, span, of_symmetry)),
        grouped(text, whole + of_symmetry + of_types + of_words + ranked_mentions(of_geometry, of_terms, vocabulary)),
        kinds_decided_by_facts(vocabulary),
    )


def _repeats_a_number(text: str, span: tuple[int, int], of_symmetry: list[Mention]) -> bool:
    """True for the number of a space group that is named beside it: "Pnma (62)"."""
    numbers = {
        str(concept.number) for m in of_symmetry for concept in m.concepts[:1] if isinstance(concept, SpaceGroupConcept)
    }
    return text[slice(*span)] in numbers


def _without(text: str, mentions: list[Mention]) -> str:
    for mention in mentions:
        text = masked(text, mention.start, mention.end)
    return text


def _geometry_mentions(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Environments and connections of the normalised text, with their spans in the text as typed."""
    normalised = normalise(text)
    connections, left = connection_mentions(normalised.text, vocabulary)
    for mention in (*connections, *environment_mentions(left, vocabulary)):
        start, end = normalised.typed_span(mention.start, mention.end)
        yield replace(mention, start=start, end=end)


def _exact(sentence: str, vocabulary: Vocabulary) -> Concept | None:
    sentence = " ".join(sentence.split()).removesuffix(".") + "."
    concept = vocabulary.find(sentence) or concept_of_phrase(sentence)
    known = concept is not None and (concept in vocabulary or decided_by_facts(concept.kind, vocabulary))
    return concept if known else None
