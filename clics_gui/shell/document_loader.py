"""Opening of crystals: reads files, makes documents and requests the missing results of the current one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clics.engine_process.job import SessionChoice
from clics.engine_process.operation import SESSION, call
from clics.errors import ClicsError
from PySide6.QtCore import QObject, Signal

from clics_gui.state.documents import Document, Documents

if TYPE_CHECKING:
    from clics.engine_process.operation import Operation
    from clics.results import BondRules, CellKind, Opened, Refusal, Rung

    from clics_gui.engine_thread.request import Request
    from clics_gui.engine_thread.worker import Worker
    from clics_gui.state.settings import SettingsStore


class DocumentLoader(QObject):
    """Makes documents of files and stored crystals. ``opened(path)`` follows every file that gave a crystal.

    Geometry and analysis are requested for one document at a time, for the current one first. Documents in the
    background wait, so that opening a folder of many crystals costs no more than those that are looked at.
    """

    opened = Signal(object)

    def __init__(
        self, worker: Worker, documents: Documents, settings: SettingsStore, notify: Callable[..., None]
    ) -> None:
        super().__init__(documents)
        self._worker = worker
        self._documents = documents
        self._settings = settings
        self.notify = notify
        self._pending: _Pending | None = None
        documents.current_changed.connect(self._request_missing)
        documents.removed.connect(self._forget)
        worker.session_changed.connect(self._rerun_model)

    # ---- opening ----------------------------------------------------------------------------------------------------

    def open_paths(self, paths: Sequence[Path], blocks: frozenset[str] = frozenset(), *, in_front: bool = True) -> None:
        """Open files, folders and archives.

        Args:
            paths: Files, folders and archives.
            blocks: Data blocks to open; empty for all.
            in_front: Make the first crystal the current one.
        """
        if not paths:
            return
        name = paths[0].name if len(paths) == 1 else f"{len(paths)} files"
        batch = _Batch(self, list(paths), in_front)
        most = self._settings.value.opening.most_tabs
        self._worker.submit(
            call(SESSION.iter_opened, list(paths), blocks=blocks, most=most),
            item=batch.take, failed=batch.fail, finished=batch.end, title=f"Opening {name}",
        )  # fmt: skip

    def open_stored(
        self, crystal_id: str, library: Path | None = None, phrase: str = "", *, in_front: bool = True
    ) -> None:
        """Open a crystal of a library and highlight the sites that match a phrase best.

        Args:
            crystal_id: Identifier in the library.
            library: Library file; None for the active one.
            phrase: Phrase by which the crystal was found.
            in_front: Make it the current crystal.
        """
        for document in self._documents:
            if document.library_id == crystal_id:
                self._documents.set_current(document)
                if phrase:
                    document.set_query(phrase)
                    self._request_missing()
                return
        here = self._worker.choice
        choice = here if library is None else SessionChoice(here.model, library)

        def done(opened: Any) -> None:
            document = Document(opened, library_id=crystal_id)
            document.set_query(phrase)
            self._documents.add(document, make_current=in_front)

        self._worker.submit(call(SESSION.open, id=crystal_id), done=done, choice=choice, title=f"Opening {crystal_id}")

    def change_cell(self, document: Document, kind: CellKind) -> None:
        """Show another cell of the crystal, made from the cell that was read."""
        if kind == document.cell:
            return
        key = f"cell {id(document)}"
        if kind == "read":
            self._worker.cancel(key)
            self._apply_cell(document, kind, document.as_read)
            return
        crystal = document.as_read.crystal
        self._worker.submit(
            call(SESSION.in_cell, crystal, kind), key=key, done=partial(self._apply_cell, document, kind)
        )

    def correct_bonds(self, document: Document, rules: BondRules | None) -> None:
        """Describe a crystal with bonds that the user corrected.

        Args:
            document: The document.
            rules: The corrections; None for the bonds of geometric analysis.
        """
        document.correct_bonds(rules)
        self._drop(document)
        self._request_missing()

    def symmetrise(self, document: Document, rung: Rung, said: str) -> None:
        """Open a crystal with exactly the symmetry of a rung of its ladder as a new document.

        Args:
            document: The document.
            rung: The rung.
            said: Text of the notification.
        """

        def done(opened: Opened) -> None:
            title = f"{document.title} · {rung.symbol}"
            self._documents.add(Document(replace(opened, title=title)))
            self.notify(said, "success")

        self._worker.submit(
            call(SESSION.open_symmetrised, document.crystal, rung.index),
            done=done,
            title=f"Symmetrising {document.title}",
        )

    def _apply_cell(self, document: Document, kind: CellKind, opened: Any) -> None:
        if document in tuple(self._documents):
            document.set_opened(opened, kind)
            self._drop(document)
            self._request_missing()

    def show_opened(self, opened: Any, path: Path | None, *, in_front: bool) -> None:
        """Show a crystal that was read: in a new document, or in the one of the same file and title."""
        for document in self._documents:
            if document.path is not None and document.path == path and document.title == opened.title:
                document.replace(opened)
                self._drop(document)
                if in_front:
                    self._documents.set_current(document)
                self._request_missing()
                return
        self._documents.add(Document(opened, path=path), make_current=in_front)

    # ---- what a document still lacks --------------------------------------------------------------------------------

    def rank(self, document: Document) -> None:
        """Run the model on a document, even if the settings do not run it on opening."""
        document.wants_analysis = True
        self._request_missing()

    def _request_missing(self, *_: object) -> None:
        document = self._documents.current
        if document is None or self._pending is not None:
            return
        crystal, geometry = document.crystal, document.geometry
        if document.geometry_outdated or (document.geometry is None and document.geometry_error is None):
            title = f"Analysing the geometry of {document.title}"
            operation = call(SESSION.geometry, crystal, bonds=document.bond_rules)
            self._request(document, operation, document.set_geometry, title)
            return
        if document.query_phrase and document.matches is None:
            matching = call(SESSION.matching_atoms, crystal, document.query_phrase)
            self._request(document, matching, document.set_matches)
            return
        if document.ladder is None and document.ladder_error is None:
            title = f"Finding the symmetry ladder of {document.title}"
            self._request(document, call(SESSION.symmetry_ladder, crystal), document.set_ladder, title)
            return
        analysis = self._settings.value.analysis
        unknown = document.analysis is None and document.analysis_error is None
        if geometry is not None and unknown and (analysis.rank_on_open or document.wants_analysis):
            self._request(document, call(SESSION.rank, crystal, geometry, top=analysis.top), document.set_analysis)

    def _request(
        self,
        document: Document,
        operation: Operation[Any],
        apply: Callable[..., None],
        title: str = "Running the model",
    ) -> None:
        crystal = document.crystal
        pending = self._pending = _Pending(document)

        def answered(result: Any, error: ClicsError | None = None) -> None:
            if document in tuple(self._documents) and document.crystal is crystal:
                apply(result, error)

        def finished() -> None:
            if self._pending is pending:
                self._pending = None
                self._request_missing()

        failed = partial(answered, None)
        pending.request = self._worker.submit(operation, done=answered, failed=failed, finished=finished, title=title)

    def _drop(self, document: Document) -> None:
        if self._pending is not None and self._pending.document is document:
            if self._pending.request is not None:
                self._pending.request.cancel()
            self._pending = None

    def _forget(self, document: Document) -> None:
        self._drop(document)
        self._request_missing()

    def _rerun_model(self, choice: SessionChoice) -> None:
        for document in self._documents:
            self._drop(document)
            document.forget_model()
        self._request_missing()


@dataclass(slots=True, eq=False)
class _Pending:
    """The request under way and its document."""

    document: Document
    request: Request | None = None


class _Batch:
    """One call of :meth:`DocumentLoader.open_paths`: refusals are reported together at its end."""

    def __init__(self, loader: DocumentLoader, paths: list[Path], in_front: bool) -> None:
        self._loader = loader
        self._paths = paths
        self._in_front = in_front
        self._count = 0
        self._refused: list[Refusal] = []
        self._failed = False

    def take(self, entry: Any) -> None:
        """Take a crystal, a refusal, or the sign that there is more."""
        if hasattr(entry, "shown"):
            self._loader.notify(
                f"Only the first {entry.shown} crystals were opened. To search and compare all of them, add the files to a "
                "library; to open more, raise the maximum number of tabs in the settings.",
            )
        elif hasattr(entry, "atoms"):
            path = self._path_of(str(entry.crystal.source))
            self._loader.show_opened(entry, path, in_front=self._in_front and self._count == 0)
            self._count += 1
            if path is not None and self._count == 1:
                self._loader.opened.emit(path)
        else:
            self._refused.append(entry)

    def fail(self, error: ClicsError) -> None:
        """Report that nothing could be read at all."""
        self._failed = True
        self._loader.notify(error.message, "error")

    def end(self) -> None:
        """Report the refusals in one notification."""
        lines = [f"{_where(refusal)}  {refusal.kind}\n    {refusal.message}" for refusal in self._refused]
        if len(self._refused) == 1:
            self._loader.notify(self._refused[0].message, "error")
        elif self._refused:
            self._loader.notify(
                f"{len(self._refused)} entries could not be opened.", "error", details="\n\n".join(lines)
            )
        elif self._count == 0 and not self._failed:
            names = ", ".join(path.name for path in self._paths[:3])
            self._loader.notify(f"No crystal structure found in {names}.", "warning")

    def _path_of(self, source: str) -> Path | None:
        """File on disk of a crystal; for a member of an archive or folder the path that was opened."""
        path = Path(source)
        if path.is_file():
            return path.absolute()
        return self._paths[0].absolute() if len(self._paths) == 1 else None


def _where(refusal: Refusal) -> str:
    return f"{refusal.source} [{refusal.block}]" if refusal.block else refusal.source
