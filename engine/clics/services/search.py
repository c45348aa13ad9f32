"""Searches in the library of a session."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from clics.errors import DescriptionError
from clics.progress import CancelToken, ProgressCallback, silent
from clics.results.search import SearchResult

if TYPE_CHECKING:
    from clics.concepts.concept import Concept, Truth
    from clics.results.queries import SearchQuery, SimilarQuery
    from clics.services.state import SessionState


def search(state: SessionState, query: SearchQuery) -> SearchResult:
    """Rank the crystals of the library by a phrase, which is parsed once."""
    from clics.query.filters import parse_filter
    from clics.retrieval.phrase_search import search_by_phrase
    from clics.retrieval.typed_phrase import read_phrase

    library, condition = state.library(), parse_filter(query.where)
    phrase = read_phrase(query.phrase, state.encoder)
    hits = search_by_phrase(
        phrase,
        library,
        state.encoder,
        query.top,
        condition,
        must=query.must,
        must_not=query.must_not,
        facts_first=query.facts_first,
    )
    return SearchResult(query.phrase, library.name, library.count(condition), tuple(hits), phrase.matched_text)


def similar(
    state: SessionState, query: SimilarQuery, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
) -> SearchResult:
    """Rank the crystals of the library by their similarity to one crystal."""
    from clics.query.filters import parse_filter
    from clics.retrieval.neighbours import other_formula
    from clics.retrieval.neighbours import similar as rank_by_similarity
    from clics.retrieval.typed_phrase import read_phrase

    library, condition = state.library(), parse_filter(query.where)
    crystal = query.crystal if query.crystal is not None else query.id
    assert crystal is not None  # a query has one of them
    if not query.same_formula:
        condition = condition & other_formula(library, crystal)
    phrase = None if query.but is None else read_phrase(query.but, state.encoder)
    hits = rank_by_similarity(
        crystal,
        library,
        state.encoder,
        query.top,
        condition,
        but=phrase,
        weight=query.weight,
        must=query.must,
        must_not=query.must_not,
        facts=_concepts_of(query),
        superpose=query.superpose,
        progress=progress,
        cancel=cancel,
    )
    name = query.title or query.id or (query.crystal.id if query.crystal is not None else "")
    words = None if phrase is None else phrase.matched_text
    return SearchResult(name, library.name, library.count(condition), tuple(hits), words)


def _concepts_of(query: SimilarQuery) -> dict[Concept, Truth] | None:
    """Concepts that are true of a crystal that is not in the library; without them the ranking is the same."""
    from clics.concepts.truth import true_concepts
    from clics.descriptions.describe import describe

    if query.crystal is not None:
        with contextlib.suppress(DescriptionError):
            return true_concepts(query.description or describe(query.crystal))
    return None
