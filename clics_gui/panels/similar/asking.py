"""What the Similar panel and the map ask of the engine; these functions run on its thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics_gui.panels.similar.colouring import MapData, prepare

if TYPE_CHECKING:
    from engine.concepts.description import Description
    from engine.crystals.crystal import Crystal
    from engine.library.projection import LibraryMap, MapScores
    from engine.progress import CancelToken, ProgressCallback
    from engine.session import Engine, SearchResult


def similar(
    engine: Engine,
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
    return engine.similar(
        query, top=top, where=where or None, same_formula=same_formula, description=description, superpose=superpose,
        progress=progress, cancel=cancel,
    )  # fmt: skip


def draw(engine: Engine) -> MapData:
    """The map of the library in use."""
    return prepare(engine.library_map())


def near_crystal(engine: Engine, drawn: LibraryMap, crystal: Crystal) -> MapScores:
    """Where the open crystal lies, and how alike it is to all others."""
    return engine.map_crystal(drawn, crystal)


def near_phrase(engine: Engine, drawn: LibraryMap, phrase: str) -> MapScores:
    """How near everything is to a phrase."""
    return engine.map_phrase(drawn, phrase)


def phrases(engine: Engine) -> tuple[str, ...]:
    """Phrases to complete from."""
    return engine.phrases()
