"""Training dialog: the form, then the progress of the training. Closing it does not stop the training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call, together
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from clics_gui.dialogs.training.estimate import EstimateView
from clics_gui.dialogs.training.form import TrainingForm
from clics_gui.dialogs.training.run_view import RunView
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import Device, LibraryInfo, ModelRow, TrainingState

    from clics_gui.state.context import Context


class TrainingDialog(QDialog):
    """Not modal; deleted when it is closed. ``changed`` follows changes of trainings or models."""

    changed = Signal()

    def __init__(self, window: Context, parent: QWidget | None = None, *, folder: Path | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Train a model")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(780, 600)
        self._window = window
        self.form = TrainingForm()
        self.estimate = EstimateView(window.worker)
        self.problem = label("", "bad", wrap=True)
        self.problem.hide()
        self.begin = QPushButton("Start training")
        self.begin.setToolTip("Runs in a separate process and continues when this window is closed")
        self.begin.setDefault(True)
        self.begin.clicked.connect(self._begin)
        self.run = RunView(window)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._first_page())
        self.pages.addWidget(self.run)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(self.pages)
        self.form.changed.connect(self.estimate.request)
        self.run.again.connect(self.set_up)
        self.run.changed.connect(self.changed)
        if folder is not None:
            self.show_training(folder)
        else:
            self.set_up()

    def set_up(self) -> None:
        """Show the form."""
        self.run.stop()
        self.pages.setCurrentIndex(0)
        self._window.worker.submit(
            together(call(SESSION.training.devices), call(SESSION.models.list)),
            done=self._offer, failed=self._show_problem, key="training choices",
        )  # fmt: skip
        self._window.worker.submit(
            call(SESSION.library.info),
            done=self._offer_library,
            failed=lambda _: None,
            key="training library",
        )

    def show_training(self, folder: Path) -> None:
        """Show the progress of a training."""
        self.form.stop()
        self.estimate.stop()
        self.pages.setCurrentIndex(1)
        self.run.show_training(folder)

    def done(self, result: int) -> None:
        """End by Escape or a button, as by closing."""
        self._stop()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """The training goes on."""
        self._stop()
        super().closeEvent(event)

    def _stop(self) -> None:
        self.form.stop()
        self.estimate.stop()
        self.run.stop()

    def _first_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(label("Train a model", "title"))
        layout.addWidget(
            label("Fine-tune on your own structures. All data stay on this computer; "
                  "you can pause, close and resume at any time.",
                  "muted", wrap=True)
        )  # fmt: skip
        layout.addSpacing(4)
        layout.addWidget(self.form)
        layout.addWidget(self.estimate)
        layout.addWidget(self.problem)
        layout.addStretch()
        cancel = QPushButton("Close")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.begin)
        layout.addLayout(buttons)
        return page

    def _offer_library(self, info: LibraryInfo) -> None:
        self.form.offer_library(Path(info.path))

    def _offer(self, offer: tuple[tuple[Device, ...], tuple[ModelRow, ...]]) -> None:
        self.form.offer(*offer)

    def _begin(self) -> None:
        plan = self.form.plan()
        if plan is None:
            self.problem.setText("✗ Choose the training data.")
            self.problem.show()
            self.form.data.setFocus()
            return
        self.problem.hide()
        self.estimate.stop()
        self.form.stop()
        self.begin.setEnabled(False)
        self._window.worker.submit(
            call(SESSION.training.start, plan),
            done=self._begun,
            failed=self._show_problem,
            finished=lambda: self.begin.setEnabled(True),
        )

    def _begun(self, state: TrainingState) -> None:
        self.show_training(state.folder)
        self.changed.emit()

    def _show_problem(self, error: ClicsError) -> None:
        self.problem.setText(f"✗ {error.message}")
        self.problem.show()
