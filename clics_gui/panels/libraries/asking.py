"""What the libraries panel asks of the engine; these functions run on its threads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine import places
from engine.errors import ClicsError
from engine.progress import CancelToken, ProgressCallback

if TYPE_CHECKING:
    from engine.crystals.crystal import Refusal
    from engine.library.rows import AddReport, LibraryRow, LibraryState
    from engine.session import Engine

FEW = 8
"""So many single files are described here and now; more of them, and folders, by processes with limits of time."""
MOST_ROWS = 5_000


def states(engine: Engine, paths: Sequence[Path | None]) -> Iterator[tuple[Path | None, LibraryState | ClicsError]]:
    """How each library stands, or why that cannot be said; None is the user's own."""
    for path in paths:
        try:
            yield path, engine.library_state(path or own_library())
        except ClicsError as error:
            yield path, error


def own_library() -> Path:
    """The user's own library: its file, or, before there is one, the starter library that it will begin as."""
    own = places.user_library()
    return own if own.exists() else places.starter_library()


def add(engine: Engine, paths: Sequence[Path], progress: ProgressCallback, cancel: CancelToken) -> AddReport:
    """Read, describe, embed and store."""
    few = len(paths) <= FEW and all(path.is_file() for path in paths)
    workers = 1 if few else max(2, (os.cpu_count() or 2) - 1)
    try:
        return engine.library_add(paths, workers=workers, progress=progress, cancel=cancel)
    except ClicsError as error:
        if error.kind != "no-workers":
            raise
    return engine.library_add(paths, progress=progress, cancel=cancel)


def embed(engine: Engine, progress: ProgressCallback, cancel: CancelToken) -> int:
    """Vectors of the model in use for all crystals that lack them."""
    return engine.library_refresh(progress=progress, cancel=cancel)


def create(engine: Engine, path: Path) -> Path:
    """Make an empty library; its path."""
    engine.library_create(path)
    return path


def look(engine: Engine, path: Path) -> Path:
    """Make sure that a file is a library; its path."""
    engine.library_state(path)
    return path


def rename(engine: Engine, name: str) -> None:
    """Give the library another name."""
    engine.library_rename(name)


def check(engine: Engine) -> int:
    """Read all of the file; how many crystals it holds."""
    return engine.library_check()


def delete(engine: Engine, path: Path) -> None:
    """Delete the file for good."""
    engine.library_delete(path)


def refusals(engine: Engine) -> tuple[Refusal, ...]:
    """What was refused when adding."""
    return engine.library_refusals()


def rows(engine: Engine, where: str) -> tuple[LibraryRow, ...]:
    """Crystals that a filter lets through, one more than is shown at most."""
    return tuple(engine.library_rows(where=where or None, limit=MOST_ROWS + 1))


def remove(engine: Engine, ids: Sequence[str], where: str) -> int:
    """Remove these crystals, or, without ids, all that a filter lets through; how many."""
    return engine.library_remove(ids) if ids else engine.library_remove(where=where)
