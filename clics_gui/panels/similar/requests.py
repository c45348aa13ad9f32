"""What the Similar panel and the map ask of the engine; these functions run on its thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics_gui.panels.similar.colouring import MapData, prepare

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.progress import CancelToken, ProgressCallback
    from clics.results.description import Description
    from clics.results.library_map import LibraryMap, MapScores
    from clics.results.search import SearchResult
    from clics.session import Session


def similar(
    session: Session,
    query: Crystal | str,
    top: int,
    where: str,
    same_formula: bool,
    description: Description | None,
    superpose: bool,
    *,
    progress: ProgressCallback,
    cancel: CancelToken,
) -> SearchResult:
    """Crystals of the library in use that are built like this one."""
    return session.similar(
        query, top=top, where=where or None, same_formula=same_formula, description=description, superpose=superpose,
        progress=progress, cancel=cancel,
    )  # fmt: skip


def draw(session: Session) -> MapData:
    """The map of the library in use."""
    return prepare(session.library_map())


def near_crystal(session: Session, drawn: LibraryMap, crystal: Crystal) -> MapScores:
    """Where the open crystal lies, and how alike it is to all others."""
    return session.map_crystal(drawn, crystal)


def near_phrase(session: Session, drawn: LibraryMap, phrase: str) -> MapScores:
    """How near everything is to a phrase."""
    return session.map_phrase(drawn, phrase)


def phrases(session: Session) -> tuple[str, ...]:
    """Phrases to complete from."""
    return session.phrases()
