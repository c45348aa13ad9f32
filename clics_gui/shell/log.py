"""Log file of the window. Unexpected exceptions become notifications and do not end the program."""

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

from clics.errors import ClicsError, incomplete_installation
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
    """Path of the log file, which need not exist."""
    return log_folder() / "clics-gui.log"


def start_log() -> None:
    """Write to the log file from now on, crashes of C++ code included; without a writable disk, to stderr."""
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


def missing_module(error: BaseException | None) -> ImportError | None:
    """The failed import that an exception is, or was caused by."""
    while error is not None and not isinstance(error, ImportError):
        error = error.__cause__
    return error


class ExceptionRelay(QObject):
    """Logs uncaught exceptions of any thread and emits ``raised(sentence, traceback)``.

    A module that cannot be imported is ``incomplete(sentence, traceback)`` instead. :meth:`install` sets Python's hooks,
    :meth:`uninstall` restores them.
    """

    raised = Signal(str, str)
    incomplete = Signal(str, str)

    def install(self) -> None:
        """Set the hooks of exceptions."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self.take
        threading.excepthook = self._take_of_thread

    def uninstall(self) -> None:
        """Restore the previous hooks."""
        sys.excepthook, threading.excepthook = self._before

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Handle one exception; KeyboardInterrupt passes to the previous hook."""
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        log.error("uncaught exception\n%s", text)
        if missing := missing_module(error):
            reason = incomplete_installation(missing)
            self.incomplete.emit(f"CLICS cannot work: {reason}. The details are in {log_path()}.", text)
            return
        if isinstance(error, ClicsError):  # a refusal that nobody has handled is a sentence already
            self.raised.emit(error.message, text)
            return
        first = next(iter(str(error).splitlines()), "")
        summary = f"{kind.__name__}: {first}" if first else kind.__name__
        self.raised.emit(
            f"Unexpected error ({summary}). You can continue working; details are in the log (Help ▸ Show log).", text
        )

    def _take_of_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.take(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
