"""Actions of the Help menu: commands, messages, log, data folder, About."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from clics import paths as places
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from clics_gui.dialogs.text_dialog import TextDialog
from clics_gui.shell.log import log_path
from clics_gui.state.actions import Action

if TYPE_CHECKING:
    from clics_gui.shell.notifications import Notifications
    from clics_gui.state.context import Context


def actions(window: Context, notifications: Notifications, open_palette: Callable[[], object]) -> list[Action]:
    """Actions of the Help menu, in its order."""
    return [
        Action(
            id="help.palette",
            title="All commands…",
            run=open_palette,
            menu="Help",
            group=0,
            shortcut="Ctrl+Shift+P",
            tip="Find a command by typing part of its name",
            icon="keyboard-outline",
            toolbar=True,
        ),
        Action(
            id="help.messages",
            title="Messages",
            run=lambda: show_messages(window, notifications),
            menu="Help",
            group=1,
            shortcut="Ctrl+Shift+M",
            tip="All messages since the start",
            icon="message-outline",
        ),
        Action(
            id="help.clear",
            title="Close all messages",
            run=notifications.clear,
            menu="Help",
            group=1,
            shortcut="Ctrl+Shift+X",
            tip="Dismiss all notifications; the list of messages is kept",
        ),
        Action(
            id="help.log",
            title="Show log",
            run=lambda: show_log(window),
            menu="Help",
            group=1,
            shortcut="Ctrl+Shift+L",
            tip="Details of unexpected errors",
            icon="text-box-outline",
        ),
        Action(
            id="help.data",
            title="Open data folder",
            run=lambda: open_folder(places.data_folder()),
            menu="Help",
            group=1,
            shortcut="Ctrl+Shift+D",
            tip="Folder with your library, settings and logs",
        ),
        Action(
            id="help.about",
            title="About CLICS",
            run=lambda: show_about(window),
            menu="Help",
            group=2,
            shortcut="F1",
            tip="Version, licences, training data and citation",
            icon="information-outline",
        ),
    ]


def show_about(window: Context) -> None:
    """Open the dialog About."""
    from clics_gui.dialogs.about import AboutDialog

    AboutDialog(window.dialog_parent).open()


def show_messages(window: Context, notifications: Notifications) -> None:
    """List all messages since the start, newest first."""
    lines = []
    for note in reversed(notifications.history):
        times = f" (×{note.times})" if note.times > 1 else ""
        lines.append(f"{note.when:%H:%M:%S}  {note.kind:8} {note.message}{times}")
        lines += [f"{'':20}{line}" for line in note.details.splitlines()]
    TextDialog("Messages", "", "\n".join(lines) or "No messages yet.", window.dialog_parent).open()


def show_log(window: Context) -> None:
    """Show the end of the log file."""
    try:
        text = log_path().read_text(encoding="utf-8", errors="replace")[-200_000:]
    except OSError:
        text = ""
    TextDialog("Log", str(log_path()), text or "The log is empty.", window.dialog_parent).open()


def open_folder(path: Path) -> None:
    """Show a folder in the desktop's file manager."""
    path.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
