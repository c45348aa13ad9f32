"""Ctrl+C in the terminal, SIGTERM and the end of the terminal (SIGHUP) close the window as its close button does."""

from __future__ import annotations

import signal
import socket
import sys

from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from clics_gui.state.shutdown import mark_signalled

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP


def quit_on_signals(application: QApplication) -> None:
    """Close all windows on SIGINT, SIGTERM and SIGHUP, from the event loop.

    A signal handler of Python runs inside whatever Python code is running, a paint event for one, in which no window may
    be closed. So the handlers do nothing; a socket that Qt watches wakes the event loop with the numbers of the signals.
    """
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    if sys.platform == "win32":  # Qt cannot watch this kind of socket there; the handler runs at the next event
        for number in numbers:
            signal.signal(number, lambda *_: QTimer.singleShot(0, application, lambda: _close(application)))
        return
    for number in numbers:
        signal.signal(number, lambda *_: None)
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.fileno())

    def woken() -> None:
        if set(reading.recv(64)) & set(numbers):
            _close(application)

    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, application)
    notifier.activated.connect(lambda *_: woken())
    application.setProperty("wakeup", (reading, writing))  # kept open as long as the application is


def _close(application: QApplication) -> None:
    mark_signalled(application)
    application.closeAllWindows()
