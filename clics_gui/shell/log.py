"""What went wrong, for the log file; unexpected exceptions reach the notification place instead of ending the program."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

from clics.paths import log_folder
from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

log = logging.getLogger("clics_gui")

QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_crash_file: TextIO | None = None


def log_path() -> Path:
    """The log file of the window (maybe not there yet)."""
    return log_folder() / "clics-gui.log"


def start_log() -> None:
    """Write to the log file from now on, hard crashes of C++ code included. A disk that cannot take it stops nothing."""
    global _crash_file
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    log.setLevel(logging.INFO)
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            log_path(), maxBytes=1_000_000, backupCount=2, encoding="utf-8", errors="replace"
        )
        _crash_file = log_path().with_name("clics-gui-crash.log").open("a", encoding="utf-8")
        faulthandler.enable(_crash_file)
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root.addHandler(handler)
    qInstallMessageHandler(_from_qt)


def _from_qt(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    logging.getLogger("qt").log(QT_LEVELS[kind], "%s", message)
    if kind == QtMsgType.QtFatalMsg:  # Qt ends the process right after this
        print(f"clics-gui: {message}", file=sys.stderr, flush=True)


class ExceptionRelay(QObject):
    """Takes exceptions that nobody caught, on any thread: into the log, and as ``raised(sentence, traceback)``.

    :meth:`install` puts it in Python's hooks, :meth:`uninstall` puts back what was there.
    """

    raised = Signal(str, str)

    def install(self) -> None:
        """From now on exceptions come here."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self.take
        threading.excepthook = self._take_of_thread

    def uninstall(self) -> None:
        """Leave the hooks as they were."""
        sys.excepthook, threading.excepthook = self._before

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """One exception. Ctrl+C passes as it always did."""
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        log.error("uncaught exception\n%s", text)
        first = next(iter(str(error).splitlines()), "")
        said = f"{kind.__name__}: {first}" if first else kind.__name__
        self.raised.emit(
            f"Something unexpected went wrong ({said}). You can go on working; the log has the details.", text
        )

    def _take_of_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.take(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
