"""The main window: assembles documents, docks, menus and status bar, and is the :class:`Context` of all panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from clics import paths as places
from clics.errors import ClicsError
from clics.results import BondRules, CellKind, Rung
from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QTabWidget, QToolBar, QVBoxLayout, QWidget

from clics_gui.engine_thread import qt_type_preload
from clics_gui.engine_thread.worker import Worker
from clics_gui.export import actions as export_actions
from clics_gui.shell import file_actions, help_actions, panel_registry, view_actions
from clics_gui.shell.action_registry import ActionRegistry
from clics_gui.shell.command_palette import CommandPalette
from clics_gui.shell.docks import Docks
from clics_gui.shell.document_area import DocumentArea
from clics_gui.shell.document_loader import DocumentLoader
from clics_gui.shell.document_views import Views
from clics_gui.shell.idle_tasks import IdleTasks
from clics_gui.shell.notifications import Note, Notifications
from clics_gui.shell.status_bar import StatusBar
from clics_gui.state.actions import Action
from clics_gui.state.context import NotificationAction, NotificationKind
from clics_gui.state.documents import Document, Documents
from clics_gui.state.libraries import Libraries
from clics_gui.state.settings import SettingsStore
from clics_gui.state.window_state import OpenFile, WindowState
from clics_gui.style.plain import tooltip, window_title
from clics_gui.style.theme import Theme
from clics_gui.viewer.idle_imports import import_with_qt, import_without_qt

LARGEST = QSize(1720, 1040)
"""A first window fills the screen up to this size."""


class MainWindow(QMainWindow):
    """The window of the program.

    Args:
        worker: Threads of the engine.
        settings: Settings of the user.
        theme: Colours and icons.
        session_path: File of the session; None: nothing is remembered.
    """

    def __init__(self, worker: Worker, settings: SettingsStore, theme: Theme, session_path: Path | None) -> None:
        super().__init__()
        self.setWindowTitle("CLICS")
        self.setObjectName("main-window")
        self.setAcceptDrops(True)
        self.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.resize((self.screen().availableSize() - QSize(24, 48)).boundedTo(LARGEST))
        self.worker, self.settings, self.theme = worker, settings, theme
        self.documents = Documents(self)
        self.libraries = Libraries(settings, worker, self)
        self._session_path = session_path
        self.window_state = WindowState.load(session_path) if session_path is not None else WindowState()
        self._started: Callable[[], None] | None = None
        self._idle_tasks = IdleTasks(self)

        self.notifications = Notifications(theme)
        self.views = Views(self, self)
        self.area = DocumentArea(self.documents, self.views.make, theme)
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notifications)
        layout.addWidget(self.area, 1)
        self.setCentralWidget(central)
        self.status = StatusBar(worker, self)
        self.setStatusBar(self.status)

        self.loader = DocumentLoader(worker, self.documents, settings, self.notify)
        self.docks = Docks(self, self, panel_registry.PANELS)
        toolbar = self._toolbar()
        self.registry = ActionRegistry(self, toolbar, theme)
        self.palette_box = CommandPalette(self.registry, self)
        self.add_actions(file_actions.actions(self, self._recent_folder, self.close))
        self.add_actions(view_actions.actions(self, self.views, self.compare))
        self.add_actions(self.docks.actions())
        self.add_actions(self.area.menu_actions())
        self.add_actions(self.status.tasks.menu_actions())
        self.add_actions(help_actions.actions(self, self.notifications, self.palette_box.open))
        self.add_actions(export_actions.actions(self, self, self.views.picture))
        self._connect()
        self._restore()

    @property
    def is_complete(self) -> bool:
        """True once the start is over: every panel was made."""
        return all(dock.panel is not None for dock in self.docks)

    # ---- what panels may ask (Context) ------------------------------------------------------------------------------

    @property
    def dialog_parent(self) -> QWidget:
        """The window itself."""
        return self

    def notify(
        self,
        message: str,
        kind: NotificationKind = "info",
        *,
        details: str = "",
        action: NotificationAction | None = None,
    ) -> None:
        """Show a notification."""
        self.notifications.notify(message, kind, details=details, action=action)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files, folders and archives."""
        self.loader.open_paths(paths)

    def open_stored(self, library_id: str, library: Path | None = None, phrase: str = "") -> None:
        """Open a crystal of a library."""
        self.loader.open_stored(library_id, library, phrase)

    def change_cell(self, document: Document, kind: CellKind) -> None:
        """Show another cell of a crystal."""
        self.loader.change_cell(document, kind)

    def correct_bonds(self, document: Document, rules: BondRules | None) -> None:
        """Describe a crystal with corrected bonds."""
        self.loader.correct_bonds(document, rules)

    def symmetrise(self, document: Document, rung: Rung, said: str) -> None:
        """Open a crystal with exactly the symmetry of a rung of its ladder."""
        self.loader.symmetrise(document, rung, said)

    def rank(self, document: Document) -> None:
        """Run the model on a document."""
        self.loader.rank(document)

    def add_actions(self, actions: Sequence[Action]) -> None:
        """Add actions."""
        self.registry.add(actions)

    def refresh_actions(self) -> None:
        """Evaluate the conditions of all actions again."""
        self.registry.refresh()

    def show_panel(self, panel_id: str) -> None:
        """Bring a panel to the front."""
        self.docks.show(panel_id)

    def compare(self) -> None:
        """Show the open crystals side by side."""
        view, documents = self.views.comparison()
        self.area.add_page(view, "Comparison", documents)

    # ---- life -------------------------------------------------------------------------------------------------------

    def start(self, paths: Sequence[Path]) -> None:
        """Show the window; icons, views, panels and files follow once it is on the screen."""
        self._started = lambda: self._fill(list(paths))
        self.show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Continue the start after the first appearance."""
        super().showEvent(event)
        if self._started is not None:
            QTimer.singleShot(0, self._started)
            self._started = None

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Save the session; running tasks are stopped by the application and keep completed work."""
        if not self.docks.may_close():
            event.ignore()
            return
        self._idle_tasks.stop()
        self.docks.stop()
        self.status.tasks.stop_timer()
        self._remember()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Accept files everywhere."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Open dropped files."""
        self.open_paths([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def _toolbar(self) -> QToolBar:
        """In the corner of the menu bar, to save a row; a row of its own where the desktop owns the menu bar."""
        toolbar = QToolBar("Main")
        toolbar.setIconSize(QSize(18, 18))
        toolbar.setMovable(False)
        if self.menuBar().isNativeMenuBar():
            toolbar.setObjectName("toolbar.main")
            self.addToolBar(toolbar)
        else:
            toolbar.setObjectName("corner")
            self.menuBar().setCornerWidget(toolbar)
        return toolbar

    def _connect(self) -> None:
        self.documents.current_changed.connect(self._current_changed)
        self.documents.added.connect(lambda _document: self.registry.refresh())
        self.documents.removed.connect(lambda _document: self._show_files())
        self.loader.opened.connect(self._opened)
        self.worker.unhandled.connect(self._unhandled)
        self.worker.session_changed.connect(lambda _choice: self._show_source())
        self.worker.engine_restarted.connect(lambda sentence: self.notify(sentence, "warning"))
        self.worker.engine_broken.connect(self._engine_broken)
        self.libraries.changed.connect(self._show_source)
        self.area.welcome.open_requested.connect(lambda: self.registry.trigger("file.open"))
        self.area.welcome.path_requested.connect(lambda path: self.open_paths([path]))
        self.settings.changed.connect(self._setting_changed)
        self.notifications.posted.connect(self._count_messages)
        self.status.messages.clicked.connect(lambda: help_actions.show_messages(self, self.notifications))

    def _restore(self) -> None:
        if self.window_state.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self.window_state.geometry.encode()))
        self.docks.arrange(self.size())
        if self.window_state.docks:
            self.restoreState(QByteArray.fromBase64(self.window_state.docks.encode()))
        self._show_files()
        self._show_source()

    def _fill(self, paths: list[Path]) -> None:
        self.worker.here.run(import_without_qt, finished=self._fill_in)
        self.registry.paint_icons()
        self._open_first(paths)
        self.docks.make_panels(self.window_state.panels)
        if self.settings.problem:
            self.notify(self.settings.problem, "warning")
        self.settings.unsaved.connect(lambda sentence: self.notify(sentence, "warning"))

    def _fill_in(self) -> None:
        """Slow work of the GUI thread in pieces: views of crystals first, then Qt types, then panels."""
        self._idle_tasks.add(import_with_qt, self.area.make_views, *qt_type_preload.slices(), self.docks.make_rest)

    def _open_first(self, paths: list[Path]) -> None:
        """Open the named files; otherwise the last session; at the very first start an example."""
        if paths:
            self.open_paths(paths)
        elif self.window_state.first:
            self.open_paths([places.resources() / "examples" / "srtio3-perovskite.cif"])
        elif self.settings.value.opening.restore_session:
            for place, entry in enumerate(self.window_state.open):
                in_front = place == self.window_state.current
                self.views.remembered[entry.name] = entry.view
                if entry.stored:
                    self.loader.open_stored(entry.stored, in_front=in_front)
                elif Path(entry.path).exists():
                    self.loader.open_paths([Path(entry.path)], frozenset({entry.block}), in_front=in_front)
                else:
                    self.notify(f"{entry.path} no longer exists.", "warning")

    def _remember(self) -> None:
        if self._session_path is None:
            return
        window_state = self.window_state
        window_state.geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        window_state.docks = bytes(self.saveState().toBase64().data()).decode()
        kept = [document for document in self.documents if document.path is not None or document.library_id]
        window_state.open = [
            OpenFile(
                "" if document.library_id else str(document.path),
                str(document.crystal.block),
                document.library_id or "",
                self.views.state_of(document),
            )
            for document in kept
        ]
        window_state.current = next((i for i, document in enumerate(kept) if document is self.documents.current), 0)
        window_state.panels = self.docks.states()
        window_state.save(self._session_path)

    # ---- reactions --------------------------------------------------------------------------------------------------

    def _current_changed(self, document: Document | None) -> None:
        self.setWindowTitle(window_title(f"{document.title} – CLICS") if document is not None else "CLICS")
        self.registry.refresh()

    def _opened(self, path: Path) -> None:
        if places.resources() in path.parents:
            return  # examples have a menu of their own
        self.window_state.remember(path, self.settings.value.opening.recent_files)
        self._show_files()

    def _recent_folder(self) -> Path:
        """Folder in which file dialogs start: that of the current file, of the last one, or the home folder."""
        document = self.documents.current
        if document is not None and document.path is not None and places.resources() not in document.path.parents:
            return document.path.parent
        return Path(self.window_state.recent[0]).parent if self.window_state.recent else Path.home()

    def _show_files(self) -> None:
        recent = [Path(name) for name in self.window_state.recent]
        examples = sorted((places.resources() / "examples").glob("*.cif"))
        self.area.welcome.show_files(recent, examples)
        self.registry.replace("File/Open recent", file_actions.recent(self, recent))
        self.registry.replace("File/Open example", file_actions.examples(self, examples))

    def _setting_changed(self, section: str, _name: str) -> None:
        if section == "appearance":
            appearance = self.settings.value.appearance
            self.theme.use(appearance.theme, appearance.density)

    def _unhandled(self, error: ClicsError) -> None:
        self.notify(error.message, "error")

    def _engine_broken(self, sentence: str) -> None:
        self.notify(sentence, "error", action=("Start the engine", self.worker.start_engine))

    def _count_messages(self, _note: Note) -> None:
        count = len(self.notifications.history)
        self.status.messages.setText(f"Messages ({count})" if count else "Messages")

    def _show_source(self) -> None:
        choice = self.worker.choice
        model = "released model"
        if choice.model is not None:  # own models are all called model, in a folder of their own
            model = choice.model.parent.name if choice.model.name == "model" else choice.model.name
        library = self.libraries.name(choice.library)
        self.status.source.setText(f"{model}  ·  {library}")
        self.status.source.setToolTip(
            tooltip(
                f"Model: {choice.model or 'released model (shipped with CLICS)'}\n"
                f"Library: {choice.library or 'your own library'}"
            )
        )
