"""Libraries panel: known libraries, the active one, and additions to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QSplitter, QVBoxLayout, QWidget

from clics_gui.panels.libraries import jobs
from clics_gui.panels.libraries.details import Details
from clics_gui.panels.libraries.file_dialogs import SUFFIX
from clics_gui.panels.libraries.list_view import LibrariesModel, LibrariesView, PathRole
from clics_gui.panels.libraries.menu import LibraryActions
from clics_gui.state.libraries import own_library
from clics_gui.style.widgets import label, tool_button

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import LibraryState

    from clics_gui.state.context import Context

DROP = "Drop files or folders here to add them to the selected library, or a .clics file to open it."


class LibrariesPanel(QWidget):
    """Reads the state of the files while it is visible and after every announced change."""

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self._libraries = window.libraries
        self.setAcceptDrops(True)
        self.model = LibrariesModel(window.libraries, self)
        self.view = LibrariesView(self.model, window.theme)
        self.details = Details()
        self.tasks = LibraryActions(window, self)
        self.use = QPushButton("Use")
        self.use.setToolTip("Set the selected library active (Return)")
        self.use.clicked.connect(lambda: self.tasks.use())
        self.files = QPushButton("Add files…")
        self.files.setToolTip("Add crystals from files and archives to the selected library (Ctrl+Shift+A)")
        self.files.clicked.connect(lambda: self.tasks.ask_files())
        self.folder = QPushButton("Add folder…")
        self.folder.setToolTip("Add all crystals in a folder to the selected library (Ctrl+Alt+F)")
        self.folder.clicked.connect(lambda: self.tasks.ask_folder())
        self.more = tool_button("⋯", "More actions for the selected library")
        self.more.setPopupMode(self.more.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self.tasks.menu(self.more))
        self.setFocusProxy(self.view)
        self._lay_out()
        self.view.used.connect(self._libraries.use)
        self.view.dropped.connect(lambda _path: self.tasks.forget())
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show_details())
        self.details.embed_wanted.connect(self.tasks.embed)
        self.details.describe_wanted.connect(self.tasks.update_descriptions)
        self.details.refused_wanted.connect(self.tasks.show_refused)
        self._libraries.changed.connect(self._list_changed)
        self._libraries.contents_changed.connect(lambda path: self.look([path]))
        window.worker.session_changed.connect(lambda _choice: self.look())
        self.model.refill()
        self.select(self._libraries.current)
        window.add_actions(self.tasks.actions())
        self.tasks.warn_if_missing()

    @property
    def selected(self) -> Path | None:
        """Library selected in the list; None for the user's own."""
        path = self.view.currentIndex().data(PathRole) if self.view.currentIndex().isValid() else None
        return path if isinstance(path, Path) else None

    @property
    def state(self) -> LibraryState | None:
        """State of the selected library; None if it is unknown."""
        return self.model.state(self.selected)

    def select(self, path: Path | None) -> None:
        """Select a library in the list."""
        if path in self.model.paths:
            self.view.setCurrentIndex(self.model.index(self.model.paths.index(path)))

    def look(self, paths: Sequence[Path | None] | None = None) -> None:
        """Read the state of libraries; of all if ``paths`` is None."""
        if not self.isVisible():
            return
        wanted = tuple(path for path in (paths or self._libraries.known) if path in self._libraries.known)
        key = "libraries" if paths is None else f"libraries {wanted}"
        operation = call(SESSION.library.states, [path or own_library() for path in wanted])
        self._window.worker.submit(operation, item=self._take, key=key)

    def add(self, paths: Sequence[Path]) -> None:
        """Open library files; add other files to the selected library (to the user's own if it is the built-in one)."""
        starter = self.state is not None and self.state.starter
        target = None if starter else self.selected  # before another one is opened, and selected with that
        crystals = [path for path in paths if path.suffix.lower() != SUFFIX]
        if crystals:
            jobs.add(self._window, target, crystals)
        for path in paths:
            if path.suffix.lower() == SUFFIX:
                self.tasks.open_file(path)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Other programs may have changed the files."""
        super().showEvent(event)
        self.look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Files and folders are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Add what was dropped."""
        event.acceptProposedAction()
        self.add([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _lay_out(self) -> None:
        head, buttons = QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(10, 8, 10, 0)
        self.searched = label("", "muted", wrap=True)
        head.addWidget(self.searched, 1)
        head.addWidget(tool_button("New…", "Create an empty library (Ctrl+Shift+N)", self.tasks.ask_new))
        head.addWidget(tool_button("Open…", "Add a library file to the list (Ctrl+Alt+O)", self.tasks.ask_open))
        buttons.setSpacing(6)
        for button in (self.use, self.files, self.folder, self.more):
            buttons.addWidget(button)
        buttons.addStretch()
        below = QWidget()
        inside = QVBoxLayout(below)
        inside.setContentsMargins(10, 8, 10, 8)
        inside.setSpacing(8)
        inside.addLayout(buttons)
        inside.addWidget(self.details)
        inside.addStretch()
        inside.addWidget(label(DROP, "muted", wrap=True))
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(below)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.view)
        split.addWidget(area)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(split, 1)

    def _list_changed(self) -> None:
        selected = self.selected
        known = self.model.paths
        self.model.refill()
        self.select(selected if selected in self.model.paths else self._libraries.current)
        if known != self.model.paths:
            self.look()
        self._show_details()

    def _take(self, file_and_state: tuple[Path, LibraryState | ClicsError]) -> None:
        file, state = file_and_state
        path = file if file in self._libraries.known else None  # the user's own, or the library that it begins as
        self.model.take(path, state)
        known = self.model.state(path)
        if known is not None:
            self._libraries.note_name(path, known.info.name)
            self._list_changed()  # with the user's first addition the starter library becomes a second one
        if path == self.selected:
            self._show_details()

    def _show_details(self, _: QModelIndex | None = None) -> None:
        path = self.selected
        self.details.show_state(self.model.state(path), self.model.error(path))
        self.use.setEnabled(path != self._libraries.current)
        self.searched.setText(f"Active library: {self._libraries.name(self._libraries.current)}"[:200])
        self._window.refresh_actions()
