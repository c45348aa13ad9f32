"""A window for panels to live in: the real worker, documents, settings and theme, and a record of what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clics.engine_process.engine_thread import MakeSession
from clics.errors import ClicsError
from clics.session import Session

from clics_gui.engine_thread.worker import Worker
from clics_gui.state.actions import Action
from clics_gui.state.documents import Document, Documents
from clics_gui.state.libraries import Libraries
from clics_gui.state.settings import SettingsStore
from clics_gui.style.theme import Theme

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"
LONG = "a very long name without an end " * 400
MARKUP = "<b>bold</b> <img src=x> &amp; &lt;i&gt; a&b [*] \u202eesrever\u202c \x1b[31mred\x07"
"""What Qt would take for rich text, with a mnemonic and characters that command a terminal or turn the direction."""
UNBROKEN = f"{MARKUP} {150 * 'x'}"


class PanelWindow:
    """Fulfils :class:`clics_gui.state.context.Context`; requests run at once on ``engine``."""

    def __init__(self, session: Session | None = None, make: MakeSession | None = None) -> None:
        self.theme = Theme()
        self.settings = SettingsStore(None)
        self.documents = Documents()
        self.worker = Worker(make=make or (lambda choice: session or Session(sandboxed=False)))
        self.worker.synchronous = True
        self.libraries = Libraries(self.settings, self.worker)
        self.actions: dict[str, Action] = {}
        self.said: list[tuple[str, str]] = []
        self.last_action: Any = None
        self.stored: list[str] = []
        self.asked: list[str] = []
        self.shown: list[str] = []
        self.worker.unhandled.connect(self._note)

    @property
    def dialog_parent(self) -> None:
        return None

    def notify(self, message: str, kind: str = "info", *, details: str = "", action: Any = None) -> None:
        self.said.append((kind, message))
        self.last_action = action

    def open_paths(self, paths: Sequence[Path]) -> None:
        raise AssertionError("no panel here opens files")

    def open_stored(self, library_id: str, library: Path | None = None, phrase: str = "") -> None:
        self.stored.append(library_id)
        self.asked.append(phrase)

    def change_cell(self, document: Document, kind: str) -> None:
        raise AssertionError("no panel here changes cells")

    def add_actions(self, actions: Sequence[Action]) -> None:
        self.actions |= {action.id: action for action in actions}

    def refresh_actions(self) -> None:
        pass

    def show_panel(self, panel_id: str) -> None:
        self.shown.append(panel_id)

    def open_example(self, session: Session, name: str, *, analysed: bool = True) -> Document:
        """An example crystal as the current document, with its geometry and what the model says."""
        opened = next(found for found in session.iter_opened([EXAMPLES / name]) if hasattr(found, "crystal"))
        document = Document(opened, path=EXAMPLES / name)
        self.documents.add(document)
        if analysed:
            geometry = session.geometry(opened.crystal)
            document.set_geometry(geometry)
            document.set_analysis(session.rank(opened.crystal, geometry))
        return document

    def _note(self, error: ClicsError) -> None:
        self.said.append(("error", error.message))


@contextmanager
def panel_window(session: Session | None = None, make: MakeSession | None = None) -> Iterator[PanelWindow]:
    """A window that is taken apart at the end."""
    window = PanelWindow(session, make)
    yield window
    window.worker.shutdown(10)
    for part in (window.libraries, window.worker, window.documents, window.settings, window.theme):
        part.deleteLater()
