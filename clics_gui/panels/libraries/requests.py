"""What the libraries panel asks of the engine; these functions run on its threads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clics import paths as places
from clics.errors import ClicsError
from clics.progress import CancelToken, ProgressCallback

if TYPE_CHECKING:
    from clics.crystals.crystal import Refusal
    from clics.results.library import AddReport, LibraryRow, LibraryState
    from clics.session import Session

FEW = 8
"""So many single files are described here and now; more of them, and folders, by processes with limits of time."""
MOST_ROWS = 5_000


def states(session: Session, paths: Sequence[Path | None]) -> Iterator[tuple[Path | None, LibraryState | ClicsError]]:
    """How each library stands, or why that cannot be said; None is the user's own."""
    for path in paths:
        try:
            yield path, session.library_state(path or own_library())
        except ClicsError as error:
            yield path, error


def own_library() -> Path:
    """The user's own library: its file, or, before there is one, the starter library that it will begin as."""
    own = places.user_library()
    return own if own.exists() else places.starter_library()


def add(session: Session, paths: Sequence[Path], progress: ProgressCallback, cancel: CancelToken) -> AddReport:
    """Read, describe, embed and store."""
    few = len(paths) <= FEW and all(path.is_file() for path in paths)
    workers = 1 if few else max(2, (os.cpu_count() or 2) - 1)
    try:
        return session.library_add(paths, workers=workers, progress=progress, cancel=cancel)
    except ClicsError as error:
        if error.kind != "no-workers":
            raise
    return session.library_add(paths, progress=progress, cancel=cancel)


def embed(session: Session, progress: ProgressCallback, cancel: CancelToken) -> int:
    """Vectors of the model in use for all crystals that lack them."""
    return session.library_refresh(progress=progress, cancel=cancel)


def create(session: Session, path: Path) -> Path:
    """Make an empty library; its path."""
    session.library_create(path)
    return path


def look(session: Session, path: Path) -> Path:
    """Make sure that a file is a library; its path."""
    session.library_state(path)
    return path


def rename(session: Session, name: str) -> None:
    """Give the library another name."""
    session.library_rename(name)


def check(session: Session) -> int:
    """Read all of the file; how many crystals it holds."""
    return session.library_check()


def delete(session: Session, path: Path) -> None:
    """Delete the file for good."""
    session.library_delete(path)


def refusals(session: Session) -> tuple[Refusal, ...]:
    """What was refused when adding."""
    return session.library_refusals()


def rows(session: Session, where: str) -> tuple[LibraryRow, ...]:
    """Crystals that a filter lets through, one more than is shown at most."""
    return tuple(session.library_rows(where=where or None, limit=MOST_ROWS + 1))


def remove(session: Session, ids: Sequence[str], where: str) -> int:
    """Remove these crystals, or, without ids, all that a filter lets through; how many."""
    return session.library_remove(ids) if ids else session.library_remove(where=where)
