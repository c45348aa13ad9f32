"""The shell's own actions: files, panels, settings, help. Panels contribute theirs themselves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clics import paths as places
from clics.session import Session
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from clics_gui.dialogs.text_dialog import TextDialog
from clics_gui.shell.log import log_path
from clics_gui.state.actions import Action

if TYPE_CHECKING:
    from clics_gui.shell.main_window import MainWindow

KINDS_TO_OPEN = f"Crystals ({' '.join(Session.file_patterns())});;All files (*)"
KINDS_TO_SAVE = "CIF (*.cif);;POSCAR (*.vasp)"


def actions(window: MainWindow) -> list[Action]:
    """In the order of the menus."""
    documents = window.documents

    def has_document() -> bool:
        return documents.current is not None

    def close() -> None:
        if documents.current is not None:
            documents.close(documents.current)

    def close_others() -> None:
        for document in documents:
            if document is not documents.current:
                documents.close(document)

    def rank() -> None:
        if documents.current is not None:
            window.rank(documents.current)

    def step(by: int) -> None:
        tabs = window.area.tabs
        if tabs.count():
            tabs.setCurrentIndex((tabs.currentIndex() + by) % tabs.count())

    return [
        Action("file.open", "Open…", lambda: choose_files(window), "File", 0, "Ctrl+O",
               f"Open {Session.file_formats()}", "folder-open-outline", toolbar=True),
        Action("file.open-folder", "Open folder…", lambda: choose_folder(window), "File", 0, "Ctrl+Shift+O",
               "Open every crystal of a folder", "folder-multiple-outline"),
        Action("file.save-as", "Save crystal as…", lambda: save_crystal(window), "File", 1, "Ctrl+Shift+S",
               "Save the crystal in front as CIF or POSCAR", "content-save-outline", toolbar=True,
               enabled_when=has_document),
        Action("file.close", "Close", close, "File", 2, "Ctrl+W", "Close the crystal in front", "close",
               enabled_when=has_document),
        Action("file.close-others", "Close the others", close_others, "File", 2, "Ctrl+Shift+W",
               "Close every crystal but the one in front", enabled_when=lambda: len(documents) > 1),
        Action("file.settings", "Settings…", lambda: show_settings(window), "File", 3, "Ctrl+,",
               "Every setting, with its default", "cog-outline"),
        Action("file.quit", "Quit", window.close, "File", 4, "Ctrl+Q", "Close CLICS; the session comes back next time"),
        Action("crystal.rank", "Ask the model", rank, "Crystal", 4, "Ctrl+U",
               "Rank phrases for the crystal in front, where the settings say not to ask at once", "brain",
               enabled_when=lambda: documents.current is not None and documents.current.analysis is None),
        Action("panels.next-tab", "Next crystal", lambda: step(1), "Panels", 1, "Ctrl+Tab", "Go to the next tab",
               enabled_when=lambda: len(documents) > 1),
        Action("panels.previous-tab", "Previous crystal", lambda: step(-1), "Panels", 1, "Ctrl+Shift+Tab",
               "Go to the tab before", enabled_when=lambda: len(documents) > 1),
        Action("panels.stop", "Stop the task under way", window.status.tasks.cancel, "Panels", 2, "Ctrl+.",
               "Stop what the status bar shows; what is done so far is kept", "stop-circle-outline",
               enabled_when=lambda: bool(window.worker.active)),
        Action("help.palette", "All commands…", window.palette_box.open, "Help", 0, "Ctrl+Shift+P",
               "Find any command by typing a few letters of it", "keyboard-outline", toolbar=True),
        Action("help.messages", "Messages", lambda: show_messages(window), "Help", 1, "Ctrl+Shift+M",
               "Everything that was said since the start", "message-outline"),
        Action("help.clear", "Close all messages", window.notifications.clear, "Help", 1, "Ctrl+Shift+X",
               "Close the banners; the list of messages stays"),
        Action("help.log", "Show log", lambda: show_log(window), "Help", 1, "Ctrl+Shift+L",
               "What went wrong unexpectedly, in detail", "text-box-outline"),
        Action("help.data", "Open the data folder", lambda: open_folder(places.data_folder()), "Help", 1, "Ctrl+Shift+D",
               "Where your library, settings and logs are"),
        Action("help.about", "About CLICS", lambda: show_about(window), "Help", 2, "F1",
               "Version, licences, what the model learnt from and how to cite it", "information-outline"),
    ]  # fmt: skip


def recent(window: MainWindow, paths: Sequence[Path]) -> list[Action]:
    """One action for each recent file."""
    return [
        Action(f"recent.{n}", path.name, partial(window.open_paths, [path]), "File/Open recent", tip=str(path))
        for n, path in enumerate(paths)
    ]


def examples(window: MainWindow, paths: Sequence[Path]) -> list[Action]:
    """One action for each example crystal."""
    return [
        Action(f"example.{n}", path.stem, partial(window.open_paths, [path]), "File/Open example", tip=str(path))
        for n, path in enumerate(paths)
    ]


def _folder(window: MainWindow) -> str:
    document = window.documents.current
    if document is not None and document.path is not None and places.resources() not in document.path.parents:
        return str(document.path.parent)
    return str(Path(window.window_state.recent[0]).parent) if window.window_state.recent else str(Path.home())


def choose_files(window: MainWindow) -> None:
    """Ask for files and open them."""
    names, _ = QFileDialog.getOpenFileNames(window, "Open crystals", _folder(window), KINDS_TO_OPEN)
    window.open_paths([Path(name) for name in names])


def choose_folder(window: MainWindow) -> None:
    """Ask for a folder and open what is in it."""
    name = QFileDialog.getExistingDirectory(window, "Open every crystal of a folder", _folder(window))
    window.open_paths([Path(name)] if name else [])


def save_crystal(window: MainWindow) -> None:
    """Ask where to, and write the crystal in front, in the cell that is shown."""
    document = window.documents.current
    if document is None:
        return
    start = Path(_folder(window)) / f"{document.title.replace('/', '-')}.cif"
    name, kind = QFileDialog.getSaveFileName(window, "Save crystal", str(start), KINDS_TO_SAVE)
    if not name:
        return
    path = Path(name)
    if not path.suffix:
        path = path.with_suffix(".vasp" if "POSCAR" in kind else ".cif")
    crystal = document.crystal
    window.worker.submit(
        lambda session: session.write(crystal, path), title=f"Saving {path.name}",
        done=lambda _: window.notify(f"Saved {path}.", "success"),
    )  # fmt: skip


def show_settings(window: MainWindow) -> None:
    """The settings dialog."""
    from clics_gui.dialogs.settings import SettingsDialog

    SettingsDialog(window.settings, window).open()


def show_about(window: MainWindow) -> None:
    """Version, licences, attribution."""
    from clics_gui.dialogs.about import AboutDialog

    AboutDialog(window).open()


def show_messages(window: MainWindow) -> None:
    """All that was said since the start."""
    lines = []
    for note in reversed(window.notifications.history):
        times = f" (×{note.times})" if note.times > 1 else ""
        lines.append(f"{note.when:%H:%M:%S}  {note.kind:8} {note.message}{times}")
        lines += [f"{'':20}{line}" for line in note.details.splitlines()]
    TextDialog("Messages", "", "\n".join(lines) or "Nothing was said yet.", window).open()


def show_log(window: MainWindow) -> None:
    """The end of the log file."""
    try:
        text = log_path().read_text(encoding="utf-8", errors="replace")[-200_000:]
    except OSError:
        text = ""
    TextDialog("Log", str(log_path()), text or "Nothing went wrong so far.", window).open()


def open_folder(path: Path) -> None:
    """Show a folder in the desktop's file manager."""
    path.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
