"""Opens crystals: reads them, makes documents, and asks for what the one in front still lacks, a step at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clics.errors import ClicsError
from PySide6.QtCore import QObject, Signal

from clics_gui.engine_thread.request import Operation, Request, SessionChoice
from clics_gui.shell.limited_reading import MoreToCome, read_at_most
from clics_gui.state.documents import Document, Documents

if TYPE_CHECKING:
    from clics.results import CellKind, Refusal

    from clics_gui.engine_thread.worker import Worker
    from clics_gui.shell.notifications import Notifications
    from clics_gui.state.settings import SettingsStore


class DocumentLoader(QObject):
    """Makes documents of files and stored crystals. ``opened(path)`` tells every file that gave a crystal.

    Geometry and analysis are asked for one document at a time, the current one first; the others wait until they come
    to the front, so that a folder of many costs no more than what is looked at.
    """

    opened = Signal(object)

    def __init__(
        self, worker: Worker, documents: Documents, settings: SettingsStore, notifications: Notifications
    ) -> None:
        super().__init__(documents)
        self._worker = worker
        self._documents = documents
        self._settings = settings
        self._notifications = notifications
        self._asked: _Question | None = None
        documents.current_changed.connect(self._look_after)
        documents.removed.connect(self._forget)
        worker.session_changed.connect(self._ask_model_again)

    # ---- opening ----------------------------------------------------------------------------------------------------

    def open_paths(self, paths: Sequence[Path], blocks: frozenset[str] = frozenset(), *, in_front: bool = True) -> None:
        """Open files, folders, archives; ``blocks`` limits it to these data blocks."""
        if not paths:
            return
        name = paths[0].name if len(paths) == 1 else f"{len(paths)} files"
        batch = _Batch(self, list(paths), in_front)
        most = self._settings.value.opening.most_tabs
        self._worker.submit_job(
            lambda session, progress, cancel: read_at_most(session, list(paths), most, blocks, progress, cancel),
            item=batch.take, failed=batch.fail, finished=batch.end, title=f"Opening {name}",
        )  # fmt: skip

    def open_stored(
        self, crystal_id: str, library: Path | None = None, phrase: str = "", *, in_front: bool = True
    ) -> None:
        """Open a crystal of the library in use, or of another; the sites that ``phrase`` speaks of are lit."""
        for document in self._documents:
            if document.library_id == crystal_id:
                self._documents.set_current(document)
                if phrase:
                    document.ask(phrase)
                    self._look_after()
                return
        here = self._worker.choice
        choice = here if library is None else SessionChoice(here.model, library)

        def done(opened: Any) -> None:
            document = Document(opened, library_id=crystal_id)
            document.ask(phrase)
            self._documents.add(document, make_current=in_front)

        self._worker.submit(
            lambda session: session.open(id=crystal_id), done=done, choice=choice, title=f"Opening {crystal_id}"
        )

    def change_cell(self, document: Document, kind: CellKind) -> None:
        """Another cell of the crystal as it was read."""
        if kind == document.cell:
            return
        key = f"cell {id(document)}"
        if kind == "read":
            self._worker.cancel(key)
            self._apply_cell(document, kind, document.as_read)
            return
        crystal = document.as_read.crystal
        self._worker.submit(
            lambda session: session.in_cell(crystal, kind), key=key, done=partial(self._apply_cell, document, kind)
        )

    def _apply_cell(self, document: Document, kind: CellKind, opened: Any) -> None:
        if document in tuple(self._documents):
            document.set_opened(opened, kind)
            self._drop(document)
            self._look_after()

    def take_in(self, opened: Any, path: Path | None, *, in_front: bool) -> None:
        """A crystal that was read: a new document, or new contents of the one that showed it before."""
        for document in self._documents:
            if document.path is not None and document.path == path and document.title == opened.title:
                document.replace(opened)
                self._drop(document)
                if in_front:
                    self._documents.set_current(document)
                self._look_after()
                return
        self._documents.add(Document(opened, path=path), make_current=in_front)

    # ---- what a document still lacks --------------------------------------------------------------------------------

    def rank(self, document: Document) -> None:
        """Ask the model now, whatever the settings say of asking at once."""
        document.wants_analysis = True
        self._look_after()

    def _look_after(self, *_: object) -> None:
        document = self._documents.current
        if document is None or self._asked is not None:
            return
        crystal, geometry = document.crystal, document.geometry
        if document.geometry is None and document.geometry_error is None:
            title = f"Finding the geometry of {document.title}"
            self._ask(document, lambda session: session.geometry(crystal), document.set_geometry, title)
            return
        if document.asked and document.matches is None:
            phrase = document.asked
            self._ask(document, lambda session: session.matching_atoms(crystal, phrase), document.set_matches)
            return
        analysis = self._settings.value.analysis
        unknown = document.analysis is None and document.analysis_error is None
        if geometry is not None and unknown and (analysis.rank_on_open or document.wants_analysis):
            self._ask(
                document, lambda session: session.rank(crystal, geometry, top=analysis.top), document.set_analysis
            )

    def _ask(
        self,
        document: Document,
        operation: Operation[Any],
        apply: Callable[..., None],
        title: str = "Asking the model",
    ) -> None:
        crystal = document.crystal
        question = self._asked = _Question(document)

        def told(result: Any, error: ClicsError | None = None) -> None:
            if document in tuple(self._documents) and document.crystal is crystal:
                apply(result, error)

        def finished() -> None:
            if self._asked is question:
                self._asked = None
                self._look_after()

        failed = partial(told, None)
        question.request = self._worker.submit(operation, done=told, failed=failed, finished=finished, title=title)

    def _drop(self, document: Document) -> None:
        if self._asked is not None and self._asked.document is document:
            if self._asked.request is not None:
                self._asked.request.cancel()
            self._asked = None

    def _forget(self, document: Document) -> None:
        self._drop(document)
        self._look_after()

    def _ask_model_again(self, choice: SessionChoice) -> None:
        for document in self._documents:
            self._drop(document)
            document.forget_model()
        self._look_after()


@dataclass(slots=True, eq=False)
class _Question:
    """What is being asked about a document."""

    document: Document
    request: Request | None = None


class _Batch:
    """One call of :meth:`DocumentLoader.open_paths`: the first crystal comes to the front, refusals are told together."""

    def __init__(self, opener: DocumentLoader, paths: list[Path], in_front: bool) -> None:
        self._opener = opener
        self._paths = paths
        self._in_front = in_front
        self._count = 0
        self._refused: list[Refusal] = []
        self._failed = False

    def take(self, found: Any) -> None:
        """A crystal, a refusal, or the sign that there is more."""
        notifications = self._opener._notifications
        if isinstance(found, MoreToCome):
            notifications.notify(
                f"The first {found.shown} crystals were opened; there are more. Add the files to a library to search "
                "and compare all of them, or raise the number of tabs in the settings.",
            )
        elif hasattr(found, "atoms"):
            path = self._path_of(str(found.crystal.source))
            self._opener.take_in(found, path, in_front=self._in_front and self._count == 0)
            self._count += 1
            if path is not None and self._count == 1:
                self._opener.opened.emit(path)
        else:
            self._refused.append(found)

    def fail(self, error: ClicsError) -> None:
        """Nothing could be read at all."""
        self._failed = True
        self._opener._notifications.notify(error.message, "error")

    def end(self) -> None:
        """Say what was refused; one sentence however many they are."""
        notifications = self._opener._notifications
        lines = [f"{_where(refusal)}  {refusal.kind}\n    {refusal.message}" for refusal in self._refused]
        if len(self._refused) == 1:
            notifications.notify(self._refused[0].message, "error")
        elif self._refused:
            notifications.notify(
                f"{len(self._refused)} entries could not be opened.", "error", details="\n\n".join(lines)
            )
        elif self._count == 0 and not self._failed:
            names = ", ".join(path.name for path in self._paths[:3])
            notifications.notify(f"No crystal was found in {names}.", "warning")

    def _path_of(self, source: str) -> Path | None:
        """The file on disk that a crystal came from; for a member of an archive or folder the one that was named."""
        path = Path(source)
        if path.is_file():
            return path.absolute()
        return self._paths[0].absolute() if len(self._paths) == 1 else None


def _where(refusal: Refusal) -> str:
    return f"{refusal.source} [{refusal.block}]" if refusal.block else refusal.source
