"""Entry point of ``clics-gui``: shows the window early, or explains in one sentence why it cannot."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from clics.paths import forget_current_folder

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from clics_gui.engine_thread.worker import Worker
    from clics_gui.shell.main_window import MainWindow

SWITCH_INTERVAL = 0.002
"""Seconds that a computing thread keeps the interpreter before the window may have it (Python's default is 0.005)."""


def main() -> NoReturn:
    """Run the window until it is closed.

    The exit code is 0; 1 if the window or the engine could not start; 2 if a named file does not exist.
    """
    if getattr(sys, "frozen", False):  # a process of multiprocessing begins here, never returns, and shows no window
        import multiprocessing

        multiprocessing.freeze_support()
    _prepare_process()
    arguments = _arguments(sys.argv[1:])
    from clics_gui.shell.screen_check import screen_fault

    if fault := screen_fault():
        sys.exit(f"clics-gui: {fault}")
    try:
        application, window, worker = start(arguments.files, arguments.model, arguments.library)
    except Exception as error:  # noqa: BLE001  whatever stops the start is told, on the screen or on stderr
        from clics_gui.shell.start_failure import report

        report(error)
        sys.exit(1)
    worker.engine_failed_start.connect(lambda sentence: _leave(application, window, sentence))
    code = application.exec()
    worker.shutdown()
    _end(code)


def _end(code: int) -> NoReturn:
    """End the process at once.

    Python would delete what is left of Qt in an order that Qt does not survive at times, and cannot stop a thread inside
    foreign code; what that works on survives the end of the process.
    """
    import logging

    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def start(
    files: Sequence[Path], model: Path | None = None, library: Path | None = None
) -> tuple[QApplication, MainWindow, Worker]:
    """Make the application, the visible window and the worker; files open once the event loop runs.

    Args:
        files: Files, folders and archives to open.
        model: Model folder; None for the released model.
        library: Library file; None for the one used last.

    Returns:
        Application, main window and worker.

    Raises:
        ClicsError: The installation lacks the released model or the starter library.
    """
    from clics.paths import data_folder, model_folder, resources, starter_library
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QIcon
    from PySide6.QtWidgets import QApplication

    from clics_gui.shell.start_failure import tell_fatal_messages_of_qt

    if model is None:
        model_folder()  # raises where it is missing, which an installation is told at once
    if library is None:
        starter_library()
    tell_fatal_messages_of_qt()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication.instance() or QApplication(["clics-gui"])
    assert isinstance(application, QApplication)
    application.setApplicationName("clics")
    application.setApplicationDisplayName("CLICS")
    application.setDesktopFileName("clics")
    application.setWindowIcon(QIcon(str(resources() / "icons" / "clics.svg")))
    application.setStyle("Fusion")

    from clics.engine_process.job import SessionChoice

    from clics_gui.engine_thread.worker import Worker
    from clics_gui.shell.data_folder import unwritable
    from clics_gui.shell.log import ExceptionRelay, start_log
    from clics_gui.shell.main_window import MainWindow
    from clics_gui.shell.signals import quit_on_signals
    from clics_gui.state.libraries import remembered_library
    from clics_gui.state.settings import SettingsStore
    from clics_gui.style.theme import Theme

    start_log()
    home = data_folder()
    settings = SettingsStore(home / "settings.json", application)
    theme = Theme(application)
    theme.use(settings.value.appearance.theme, settings.value.appearance.density)
    worker = Worker(application, choice=SessionChoice(model, library or remembered_library(settings)))
    worker.start_engine()
    window = MainWindow(worker, settings, theme, home / "session.json")
    relay = ExceptionRelay(application)
    relay.raised.connect(lambda message, details: window.notify(message, "error", details=details))
    relay.incomplete.connect(lambda message, details: _incomplete(application, window, message, details))
    relay.install()
    quit_on_signals(application)
    if fault := unwritable(home):
        window.notify(fault, "warning")
    window.start([Path(file).absolute() for file in files])
    return application, window, worker


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="clics-gui", description="View crystal structures, analyse their geometry and search for similar ones."
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="crystal files, folders or archives to open"
    )
    parser.add_argument("--model", type=Path, help="model folder; default: the released model")
    parser.add_argument("--library", type=Path, help="library file; default: your own library")
    parser.add_argument("--version", action="store_true", help="print the version")
    arguments = parser.parse_args(given)
    if arguments.version:
        from clics import __version__

        print(f"clics {__version__}")
        sys.exit(0)
    missing = [str(file) for file in arguments.files if not file.exists()]
    if missing:
        parser.error(f"there is no {', no '.join(missing)}.")
    return arguments


def _prepare_process() -> None:
    """Import nothing from the current folder, forbid network access of libraries, leave a core to the window.

    Threads take turns quickly.
    """
    forget_current_folder()
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    os.environ.setdefault("QT_API", "pyside6")
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # else it reads the metadata of all packages
    sys.setswitchinterval(SWITCH_INTERVAL)


def _incomplete(application: QApplication, window: MainWindow, sentence: str, details: str) -> None:
    """Tell that a module is missing: at the start there is no use in going on."""
    if window.is_complete:
        window.notify(sentence, "error", details=details)
    else:
        _leave(application, window, sentence)


def _leave(application: QApplication, window: MainWindow, sentence: str) -> None:
    """Tell why nothing can work, and end with exit code 1."""
    from PySide6.QtWidgets import QMessageBox

    from clics_gui.style.widgets import message_box

    if application.property("leaving"):  # a second reason, while the first one is read
        return
    application.setProperty("leaving", True)
    print(f"clics-gui: {sentence}", file=sys.stderr, flush=True)
    message_box(QMessageBox.Icon.Critical, "CLICS", sentence, parent=window).exec()
    application.setQuitOnLastWindowClosed(False)  # the last window's end would be exit code 0
    window.close()
    application.exit(1)


if __name__ == "__main__":
    main()
