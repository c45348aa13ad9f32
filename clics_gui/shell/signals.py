"""Ctrl+C in the terminal, SIGTERM and the end of the terminal (SIGHUP) close the window as its close button does."""

from __future__ import annotations

import signal
import socket
import sys

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from clics_gui.state.shutdown import mark_signalled


def quit_on_signals(application: QApplication) -> None:
    """Close all windows on SIGINT, SIGTERM and SIGHUP.

    Python's signal handlers wait for Python code to run; a socket that Qt watches wakes it at once.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: _close(application))
    if sys.platform == "win32":  # Qt cannot watch this kind of socket there; the handler runs at the next event
        return
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.fileno())
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, application)
    notifier.activated.connect(lambda *_: reading.recv(64))
    application.setProperty("wakeup", (reading, writing))  # kept open as long as the application is


def _close(application: QApplication) -> None:
    mark_signalled(application)
    application.closeAllWindows()
