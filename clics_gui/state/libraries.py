"""Known libraries of the user, the active one, and signals of their changes. No widgets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from clics import paths
from clics.errors import LibraryError
from clics.results import OWN_LIBRARY_NAME
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from clics_gui.engine_thread.worker import Worker
    from clics_gui.state.settings import SettingsStore


class Libraries(QObject):
    """Libraries by file; None stands for the user's own, which begins as a copy of the built-in library.

    The list is stored with the settings at every change. Files are listed here, never modified.
    """

    changed = Signal()
    """The list, the active library or the name of a library has changed."""
    contents_changed = Signal(object)
    """Crystals or embeddings of a library (a Path, or None) have changed."""

    def __init__(self, settings: SettingsStore, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._worker = worker
        self._names: dict[Path | None, str] = {}
        worker.session_changed.connect(self._session_changed)

    @property
    def current(self) -> Path | None:
        """The active library."""
        return self._worker.choice.library

    @property
    def known(self) -> tuple[Path | None, ...]:
        """All libraries: the user's own, the built-in one if that is another file, then the others by name."""
        listed: list[Path | None] = [None]
        starter = starter_library()
        if starter is not None and paths.user_library().exists():
            listed.append(starter)
        others = {Path(name) for name in self._settings.value.libraries.known}
        if self.current is not None and self.current != starter:
            others.add(self.current)
        return (*listed, *sorted(others, key=lambda path: (path.stem.lower(), str(path))))

    def name(self, path: Path | None) -> str:
        """Name of a library: the one stored in its file if known, otherwise that of the file."""
        if path in self._names:
            return self._names[path]
        if path is None:
            return OWN_LIBRARY_NAME
        return "Built-in library" if path == starter_library() else path.stem

    def note_name(self, path: Path | None, name: str) -> None:
        """Keep the name that was read from a file."""
        if self._names.get(path) != name:
            self._names[path] = name
            self.changed.emit()

    def use(self, path: Path | None) -> None:
        """Make a library the active one, now and at the next start."""
        path = self._listed(path)
        self._worker.use(model=self._worker.choice.model, library=path)
        self._settings.set("libraries", "current", "" if path is None else str(path))

    def add(self, path: Path) -> Path | None:
        """Add a file to the list.

        Returns:
            The path under which it is listed; None if it is the user's own library.
        """
        listed = self._listed(path)
        if listed not in self.known:
            self._settings.set("libraries", "known", (*self._settings.value.libraries.known, str(listed)))
            self.changed.emit()
        return listed

    def forget(self, path: Path) -> None:
        """Remove a file from the list; the file is kept. If it was active, the user's own becomes active."""
        known = tuple(name for name in self._settings.value.libraries.known if Path(name) != path)
        self._settings.set("libraries", "known", known)
        self._names.pop(path, None)
        if path == self.current:
            self.use(None)
        self.changed.emit()

    def announce_contents(self, path: Path | None) -> None:
        """Announce that crystals or embeddings of a library have changed."""
        self.contents_changed.emit(path)

    def _listed(self, path: Path | None) -> Path | None:
        if path is None:
            return None
        path = Path(os.path.abspath(path))
        return None if path == Path(os.path.abspath(paths.user_library())) else path

    def _session_changed(self, _: object) -> None:
        self.changed.emit()


def remembered_library(settings: SettingsStore) -> Path | None:
    """The library that was active last, if it still exists; otherwise None, the user's own."""
    name = settings.value.libraries.current
    return Path(name) if name and Path(name).is_file() else None


def own_library() -> Path:
    """The user's own library: its file, or, before there is one, the starter library that it will begin as."""
    own = paths.user_library()
    return own if own.exists() else paths.starter_library()


def starter_library() -> Path | None:
    """The built-in library; None if the installation lacks it."""
    try:
        return paths.starter_library()
    except LibraryError:
        return None
