"""All that can be done with libraries: the actions of the menu bar and of the panel's own menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clics import paths
from PySide6.QtWidgets import QMenu, QWidget

from clics_gui.engine_thread.request import Operation, T, ThreadName
from clics_gui.panels.libraries import file_dialogs, jobs
from clics_gui.state.actions import Action
from clics_gui.state.libraries import starter_library

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import Refusal

    from clics_gui.panels.libraries.panel import LibrariesPanel
    from clics_gui.state.context import Context


class LibraryActions:
    """Works on the library that is selected in ``panel``."""

    def __init__(self, window: Context, panel: LibrariesPanel) -> None:
        self._window = window
        self._panel = panel

    def actions(self) -> list[Action]:
        """In the order of the Library menu."""
        listed, writable = self._is_listed, self._is_writable
        return [
            _action("add", "Add files…", self.ask_files, 0, "Ctrl+Shift+A", "Add crystals of files to the selected library",
                    "file-plus-outline"),
            _action("add_folder", "Add folder…", self.ask_folder, 0, "Ctrl+Alt+F",
                    "Add every crystal of a folder to the selected library", "folder-plus-outline"),
            _action("new", "New library…", self.ask_new, 1, "Ctrl+Shift+N", "Make an empty library",
                    "database-plus-outline"),
            _action("open", "Open library…", self.ask_open, 1, "Ctrl+Alt+O", "Take a library file into the list",
                    "database-import-outline"),
            _action("use", "Search the selected library", self.use, 1, "Ctrl+Alt+Y",
                    "Search the selected library from now on", "database-search-outline"),
            _action("crystals", "Crystals of the library…", self.show_crystals, 2, "Ctrl+Alt+L",
                    "Look through the selected library, and take crystals out of it", "format-list-bulleted"),
            _action("refused", "Refused entries…", self.show_refused, 2, "Ctrl+Alt+Q",
                    "What could not be added to the selected library, and why", "file-alert-outline"),
            _action("embed", "Embed with the model in use", self.embed, 3, "Ctrl+Alt+E",
                    "Ask the model about every crystal of the selected library that it does not know", "vector-arrange-below",
                    writable),
            _action("rename", "Rename library…", self.ask_name, 3, "Ctrl+Alt+M", "Give the selected library another name",
                    "rename-box-outline", writable),
            _action("check", "Check library", self.check, 3, "Ctrl+Alt+H", "Read all of the selected library's file",
                    "database-check-outline"),
            _action("forget", "Take off the list", self.forget, 4, "Ctrl+Alt+D",
                    "Take the selected library off the list; its file stays", "playlist-remove", listed),
            _action("delete", "Delete library file…", self.ask_delete, 4, "Ctrl+Alt+Z",
                    "Delete the selected library's file for good, after a question", "delete-outline", listed),
        ]  # fmt: skip

    def menu(self, parent: QWidget) -> QMenu:
        """What has no button of its own."""
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        shown = [action for action in self.actions() if action.group >= 2]
        entries = []
        for place, action in enumerate(shown):
            if place and action.group != shown[place - 1].group:
                menu.addSeparator()
            entry = menu.addAction(f"{action.title}\t{action.shortcut}")
            entry.setToolTip(action.tip)
            entry.triggered.connect(lambda _checked=False, run=action.run: run())
            entries.append((entry, action))

        def ask() -> None:
            for entry, action in entries:
                entry.setEnabled(action.enabled_when is None or action.enabled_when())

        menu.aboutToShow.connect(ask)
        return menu

    def tell_missing(self) -> None:
        """Where the library of the last session is gone, say so once."""
        name = self._window.settings.value.libraries.current
        if name and not Path(name).is_file():
            self._window.notify(f"The library {name} is not there any more; your own library is searched.", "warning")
            self._window.settings.set("libraries", "current", "")

    # ---- the list ---------------------------------------------------------------------------------------------------

    def use(self) -> None:
        """Search the selected one from now on."""
        self._window.libraries.use(self._panel.selected)

    def ask_new(self) -> None:
        """Ask where, and make an empty one."""
        file_dialogs.ask_new(self._panel, paths.data_folder(), self.create)

    def create(self, path: Path) -> None:
        """Make an empty library and take it into the list."""
        self._window.worker.submit(lambda session: session.library.create(path), done=self._listed, failed=self._failed)

    def ask_open(self) -> None:
        """Ask which, and take it into the list."""
        file_dialogs.ask_library(self._panel, self.open_file)

    def open_file(self, path: Path) -> None:
        """Take a file into the list, if it is a library."""
        self._window.worker.submit(
            lambda session: session.library.state(path), done=lambda _: self._listed(path), failed=self._failed
        )

    def forget(self) -> None:
        """Take the selected one off the list."""
        path = self._panel.selected
        if path is not None and self._is_listed():
            name = self._window.libraries.name(path)
            self._window.libraries.forget(path)
            undo = ("Undo", partial(self._listed, path))
            self._window.notify(f"{name} was taken off the list; its file stays at {path}.", "info", action=undo)

    def ask_delete(self) -> None:
        """Ask whether to delete the file for good."""
        path, state = self._panel.selected, self._panel.state
        if path is not None and self._is_listed():
            crystals = state.info.crystals if state is not None else None
            name = self._window.libraries.name(path)
            file_dialogs.confirm_delete(self._panel, name, path, crystals, partial(self._delete, path, name))

    def _delete(self, path: Path, name: str) -> None:
        def done(_: None) -> None:
            self._window.notify(f"{name} was deleted.", "success")

        self._window.libraries.forget(path)  # before the file goes: nobody holds it open any more by then
        self._window.worker.submit(lambda session: session.library.delete(path), done=done, failed=self._failed)

    def _listed(self, path: Path) -> None:
        self._panel.select(self._window.libraries.add(path))

    # ---- what is in it ----------------------------------------------------------------------------------------------

    def ask_files(self) -> None:
        """Ask which files to add."""
        file_dialogs.ask_files(self._panel, self._panel.add)

    def ask_folder(self) -> None:
        """Ask which folder to add."""
        file_dialogs.ask_folder(self._panel, self._panel.add)

    def embed(self) -> None:
        """Vectors of the model in use for the selected one."""
        if self._is_writable():
            jobs.embed(self._window, self._panel.selected)

    def show_crystals(self) -> None:
        """Look through it."""
        from clics_gui.panels.libraries.crystal_table import CrystalsDialog

        CrystalsDialog(self._window, self._panel.selected, self._panel.window()).open()

    def show_refused(self) -> None:
        """What was refused when adding."""
        name = self._window.libraries.name(self._panel.selected)

        def done(found: tuple[Refusal, ...]) -> None:
            from clics_gui.panels.libraries.add_report import ReportDialog
            from clics_gui.panels.libraries.labels import refused

            if not found:
                self._window.notify(f"Nothing was refused when adding to {name}.", "info")
                return
            summary = "What could not be added, and why; what is added later leaves this list."
            title = f"Refused by {name}"
            ReportDialog(self._window, title, summary, refused(found), self._panel.window()).open()

        self._submit(lambda session: session.library.refusals(), done=done)

    def ask_name(self) -> None:
        """Ask for another name."""
        if self._is_writable():
            file_dialogs.ask_name(self._panel, self._window.libraries.name(self._panel.selected), self.rename)

    def rename(self, name: str) -> None:
        """Another name, which stays in the file."""
        path = self._panel.selected
        self._submit(
            lambda session: session.library.rename(name), done=lambda _: self._window.libraries.tell_contents(path)
        )

    def check(self) -> None:
        """Read the whole file."""
        name = self._window.libraries.name(self._panel.selected)

        def done(count: int) -> None:
            self._window.notify(f"{name} is sound: all of its {count:,} crystals are in order.", "success")

        self._submit(lambda session: session.library.check(), done=done, lane="long", title=f"Checking {name}")

    def _submit(
        self, operation: Operation[T], done: Callable[[T], object], lane: ThreadName = "quick", title: str = ""
    ) -> None:
        choice = jobs.choice_of(self._window, self._panel.selected)
        self._window.worker.submit(operation, choice=choice, done=done, failed=self._failed, lane=lane, title=title)

    def _failed(self, error: ClicsError) -> None:
        self._window.notify(error.message, "error")
        self._panel.look()

    # ---- what is possible -------------------------------------------------------------------------------------------

    def _is_listed(self) -> bool:
        """Neither the user's own nor the starter library can leave the list."""
        return self._panel.selected not in (None, starter_library())

    def _is_writable(self) -> bool:
        state = self._panel.state
        return state is None or state.writable or self._panel.selected is None


def _action(
    name: str, title: str, run: Callable[[], object], group: int, shortcut: str, tip: str, icon: str,
    enabled_when: Callable[[], bool] | None = None,
) -> Action:  # fmt: skip
    return Action(
        f"library.{name}", title, run, menu="Library", group=group, shortcut=shortcut, tip=tip, icon=icon,
        enabled_when=enabled_when,
    )  # fmt: skip
