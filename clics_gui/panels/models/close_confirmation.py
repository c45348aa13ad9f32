"""Question on closing the window while a training runs: continue in the background, or pause."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from clics_gui.state.shutdown import signalled
from clics_gui.style.widgets import message_box

if TYPE_CHECKING:
    from clics.results import TrainingState

    from clics_gui.state.context import Context


class CloseConfirmation:
    """Asks once and calls ``close`` after the answer."""

    def __init__(self, window: Context, parent: QWidget, close: Callable[[], object]) -> None:
        self._window = window
        self._parent = parent
        self._close = close
        self._decided = False

    def may_close(self, known: Iterable[TrainingState]) -> bool:
        """True if the window may close now; False while the answer is awaited."""
        on_close = self._window.settings.value.training.on_close
        if self._decided or signalled() or on_close == "keep" or not any(training.active for training in known):
            return True
        self._window.worker.submit(
            call(SESSION.training.list),
            done=self._ask,
            failed=lambda _: self._leave(),
            key="models before closing",
        )
        return False

    def _ask(self, trainings: tuple[TrainingState, ...]) -> None:
        """Ask only if a training still runs: the known states may be outdated."""
        active = [training for training in trainings if training.active]
        if not active:
            self._leave()
        elif self._window.settings.value.training.on_close == "pause":
            self._pause([training.folder for training in active])
        else:
            self._show([training.folder for training in active], active[0].name)

    def _show(self, folders: list[Path], name: str) -> None:
        box = message_box(
            QMessageBox.Icon.Question, "CLICS", f"“{name}” is being trained.",
            "It can go on in the background, or pause and be resumed later. Either way nothing is lost.", self._parent,
        )  # fmt: skip
        keep = box.addButton("Keep training", QMessageBox.ButtonRole.AcceptRole)
        pause = box.addButton("Pause training", QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(cancel)
        widest = max(box.fontMetrics().horizontalAdvance(button.text()) for button in (keep, pause, cancel))
        for button in (keep, pause, cancel):
            button.setMinimumWidth(widest + 40)
        box.finished.connect(lambda _: self._answered(box, {keep: "keep", pause: "pause"}, folders))
        box.open()

    def _answered(self, box: QMessageBox, answers: dict[QAbstractButton, str], folders: list[Path]) -> None:
        """Close after the question has gone, because the window that owns it goes next."""
        answer = answers.get(box.clickedButton())
        box.deleteLater()
        if answer == "pause":
            QTimer.singleShot(0, self._parent, lambda: self._pause(folders))
        elif answer == "keep":
            QTimer.singleShot(0, self._parent, self._leave)

    def _pause(self, folders: list[Path]) -> None:
        for folder in folders[1:]:
            self._window.worker.submit(call(SESSION.training.pause, folder))
        self._window.worker.submit(call(SESSION.training.pause, folders[0]), finished=self._leave)

    def _leave(self) -> None:
        self._decided = True
        self._close()
