"""Arrays made of the contents of a library, brought up to date by what was added, and kept between starts.

Those of a library of at least :data:`KEPT_FROM` crystals are files in the user's cache folder, others are in memory. Crystals
that were removed stay in the arrays as *dead* rows until many are dead. Arrays are made anew where what was stored before has
changed (:class:`clics.library.history.History`).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clics import paths
from clics.dataset.lock import FolderLock
from clics.errors import ClicsError, InputError, LibraryError
from clics.library.array_files import ArrayFiles, Column
from clics.library.history import History

if TYPE_CHECKING:
    from clics.library.store import Library

KEPT_FROM = 20_000
"""Crystals of a library from which on its arrays are kept in files; smaller ones are made within a tenth of a second."""
_MOST_DEAD = 0.2
_PATH = "library.txt"

KEYS = "keys"
"""Column that all arrays have: keys of crystals, ascending."""

Extend = Callable[[ArrayFiles, int], Mapping[str, Any]]
"""Writes the rows of crystals with keys above one; returns notes."""


def up_to_date(
    library: Library, name: str, columns: Mapping[str, Column], extend: Extend, previous: ArrayFiles | None = None
) -> ArrayFiles:
    """Arrays of the present contents of a library.

    Args:
        library: The library.
        name: Name of the arrays; another one for other columns.
        columns: Their columns, :data:`KEYS` among them.
        extend: Reads what the arrays lack.
        previous: The arrays of an earlier call, which are continued where they are in memory.

    Raises:
        LibraryError: The library cannot be read.
    """
    history = library.change_history
    columns = {KEYS: Column("<i8"), **columns}
    if library.count() >= KEPT_FROM:
        with suppress(OSError):
            folder = _folder(library.path, name)
            kept = ArrayFiles(columns, folder)
            if kept.state == history.state:
                return kept
            updated = _updated_files(folder, columns, library, history, extend)
            if updated is not None:
                return updated
    in_memory = ArrayFiles(columns, None) if previous is None or previous.folder is not None else previous.fork()
    _bring_up(in_memory, library, history, extend)
    return in_memory


def are_kept(library: Library, name: str, columns: Mapping[str, Column]) -> bool:
    """True if files of a library lack no more than what was added or removed since they were made."""
    try:
        kept = ArrayFiles({KEYS: Column("<i8"), **columns}, _folder(library.path, name))
    except OSError:
        return False
    return kept.state is not None and library.change_history.continues(kept.state)


def dead_rows(arrays: ArrayFiles) -> NDArray[np.int64]:
    """Rows (m,) of crystals that were removed."""
    return np.array(arrays.notes.get("dead", []), np.int64)


def forget(library_path: Path) -> None:
    """Delete the files kept for a library; they are made anew when they are needed."""
    with suppress(OSError):
        shutil.rmtree(_own_folder(library_path))


def _updated_files(
    folder: Path, columns: Mapping[str, Column], library: Library, history: History, extend: Extend
) -> ArrayFiles | None:
    """Files brought up to date; None where another program is doing so, or where they cannot be written."""
    try:
        lock = FolderLock(folder)
    except InputError:
        return None
    try:
        files = ArrayFiles(columns, folder)  # another program may have brought them up to date meanwhile
        _bring_up(files, library, history, extend)
        return files
    except LibraryError:
        raise
    except (OSError, ClicsError):  # a full disk; a search works without files
        return None
    finally:
        lock.release()


def _bring_up(arrays: ArrayFiles, library: Library, history: History, extend: Extend) -> None:
    if arrays.state == history.state:
        return
    alive = library.keys()
    dead = np.flatnonzero(~np.isin(arrays[KEYS], alive))
    if arrays.state is None or not history.continues(arrays.state) or len(dead) > _MOST_DEAD * len(arrays[KEYS]):
        arrays.clear()
        dead = np.empty(0, np.int64)
    keys = arrays[KEYS]
    notes = extend(arrays, int(keys[-1]) if len(keys) else 0)
    arrays.commit(history.state, {**arrays.notes, **notes, "dead": dead.tolist()})


def _own_folder(library_path: Path) -> Path:
    """The folder of all arrays of a library."""
    path = str(library_path.resolve()).encode("utf-8", "surrogateescape")
    return paths.cache_folder() / "libraries" / hashlib.blake2b(path, digest_size=12).hexdigest()


def _folder(library_path: Path, name: str) -> Path:
    """The folder of arrays of a library, made where it is missing; those of libraries that are gone are deleted then."""
    own = _own_folder(library_path)
    if not own.is_dir():
        for other in own.parent.glob("*/"):
            with suppress(OSError):
                if not Path((other / _PATH).read_text(encoding="utf-8", errors="surrogateescape")).exists():
                    shutil.rmtree(other)
        own.mkdir(parents=True, exist_ok=True)
        (own / _PATH).write_text(str(library_path.resolve()), encoding="utf-8", errors="surrogateescape")
    folder = own / hashlib.blake2b(name.encode(), digest_size=12).hexdigest()
    folder.mkdir(exist_ok=True)
    return folder
