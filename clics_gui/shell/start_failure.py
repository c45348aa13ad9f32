"""Why the program could not start, in one sentence with the place of the details: on the screen and on standard error."""

from __future__ import annotations

import os
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


SCREEN = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM_PLUGIN_PATH", "QT_PLUGIN_PATH")
"""Variables of the environment by which Qt chooses a screen and how it draws on it."""


def tell_fatal_messages_of_qt() -> None:
    """Until the log takes Qt's messages, tell a fault at which Qt would abort as any other, with exit code 1.

    What Qt said before it is among the details.
    """
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    messages: list[str] = []

    def take(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
        messages.append(message or "")
        if kind != QtMsgType.QtFatalMsg:
            return
        told = f"CLICS could not start: {_fatal_reason(messages[-1])}.{_kept(chr(10).join(messages))}"
        print(f"clics-gui: {told}", file=sys.stderr, flush=True)
        show_without_qt(told)
        os._exit(1)  # Qt aborts otherwise

    qInstallMessageHandler(take)


def _fatal_reason(message: str) -> str:
    if "platform plugin" not in message:
        return f"Qt cannot work here ({' '.join(message.split())})"
    given = ", ".join(f"{name}={os.environ[name]}" for name in SCREEN if os.environ.get(name))
    return (
        f"Qt cannot draw on the screen that it was told ({given or 'it was told none'}); check these variables of the "
        "environment, or unset those that begin with QT_"
    )


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
