"""Actions on libraries, for the menu bar and the menu of the panel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from clics import paths
from clics.engine_process.operation import SESSION, call
from PySide6.QtWidgets import QMenu, QWidget

from clics_gui.panels.libraries import file_dialogs, jobs
from clics_gui.state.actions import Action
from clics_gui.state.libraries import starter_library
from clics_gui.style.plain import tooltip

if TYPE_CHECKING:
    from clics.engine_process.job import ThreadName
    from clics.engine_process.operation import Operation
    from clics.errors import ClicsError
    from clics.results import Refusal

    from clics_gui.panels.libraries.panel import LibrariesPanel
    from clics_gui.state.context import Context

T = TypeVar("T")


class LibraryActions:
    """Actions on the library selected in ``panel``."""

    def __init__(self, window: Context, panel: LibrariesPanel) -> None:
        self._window = window
        self._panel = panel

    def actions(self) -> list[Action]:
        """Actions of the Library menu, in its order."""
        listed, writable = self._is_listed, self._is_writable
        return [
            Action(
                id="library.add",
                title="Add files…",
                run=self.ask_files,
                menu="Library",
                group=0,
                shortcut="Ctrl+Shift+A",
                tip="Add crystals from files to the selected library",
                icon="file-plus-outline",
            ),
            Action(
                id="library.add_folder",
                title="Add folder…",
                run=self.ask_folder,
                menu="Library",
                group=0,
                shortcut="Ctrl+Alt+F",
                tip="Add all crystals in a folder to the selected library",
                icon="folder-plus-outline",
            ),
            Action(
                id="library.new",
                title="New library…",
                run=self.ask_new,
                menu="Library",
                group=1,
                shortcut="Ctrl+Shift+N",
                tip="Create an empty library",
                icon="database-plus-outline",
            ),
            Action(
                id="library.open",
                title="Open library…",
                run=self.ask_open,
                menu="Library",
                group=1,
                shortcut="Ctrl+Alt+O",
                tip="Add a library file to the list",
                icon="database-import-outline",
            ),
            Action(
                id="library.use",
                title="Set as active library",
                run=self.use,
                menu="Library",
                group=1,
                shortcut="Ctrl+Alt+Y",
                tip="Use the selected library for all searches",
                icon="database-search-outline",
            ),
            Action(
                id="library.crystals",
                title="Browse crystals…",
                run=self.show_crystals,
                menu="Library",
                group=2,
                shortcut="Ctrl+Alt+L",
                tip="Browse the selected library and remove crystals",
                icon="format-list-bulleted",
            ),
            Action(
                id="library.refused",
                title="Refused entries…",
                run=self.show_refused,
                menu="Library",
                group=2,
                shortcut="Ctrl+Alt+Q",
                tip="Entries that could not be added to the selected library, with the reasons",
                icon="file-alert-outline",
            ),
            Action(
                id="library.embed",
                title="Update embeddings",
                run=self.embed,
                menu="Library",
                group=3,
                shortcut="Ctrl+Alt+E",
                tip="Compute embeddings of the current model for crystals that lack them",
                icon="vector-arrange-below",
                enabled_when=writable,
            ),
            Action(
                id="library.describe",
                title="Update descriptions",
                run=self.update_descriptions,
                menu="Library",
                group=3,
                shortcut="Ctrl+Alt+G",
                tip="Describe the crystals that lack facts of geometry, such as those that an earlier version added",
                icon="text-box-check-outline",
                enabled_when=writable,
            ),
            Action(
                id="library.rename",
                title="Rename library…",
                run=self.ask_name,
                menu="Library",
                group=3,
                shortcut="Ctrl+Alt+M",
                tip="Rename the selected library",
                icon="rename-box-outline",
                enabled_when=writable,
            ),
            Action(
                id="library.check",
                title="Check library",
                run=self.check,
                menu="Library",
                group=3,
                shortcut="Ctrl+Alt+H",
                tip="Verify the file of the selected library",
                icon="database-check-outline",
            ),
            Action(
                id="library.forget",
                title="Remove from list (keeps the file)",
                run=self.forget,
                menu="Library",
                group=4,
                shortcut="Ctrl+Alt+D",
                tip="Remove the selected library from the list; the file is kept",
                icon="playlist-remove",
                enabled_when=listed,
            ),
            Action(
                id="library.delete",
                title="Delete library file…",
                run=self.ask_delete,
                menu="Library",
                group=4,
                shortcut="Ctrl+Alt+Z",
                tip="Delete the file of the selected library permanently, after confirmation",
                icon="delete-outline",
                enabled_when=listed,
            ),
        ]

    def menu(self, parent: QWidget) -> QMenu:
        """Menu of the actions that have no button."""
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        shown = [action for action in self.actions() if action.group >= 2]
        entries = []
        for place, action in enumerate(shown):
            if place and action.group != shown[place - 1].group:
                menu.addSeparator()
            entry = menu.addAction(f"{action.title}\t{action.shortcut}")
            entry.setToolTip(tooltip(action.tip))
            entry.triggered.connect(lambda _checked=False, run=action.run: run())
            entries.append((entry, action))

        def ask() -> None:
            for entry, action in entries:
                entry.setEnabled(action.enabled_when is None or action.enabled_when())

        menu.aboutToShow.connect(ask)
        return menu

    def warn_if_missing(self) -> None:
        """Warn once if the active library of the last session no longer exists."""
        name = self._window.settings.value.libraries.current
        if name and not Path(name).is_file():
            self._window.notify(f"The library {name} no longer exists; your own library is active.", "warning")
            self._window.settings.set("libraries", "current", "")

    # ---- the list ---------------------------------------------------------------------------------------------------

    def use(self) -> None:
        """Make the selected library active."""
        self._window.libraries.use(self._panel.selected)

    def ask_new(self) -> None:
        """Ask for a file and create an empty library."""
        file_dialogs.ask_new(self._panel, paths.data_folder(), self.create)

    def create(self, path: Path) -> None:
        """Create an empty library and add it to the list."""
        self._window.worker.submit(call(SESSION.library.create, path), done=self._listed, failed=self._failed)

    def ask_open(self) -> None:
        """Ask for a library file and add it to the list."""
        file_dialogs.ask_library(self._panel, self.open_file)

    def open_file(self, path: Path) -> None:
        """Add a file to the list if it is a library."""
        self._window.worker.submit(
            call(SESSION.library.state, path), done=lambda _: self._listed(path), failed=self._failed
        )

    def forget(self) -> None:
        """Remove the selected library from the list."""
        path = self._panel.selected
        if path is not None and self._is_listed():
            name = self._window.libraries.name(path)
            self._window.libraries.forget(path)
            undo = ("Undo", partial(self._listed, path))
            self._window.notify(f"{name} was removed from the list; its file {path} is kept.", "info", action=undo)

    def ask_delete(self) -> None:
        """Delete the file of the selected library after confirmation."""
        path, state = self._panel.selected, self._panel.state
        if path is not None and self._is_listed():
            crystals = state.info.crystals if state is not None else None
            name = self._window.libraries.name(path)
            file_dialogs.confirm_delete(self._panel, name, path, crystals, partial(self._delete, path, name))

    def _delete(self, path: Path, name: str) -> None:
        def done(_: None) -> None:
            self._window.notify(f"{name} was deleted.", "success")

        self._window.libraries.forget(path)  # before the file goes: nobody holds it open any more by then
        self._window.worker.submit(call(SESSION.library.delete, path), done=done, failed=self._failed)

    def _listed(self, path: Path) -> None:
        self._panel.select(self._window.libraries.add(path))

    # ---- what is in it ----------------------------------------------------------------------------------------------

    def ask_files(self) -> None:
        """Ask for files to add."""
        file_dialogs.ask_files(self._panel, self._panel.add)

    def ask_folder(self) -> None:
        """Ask for a folder to add."""
        file_dialogs.ask_folder(self._panel, self._panel.add)

    def embed(self) -> None:
        """Update the embeddings of the selected library."""
        if self._is_writable():
            jobs.embed(self._window, self._panel.selected)

    def update_descriptions(self) -> None:
        """Describe the crystals of the selected library that lack facts of geometry."""
        if self._is_writable():
            jobs.update_descriptions(self._window, self._panel.selected)

    def show_crystals(self) -> None:
        """Browse the crystals of the selected library."""
        from clics_gui.panels.libraries.crystal_table import CrystalsDialog

        CrystalsDialog(self._window, self._panel.selected, self._panel.window()).open()

    def show_refused(self) -> None:
        """Show the entries that could not be added."""
        name = self._window.libraries.name(self._panel.selected)

        def done(refusals: tuple[Refusal, ...]) -> None:
            from clics_gui.panels.libraries.add_report import ReportDialog
            from clics_gui.panels.libraries.labels import refused

            if not refusals:
                self._window.notify(f"No refused entries in {name}.", "info")
                return
            summary = (
                "Entries that could not be added, with the reasons. An entry leaves this list when it is added later."
            )
            title = f"Refused entries of {name}"
            ReportDialog(self._window, title, summary, refused(refusals), self._panel.window()).open()

        self._submit(call(SESSION.library.refusals), done=done)

    def ask_name(self) -> None:
        """Ask for a new name."""
        if self._is_writable():
            file_dialogs.ask_name(self._panel, self._window.libraries.name(self._panel.selected), self.rename)

    def rename(self, name: str) -> None:
        """Rename the selected library; the name is stored in its file."""
        path = self._panel.selected
        self._submit(call(SESSION.library.rename, name), done=lambda _: self._window.libraries.announce_contents(path))

    def check(self) -> None:
        """Verify the whole file."""
        name = self._window.libraries.name(self._panel.selected)

        def done(count: int) -> None:
            self._window.notify(f"{name} is intact: all {count:,} crystals were verified.", "success")

        self._submit(call(SESSION.library.check), done=done, thread="long", title=f"Checking {name}")

    def _submit(
        self, operation: Operation[T], done: Callable[[T], object], thread: ThreadName = "quick", title: str = ""
    ) -> None:
        choice = jobs.choice_of(self._window, self._panel.selected)
        self._window.worker.submit(operation, choice=choice, done=done, failed=self._failed, thread=thread, title=title)

    def _failed(self, error: ClicsError) -> None:
        self._window.notify(error.message, "error")
        self._panel.look()

    # ---- what is possible -------------------------------------------------------------------------------------------

    def _is_listed(self) -> bool:
        """True unless it is the user's own or the built-in library, which cannot leave the list."""
        return self._panel.selected not in (None, starter_library())

    def _is_writable(self) -> bool:
        state = self._panel.state
        return state is None or state.writable or self._panel.selected is None
