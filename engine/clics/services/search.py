"""Searches in the library of a session."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from clics.errors import DescriptionError
from clics.progress import CancelToken, ProgressCallback, silent
from clics.results.search import SearchResult
from clics.services.several_libraries import check_comparable, merged, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clics.concepts.concept import Concept, Truth
    from clics.library.store import Library
    from clics.query.parsed_query import ParsedQuery
    from clics.results.chips import Chip, Source
    from clics.results.queries import SearchQuery, SimilarQuery
    from clics.retrieval.typed_phrase import TypedPhrase
    from clics.services.state import SessionState

_DEFAULT_ORDER = "formula"


def search(state: SessionState, query: SearchQuery) -> SearchResult:
    """Rank the crystals of the libraries by a phrase; list those that pass a filter without one."""
    libraries = state.libraries()
    if len(libraries) > 1 and query.phrase.strip():
        check_comparable(libraries, state.encoder)
    results = [_search(state, query, library) for library in libraries]
    return merged(results, libraries, query.top, sort=query.sort or _DEFAULT_ORDER)


def _search(state: SessionState, query: SearchQuery, library: Library) -> SearchResult:
    """The hits of one library."""
    from clics.query.filters import parse_filter
    from clics.retrieval.phrase_search import search_by_phrase
    from clics.retrieval.typed_phrase import read_phrase

    condition = parse_filter(query.where)
    if not query.phrase.strip() and (query.where or query.must or query.must_not or query.sort):
        return _listed(state, query, library)
    phrase = read_phrase(query.phrase, state.encoder)
    parsed = phrase.parsed
    if parsed.is_filter:
        chips = _chips([(parsed, phrase.typed, "phrase")])
        return SearchResult(query.phrase, library.name, 0, (), (), chips, parsed.typed_filter)
    if parsed.is_list:
        return _listed(state, query, library, phrase)
    must, must_not = ([read_phrase(text, state.encoder) for text in texts] for texts in (query.must, query.must_not))
    hits = search_by_phrase(
        phrase,
        library,
        state.encoder,
        query.top,
        condition,
        must=must,
        must_not=must_not,
        facts_first=query.facts_first,
    )
    chips = _chips([*_typed([phrase], "phrase"), *_typed(must, "must"), *_typed(must_not, "must_not")])
    searched = library.count(condition & parsed.condition)
    suggested = parsed.typed_filter or None
    lacking = _without_geometry(library, query.where, [parsed, *(one.parsed for one in (*must, *must_not))])
    return SearchResult(
        query.phrase, library.name, searched, tuple(hits), phrase.matched_text, chips, suggested, lacking
    )


def _without_geometry(library: Library, where: str | None, texts: Iterable[ParsedQuery]) -> int:
    """Crystals without facts of geometry, where a filter or a part of a phrase needs them."""
    from clics.library.row_conditions import lacks_geometry
    from clics.query.filter_fields import needs_geometry

    needed = needs_geometry(where) or any(group.term is not None for parsed in texts for group in parsed.groups)
    return library.count(lacks_geometry()) if needed else 0


def _listed(
    state: SessionState, query: SearchQuery, library: Library, phrase: TypedPhrase | None = None
) -> SearchResult:
    """The crystals that pass the filter and of which the facts confirm the phrases, sorted.

    ``phrase``: A phrase of elements and formulas alone.
    """
    from clics.query.filters import parse_filter
    from clics.retrieval.candidates import check_top
    from clics.retrieval.fact_conditions import conditions_of_phrases
    from clics.retrieval.list_crystals import list_crystals

    check_top(query.top)
    condition = parse_filter(query.where)
    texts: list[tuple[ParsedQuery, Source]] = []
    if query.must or query.must_not:
        confirmed, texts = conditions_of_phrases(query.must, query.must_not, state.encoder, library)
        condition = condition & confirmed
    if phrase is not None:
        condition, texts = condition & phrase.parsed.condition, [(phrase.parsed, "phrase"), *texts]
    hits = list_crystals(library, query.top, condition, query.sort or _DEFAULT_ORDER, texts)
    typed = (*([] if phrase is None else [phrase.typed]), *query.must, *query.must_not)
    chips = _chips([(parsed, text, source) for (parsed, source), text in zip(texts, typed, strict=True)])
    words = None if phrase is None else phrase.matched_text
    name = query.phrase or query.where or ""
    suggested = None if phrase is None else phrase.parsed.typed_filter or None
    lacking = _without_geometry(library, query.where, [parsed for parsed, _ in texts])
    found = library.count(condition)
    return SearchResult(name, library.name, found, tuple(hits), words, chips, suggested, lacking)


def similar(
    state: SessionState, query: SimilarQuery, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
) -> SearchResult:
    """Rank the crystals of the libraries by their similarity to one crystal."""
    libraries = state.libraries()
    if len(libraries) == 1:
        return _similar(state, query, libraries[0], progress, cancel)
    check_comparable(libraries, state.encoder)
    owner = None if query.id is None else owner_of(query.id, libraries)
    results = []
    for library in libraries:
        asked = query
        if owner is not None and library is not owner:
            title = query.title or query.id or ""
            asked = replace(query, crystal=owner.crystal(query.id or ""), id=None, title=title)
        results.append(_similar(state, asked, library, progress, cancel))
    return merged(results, libraries, query.top)


def _similar(
    state: SessionState,
    query: SimilarQuery,
    library: Library,
    progress: ProgressCallback,
    cancel: CancelToken | None,
) -> SearchResult:
    """The hits of one library."""
    from clics.query.filters import parse_filter
    from clics.retrieval.fact_conditions import conditions_of_phrases
    from clics.retrieval.neighbours import other_formula
    from clics.retrieval.neighbours import similar as rank_by_similarity
    from clics.retrieval.typed_phrase import read_phrase

    condition = parse_filter(query.where)
    query = _idealised(query, library, cancel) if query.symmetrise is not False else query
    crystal = query.crystal if query.crystal is not None else query.id
    assert crystal is not None  # a query has one of them
    if not query.same_formula:
        condition = condition & other_formula(library, crystal)
    phrase = None if query.but is None else read_phrase(query.but, state.encoder)
    _, further = conditions_of_phrases(query.must, query.must_not, state.encoder, library)
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
    typed = (*query.must, *query.must_not)
    chips = _chips(
        [
            *_typed([phrase] if phrase is not None else [], "phrase"),
            *((parsed, text, source) for (parsed, source), text in zip(further, typed, strict=True)),
        ]
    )
    if phrase is not None:
        condition = condition & phrase.parsed.condition
    lacking = _without_geometry(library, query.where, [parsed for parsed, _ in further])
    found = library.count(condition)
    return SearchResult(name, library.name, found, tuple(hits), words, chips, without_geometry=lacking)


def _idealised(query: SimilarQuery, library: Library, cancel: CancelToken | None) -> SimilarQuery:
    """The query with its crystal as idealised; one of the library becomes a crystal of its own."""
    from clics.symmetry.symmetrise import as_idealised

    crystal = query.crystal if query.crystal is not None else library.crystal(query.id or "")
    title = query.title or query.id or crystal.id
    return replace(
        query, crystal=as_idealised(crystal, query.symmetrise, cancel), id=None, title=title, description=None
    )


def _typed(phrases: Iterable[TypedPhrase], source: Source) -> list[tuple[ParsedQuery, str, Source]]:
    return [(phrase.parsed, phrase.typed, source) for phrase in phrases]


def _chips(texts: Iterable[tuple[ParsedQuery, str, Source]]) -> tuple[Chip, ...]:
    from clics.query.chips import chips_of

    return tuple(chip for parsed, typed, source in texts for chip in chips_of(parsed, typed, source))


def _concepts_of(query: SimilarQuery) -> dict[Concept, Truth] | None:
    """Concepts that are true of a crystal that is not in the library; without them the ranking is the same."""
    from clics.concepts.truth import true_concepts
    from clics.descriptions.describe import describe

    if query.crystal is not None:
        with contextlib.suppress(DescriptionError):
            return true_concepts(query.description or describe(query.crystal))
    return None
