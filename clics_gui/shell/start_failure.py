"""Why the program could not start, in one sentence with the place of the details: on the screen and on standard error."""

from __future__ import annotations

import shutil
import subprocess
import sys
import traceback

TOOLS = (
    ("zenity", "--error", "--title=CLICS", "--no-markup", "--text={}"),
    ("kdialog", "--title", "CLICS", "--error", "{}"),
    ("xmessage", "-center", "{}"),
)
"""Programs of Linux desktops that show a message, best first."""


def report(error: BaseException) -> None:
    """Tell what stopped the start, and wait until the message was read where there is a screen."""
    details = "".join(traceback.format_exception(error))
    message = sentence(error) + _kept(details)
    print(f"clics-gui: {message}", file=sys.stderr, flush=True)
    try:
        _show_with_qt(message, details)
    except ImportError:  # Qt itself is what is broken
        show_without_qt(message)


def sentence(error: BaseException) -> str:
    """The failure in a sentence."""
    from clics.errors import ClicsError, incomplete_installation, reason_of

    if isinstance(error, ClicsError):  # a whole sentence, with the paths that it names
        return f"CLICS could not start: {error.message.rstrip('. ')}."
    if isinstance(error, ImportError):
        return f"CLICS could not start: {incomplete_installation(error)}."
    return f"CLICS could not start: {reason_of(error)}."


def show_without_qt(message: str) -> None:
    """Show a message by what the system has for it; nothing happens where it has nothing."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, message, "CLICS", 0x10)  # an icon of an error
        return
    commands: list[list[str]] = []
    if sys.platform == "darwin":
        quoted = message.replace("\\", "\\\\").replace('"', '\\"')
        commands = [["osascript", "-e", f'display alert "CLICS" message "{quoted}" as critical']]
    else:
        commands = [[word.format(message) if word == tool[-1] else word for word in tool] for tool in TOOLS]
    for command in commands:
        if shutil.which(command[0]) and subprocess.run(command, capture_output=True, check=False).returncode in (0, 1):
            return


def _show_with_qt(message: str, details: str) -> None:
    from PySide6.QtWidgets import QApplication, QMessageBox

    from clics_gui.style.widgets import message_box

    application = QApplication.instance() or QApplication(["clics-gui"])
    box = message_box(QMessageBox.Icon.Critical, "CLICS", message)
    box.setDetailedText(details)
    box.exec()
    del application


def _kept(details: str) -> str:
    """Write what stopped the start to a file of the log folder, and say where; the text itself where that fails."""
    from clics.paths import log_folder

    path = log_folder() / "clics-gui-start.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(details, encoding="utf-8", errors="replace")
    except OSError:
        return f"\n{details}"
    return f" The details are in {path}"
