"""State that the services of one session share: the model, the library, and the way files are read."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from clics import paths
from clics.atomic_files import partial_path, put_first
from clics.errors import LibraryError
from clics.progress import CancelToken, ProgressCallback, silent
from clics.results.library import OWN_LIBRARY_NAME

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal, Refusal
    from clics.library.catalogue import Catalogue
    from clics.library.store import Library
    from clics.model.encoder import Encoder
    from clics.sources.inputs import Source, Sources


class SessionState:
    """Model and library of a session, each opened at the first use, under a lock.

    Args:
        model: A model folder; None for the released model.
        library: A library file; None for the user's own where it exists, else the starter library.
        further: Other library files, which are searched too and never changed.
        sandboxed: Parse files in a process with limits of time and memory.
    """

    def __init__(
        self,
        *,
        model: Path | None = None,
        library: Path | None = None,
        further: Sequence[Path] = (),
        sandboxed: bool = True,
    ) -> None:
        self._model_folder = model
        self._library_path = library
        self._further_paths = tuple(further)
        self._further: list[Library] = []
        self._sandboxed = sandboxed
        self._encoder: Encoder | None = None
        self._library: Library | None = None
        self._catalogue: Catalogue | None = None
        self._lock = threading.RLock()

    @property
    def sandboxed(self) -> bool:
        """True where files are parsed in a process with limits."""
        return self._sandboxed

    def close(self) -> None:
        """Close the library; it is opened again when it is needed."""
        with self._lock:
            for opened in (self._library, self._catalogue, *self._further):
                if opened is not None:
                    opened.close()
            self._library = self._catalogue = None
            self._further = []

    def summary(self) -> str:
        """The model and the library that are in use, in words."""
        model = "released model" if self._model_folder is None else f"model {self._model_folder}"
        return f"{model}, library {self._library_path or _default_library()}"

    @property
    def model_path(self) -> Path:
        """The model folder. Raises ModelError where the released model is missing."""
        return self._model_folder or paths.model_folder()

    @property
    def encoder(self) -> Encoder:
        """The model, loaded at the first use. Raises ModelError where its folder is missing or damaged."""
        with self._lock:
            if self._encoder is None:
                from clics.model.encoder import Encoder

                self._encoder = Encoder.load(self.model_path)
            return self._encoder

    def share_model(self, other: SessionState) -> None:
        """Use the model that another session has loaded, where its folder is the same."""
        if other.model_path == self.model_path:
            self._encoder = other._encoder

    # ---- crystals ---------------------------------------------------------------------------------------------------

    def read(
        self, sources: Sources, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
    ) -> Iterator[Crystal | Refusal]:
        """Crystals and refusals of any sources, as they come (:func:`clics.sources.inputs.read`)."""
        from clics.sources.inputs import read

        if self._sandboxed:
            from clics.readers.sandbox import warm_up

            warm_up()  # the reading process imports what it needs while this one loads the model
        return read(sources, sandboxed=self._sandboxed, progress=progress, cancel=cancel)

    def read_one(self, source: Source, block: str | None = None, cancel: CancelToken | None = None) -> Crystal:
        """The crystal of one source (:func:`clics.sources.inputs.read_one`)."""
        from clics.sources.inputs import read_one

        return read_one(source, block, sandboxed=self._sandboxed, cancel=cancel)

    # ---- the library ------------------------------------------------------------------------------------------------

    def library(self, *, write: bool = False) -> Library:
        """The library, opened at the first use.

        Args:
            write: Open it for changes; a missing file is made, the user's own as a copy of the starter library.

        Raises:
            LibraryError: ``read-only`` where the starter library would be changed, ``not-written``, and the kinds of
                :class:`clics.library.database.Database`.
        """
        from clics.library.store import Library

        with self._lock:
            opened, default = self._library, self._library_path is None
            if opened is not None and default and opened.path != _default_library():
                self.close()  # another session has begun the user's own library meanwhile
            if self._library is not None and write and self._library.database.readonly:
                self.close()
            if self._library is None:
                if write:
                    self._library = Library(self._writable_library(), "create")
                else:
                    self._library = Library(self._library_path or _default_library(), "read")
            return self._library

    def libraries(self) -> list[Library]:
        """The libraries that are searched: the library of the session, then the further ones."""
        from clics.library.store import Library

        with self._lock:
            library = self.library()  # may close all
            for path in self._further_paths[len(self._further) :]:
                self._further.append(Library(path, "read"))
            return [library, *self._further]

    def catalogue(self) -> Catalogue:
        """Rows and statistics of the library: the library itself where it is open, else a lighter view of its file.

        Raises:
            LibraryError: The kinds of :class:`clics.library.database.Database`.
        """
        from clics.library.catalogue import Catalogue

        with self._lock:
            if self._library is not None:
                return self.library()
            path = self._library_path or _default_library()
            if self._catalogue is None or self._catalogue.path != path:
                if self._catalogue is not None:
                    self._catalogue.close()
                self._catalogue = Catalogue(path)
            return self._catalogue

    def _writable_library(self) -> Path:
        """The file that changes go to: the library that was named, else the user's own."""
        if self._library_path is None:
            return _own_library()
        from clics.library.state import is_starter

        if is_starter(self._library_path):
            raise LibraryError(
                "The starter library ships with the program and is never changed; choose your own library, or make a "
                "new one.",
                kind="read-only",
            )
        return self._library_path


def _default_library() -> Path:
    own = paths.user_library()
    return own if own.exists() else paths.starter_library()


def _own_library() -> Path:
    """The user's own library, begun as a copy of the starter library."""
    from clics.library.store import Library

    own = paths.user_library()
    if own.exists():
        return own
    growing = partial_path(own)
    try:
        own.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(paths.starter_library(), growing)
        with Library(growing, "open") as begun:
            begun.rename(OWN_LIBRARY_NAME)
        put_first(growing, own)  # another program may have begun it, and added to it, meanwhile
    except OSError as error:
        message = f"Your own library could not be begun in {own.parent}: {error.strerror}."
        raise LibraryError(message, kind="not-written") from error
    finally:
        for part in (growing, Path(f"{growing}-wal"), Path(f"{growing}-shm")):
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return own
