"""Progress of a training: state, curves, controls and results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QTabWidget, QVBoxLayout, QWidget

from clics_gui.dialogs.training import labels
from clics_gui.dialogs.training.monitor import TrainingMonitor
from clics_gui.dialogs.training.outcome import FiguresTable, RankChangesTree
from clics_gui.dialogs.training.use_model import use_model
from clics_gui.style.plain import tooltip
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import Curves, MovedPhrase, TrainingState

    from clics_gui.state.context import Context

PATIENCE = 8_000
"""Milliseconds after which a training that was asked to pause can also be ended at once."""


class RunView(QWidget):
    """``again`` requests the form, ``changed`` follows a change of the activity of the training."""

    again = Signal()
    changed = Signal()

    def __init__(self, window: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from clics_gui.plots.curves import CurvesPlot

        self._window = window
        self.state: TrainingState | None = None
        self._requested = ""
        self.monitor = TrainingMonitor(window.worker, self)
        self.monitor.updated.connect(self._update)
        self.monitor.lost.connect(self._lost)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self._offer_kill)
        self.name, self.badge = label("", "title"), label("", "neutral")
        self.about = label("", "muted", wrap=True)
        self.line = label("", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.plot = CurvesPlot(window.theme)
        self.figures = FiguresTable("Before", "After")
        self.moved = RankChangesTree()
        self.changes_note = label("", "muted", wrap=True)
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pause = self._button("Pause", "Stop after the current step; can be resumed at any time", self._pause)
        self.finish = self._button(
            "Stop and keep best", "No further epochs: the best weights so far become the model", self._finish
        )
        self.kill = self._button(
            "Stop now", "End the process now; it can be resumed from its last checkpoint", self._kill
        )
        self.resume = self._button("Resume", "Continue from the last checkpoint", self._resume)
        self.use = self._button(
            "Use this model", "Update the embeddings of the library in the background, then use this model", self._use
        )
        self.new = self._button("New training…", "Set up another training", self.again.emit)
        for button in (self.resume, self.use):
            button.setProperty("primary", True)
        self._lay_out()

    def show_training(self, folder: Path) -> None:
        """Monitor a training."""
        self.state = None
        self._requested = ""
        self.moved.clear()
        self.pages.setCurrentIndex(0)
        self.pages.setTabVisible(1, False)
        self.monitor.follow(folder)

    def stop(self) -> None:
        """Stop monitoring; the training continues."""
        self.monitor.follow(None)
        self._patience.stop()

    def _lay_out(self) -> None:
        outcome = QWidget()
        inside = QVBoxLayout(outcome)
        inside.setContentsMargins(0, 10, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(self.figures)
        inside.addWidget(label("Changes of ranking", "heading"))
        inside.addWidget(self.changes_note)
        inside.addWidget(self.moved, 1)
        curves = QWidget()
        around = QVBoxLayout(curves)
        around.setContentsMargins(0, 10, 0, 0)
        around.addWidget(self.plot)
        self.pages.addTab(curves, "Curves")
        self.pages.addTab(outcome, "Before and after")
        top = QHBoxLayout()
        top.addWidget(self.name)
        top.addWidget(self.badge)
        top.addStretch()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.new)
        buttons.addStretch()
        for button in (self.kill, self.finish, self.pause, self.resume, self.use):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.about)
        layout.addWidget(self.line)
        layout.addWidget(self.bar)
        layout.addWidget(self.pages, 1)
        layout.addLayout(buttons)

    def _update(self, state: TrainingState, curves: Curves) -> None:
        before, self.state = self.state, state
        self.name.setText(state.name)
        text, role = labels.badge(state)
        if state.active and self._requested:
            text = "◌ Finishing" if self._requested == "finish" else "⏸ Pausing"
        _set_role(self.badge, text, role)
        start = f"from “{state.start_name}”" if state.start_from else "from scratch"
        self.about.setText(f"{labels.PRESETS.get(state.preset, (state.preset,))[0]}, {start}, on {state.source}")
        self.line.setText(labels.now(state))
        self.bar.setVisible(state.active)
        self.bar.setMaximum(state.total or 0 if state.total else 1)
        self.bar.setValue(state.done if state.total else 0)
        self.plot.show_curves(curves)
        if not state.active:
            self._requested = ""
            self._patience.stop()
        self._offer(state)
        if state.status == "finished" and (before is None or before.status != "finished"):
            self._show_outcome(state)
        if before is None or before.active != state.active:
            self.changed.emit()

    def _offer(self, state: TrainingState) -> None:
        """Show the buttons that apply to the present state."""
        self.new.setVisible(not state.active)
        self.pause.setVisible(state.active)
        self.pause.setEnabled(not self._requested and state.status == "running")
        self.finish.setVisible(state.active and state.phase == "training")
        self.finish.setEnabled(not self._requested)
        self.kill.setVisible(state.active and self.kill.isVisible())
        self.resume.setVisible(state.status in ("paused", "interrupted", "failed"))
        self.resume.setEnabled(True)
        self.use.setVisible(state.status == "finished")
        self.use.setEnabled(self._window.worker.choice.model != state.model)

    def _show_outcome(self, state: TrainingState) -> None:
        self.pages.setTabVisible(1, True)
        self.pages.setCurrentIndex(1)
        self.figures.show_figures(state.before, state.after)
        self.changes_note.setText("Comparing the top hits of some phrases in the active library…")
        start = Path(state.start_from) if state.start_from else None
        self._window.worker.submit(
            call(SESSION.models.compare, start, state.model),
            done=self._show_changes, failed=self._changes_failed, thread="long",
            key="training moved", title="Comparing hits",
        )  # fmt: skip

    def _show_changes(self, phrases: tuple[MovedPhrase, ...]) -> None:
        state = self.state
        whose = "the model it started from" if state is not None and state.start_from else "the released model"
        self.changes_note.setText(
            f"Top hits of some phrases in the active library, by {whose} and by the new one. ✓ counts hits confirmed by their "
            "computed geometry." if phrases else "The active library contains nothing to compare."
        )  # fmt: skip
        self.moved.show_changes(phrases)

    def _changes_failed(self, error: ClicsError) -> None:
        self.changes_note.setText(f"Hits were not compared: {error.message}")

    def _pause(self) -> None:
        self._request("pause")
        self._patience.start()

    def _finish(self) -> None:
        self._request("finish")

    def _request(self, what: str) -> None:
        if self.state is None:
            return
        self._requested = what
        method = SESSION.training.finish if what == "finish" else SESSION.training.pause
        self._window.worker.submit(
            call(method, self.state.folder),
            done=lambda _: self.monitor.poll(),
            failed=self._refused,
        )  # fmt: skip

    def _offer_kill(self) -> None:
        self.kill.show()

    def _kill(self) -> None:
        if self.state is not None:
            self.kill.hide()
            self._window.worker.submit(
                call(SESSION.training.kill, self.state.folder), done=lambda _: self.monitor.poll(), failed=self._refused
            )

    def _resume(self) -> None:
        if self.state is not None:
            self.resume.setEnabled(False)
            folder = self.state.folder
            self._window.worker.submit(
                call(SESSION.training.resume, folder),
                done=lambda _: self.monitor.follow(folder),
                failed=self._refused,
            )

    def _use(self) -> None:
        if self.state is not None:
            self.use.setEnabled(False)
            use_model(self._window, self.state.model, self.state.name)

    def _refused(self, error: ClicsError) -> None:
        self._requested = ""
        self.resume.setEnabled(True)
        self.line.setText(f"✗ {error.message}")

    def _lost(self, message: str) -> None:
        _set_role(self.badge, "✗ Not found", "bad")
        self.line.setText(message)
        self.bar.hide()
        for button in (self.pause, self.finish, self.kill, self.resume, self.use):
            button.hide()
        self.changed.emit()

    def _button(self, text: str, tip: str, run: object) -> QPushButton:
        made = QPushButton(text)
        made.setToolTip(tooltip(tip))
        made.setAutoDefault(False)
        made.clicked.connect(run)
        made.hide()
        return made


def _set_role(target: QWidget, text: str, role: str) -> None:
    target.setText(text)  # type: ignore[attr-defined]
    if target.property("role") != role:
        target.setProperty("role", role)
        target.style().unpolish(target)
        target.style().polish(target)
