"""One answer from the answers of several libraries to one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clics.errors import InputError
from clics.results.search import Hit, SearchResult

if TYPE_CHECKING:
    from clics.library.encoder_protocol import PhraseEncoder
    from clics.library.store import Library


def merged(results: Sequence[SearchResult], libraries: Sequence[Library], top: int, sort: str = "") -> SearchResult:
    """The best hits of all libraries. A crystal that several hold with the same numbers is a hit of the first of these.

    Args:
        results: The answer of each library.
        libraries: The libraries.
        top: Number of hits, at most.
        sort: The order of hits that are not ranked.
    """
    first = results[0]
    if len(results) == 1:
        return first
    labels, hits = _labels(libraries), list[Hit]()
    stored: set[bytes] = set()
    for result, library, label in zip(results, libraries, labels, strict=True):
        hashes = library.hashes_of(hit.id for hit in result.hits)
        # copies within one library are hits of their own
        hits += [replace(hit, library=label) for hit in result.hits if hashes.get(hit.id) not in stored]
        stored |= set(hashes.values())
    ranked = all(hit.score is not None for hit in hits)
    hits = sorted(hits, key=_rank) if ranked else _sorted(hits, dict(zip(labels, libraries, strict=True)), sort)
    return replace(
        first,
        library=" + ".join(labels),
        searched=sum(result.searched for result in results),
        hits=tuple(hits[:top]),
        without_geometry=sum(result.without_geometry for result in results),
    )


def owner_of(crystal_id: str, libraries: Sequence[Library]) -> Library:
    """The first library that holds a crystal.

    Raises:
        InputError: None does (kind ``unknown-id``).
    """
    for library in libraries:
        if library.hashes_of([crystal_id]):
            return library
    names = ", ".join(library.name for library in libraries)
    raise InputError(f"There is no crystal '{crystal_id}' in the libraries {names}.", kind="unknown-id")


def check_comparable(libraries: Sequence[Library], encoder: PhraseEncoder) -> None:
    """Check that the scores of several libraries are on one scale.

    Raises:
        InputError: A library lacks embeddings of this model that others have (kind ``no-vectors``).
    """
    spaces = [space for space in (encoder.site_space, encoder.similarity_space) if space is not None]
    for library in libraries:
        lacking = library.count_vectors(encoder.fingerprint) == 0 or not all(
            library.space_is_complete(space[0]) for space in spaces
        )
        if lacking and library.count() > 0:
            raise InputError(
                f"The library {library.name} lacks embeddings of this model, so that its scores cannot be compared with "
                f"those of other libraries; run: clics library update-embeddings --library {library.path}",
                kind="no-vectors",
            )


def _rank(hit: Hit) -> tuple[bool, int, float]:
    matches = hit.superposition is not None and hit.superposition.matches
    return not matches, hit.priority, -(hit.score or 0.0)


def _labels(libraries: Sequence[Library]) -> list[str]:
    """The names of libraries, or their paths where two have one name."""
    names = [library.name for library in libraries]
    return [str(lib.path) if names.count(name) > 1 else name for lib, name in zip(libraries, names, strict=True)]


def _sorted(hits: Sequence[Hit], libraries: dict[str, Library], sort: str) -> list[Hit]:
    """Hits in an order of :data:`clics.library.catalogue.ORDERS`; in that of adding, one library after the other."""
    from clics.library.sql_condition import one_of

    order = sort.removeprefix("-")
    if order == "added":
        return list(hits)
    rows = {
        (label, row.id): row
        for label, library in libraries.items()
        for row in library.rows(one_of("id", [hit.id for hit in hits if hit.library == label]))
    }

    def key(hit: Hit) -> tuple[Any, ...]:
        row = rows[hit.library, hit.id]
        known = {"formula": row.formula, "sites": row.sites, "space_group": row.space_group_number or 0}
        return (known[order], row.id) if order in known else (row.id,)

    return sorted(hits, key=key, reverse=sort.startswith("-"))
