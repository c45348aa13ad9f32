"""Monitor of a training: reads its folder twice a second on an engine thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call, together
from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import Curves, TrainingState

    from clics_gui.engine_thread.worker import Worker

EVERY = 500
"""Milliseconds."""


class TrainingMonitor(QObject):
    """``updated(state, curves)`` follows each reading, ``lost(message)`` a missing folder.

    It reads while the training is active, and once more after its end.
    """

    updated = Signal(object, object)
    lost = Signal(str)

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = worker
        self._folder: Path | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.poll)

    @property
    def folder(self) -> Path | None:
        """Folder of the training."""
        return self._folder

    def follow(self, folder: Path | None) -> None:
        """Monitor a training; None stops."""
        self._folder = folder
        self._timer.stop()
        if folder is not None:
            self.poll()

    def poll(self) -> None:
        """Read now."""
        self._timer.stop()
        if self._folder is not None:
            folder = self._folder
            self._worker.submit(
                together(call(SESSION.training.state, folder), call(SESSION.training.curves, folder)),
                done=self._done,
                failed=self._failed,
                key=f"training watch {id(self)}",
            )

    def _done(self, state_and_curves: tuple[TrainingState, Curves]) -> None:
        state, curves = state_and_curves
        if state.folder != self._folder:
            return
        if state.active:
            self._timer.start()
        self.updated.emit(state, curves)

    def _failed(self, error: ClicsError) -> None:
        self._folder = None
        self.lost.emit(error.message)
