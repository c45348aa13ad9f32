"""Time and memory of a planned training, measured by a short probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from clics_gui.dialogs.training import labels
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import Estimate, TrainingOptions

    from clics_gui.engine_thread.worker import Worker

KEY = "training estimate"
TIGHT = 0.8
"""Share of what is free from which on memory is called tight."""


class EstimateView(QFrame):
    """Estimated time, memory and disk, or the reason why the training is not possible."""

    def __init__(self, worker: Worker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._worker = worker
        self.time = label("", "heading")
        self.rest = label("", "muted", wrap=True)
        self.warning = label("", "bad", wrap=True)
        self.warning.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(4)
        top = QHBoxLayout()
        top.addWidget(self.time)
        top.addStretch()
        layout.addLayout(top)
        layout.addWidget(self.rest)
        layout.addWidget(self.warning)
        self.request(None)

    def request(self, plan: TrainingOptions | None) -> None:
        """Measure; what was asked before is given up."""
        self.warning.hide()
        self.rest.show()
        if plan is None:
            self._worker.cancel(KEY)
            self.time.setText("No estimate yet")
            self.rest.setText("Choose the training data.")
            return
        self.time.setText("Estimating time and memory…")
        self.rest.setText("A few training steps run on a sample of the data, in a separate process.")
        self._worker.submit(
            call(SESSION.training.estimate, plan),
            done=self._show, failed=self._fail, thread="long", key=KEY, title="Estimating a training"
        )  # fmt: skip

    def stop(self) -> None:
        """Cancel the estimate."""
        self._worker.cancel(KEY)

    def _show(self, estimate: Estimate) -> None:
        self.time.setText(f"About {labels.duration(estimate.seconds)}")
        parts = [(estimate.prepare_seconds, "preparing the data"), (estimate.train_seconds, "training"),
                 (estimate.text_alignment_seconds, "aligning the text tower")]  # fmt: skip
        spent = ", ".join(f"{labels.duration(seconds)} {what}" for seconds, what in parts if seconds >= 0.5)
        self.rest.setText(
            f"{estimate.crystals:,} training crystals, {estimate.steps:,} steps of {estimate.step_seconds:.2g} s"
            f" ({spent}).\nMemory {labels.size(estimate.memory)} of {labels.size(estimate.memory_free)} free, "
            f"disk {labels.size(estimate.disk)} of {labels.size(estimate.disk_free)} free."
        )
        if estimate.memory > TIGHT * estimate.memory_free:
            self._warn("Little memory: batches are halved if it does not suffice, which takes longer.")
        elif estimate.disk > TIGHT * estimate.disk_free:
            self._warn("The disk is nearly full: free some space before you start.")

    def _fail(self, error: ClicsError) -> None:
        self.time.setText("Training is not possible")
        self.rest.hide()
        self._warn(error.message)

    def _warn(self, text: str) -> None:
        self.warning.setText(f"⚠ {text}")
        self.warning.show()
