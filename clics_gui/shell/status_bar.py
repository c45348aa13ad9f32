"""Status bar: running task, model and library in use, number of messages."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QStatusBar, QWidget

from clics_gui.engine_thread.request import Request
from clics_gui.engine_thread.worker import Worker
from clics_gui.state.actions import Action
from clics_gui.style.plain import tooltip
from clics_gui.style.widgets import label, tool_button

SPINNER = "◐◓◑◒"
SPINNER_INTERVAL = 500
"""Milliseconds between two frames of the spinner. Slow, since with OpenGL in the window every repaint draws all of it."""
SHOW_DELAY = 300
"""Milliseconds that a task must last to be shown; shorter ones would only flicker."""


class TaskView(QWidget):
    """The longest running request that has a title: text, progress, and a button that stops it."""

    def __init__(self, worker: Worker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._shown: Request | None = None
        self._label = label("")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(140)
        self._stop = tool_button("✕", "Stop this task; completed work is kept", self.cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.setSpacing(8)
        self._spinner = label(SPINNER[0])
        for widget in (self._spinner, self._bar, self._label, self._stop):
            layout.addWidget(widget)
        layout.addStretch()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOW_DELAY)
        self._timer.timeout.connect(self._show_next)
        worker.started.connect(self._started)
        worker.progressed.connect(self._progressed)
        worker.ended.connect(self._ended)
        self._spinner_timer = QTimer(self)
        self._spinner_timer.setInterval(SPINNER_INTERVAL)
        self._spinner_timer.timeout.connect(self._next_frame)
        self._frame = 0
        self._blank()

    @property
    def text(self) -> str:
        """Text of the task."""
        return self._label.text()

    def cancel(self) -> None:
        """Stop the task shown."""
        if self._shown is not None:
            self._shown.cancel()
            self._show_task()

    def menu_actions(self) -> list[Action]:
        """The action that stops the task shown."""
        return [
            Action(
                id="panels.stop",
                title="Stop current task",
                run=self.cancel,
                menu="Panels",
                group=2,
                shortcut="Ctrl+.",
                tip="Stop the task in the status bar; completed work is kept",
                icon="stop-circle-outline",
                enabled_when=lambda: bool(self._worker.active),
            )
        ]

    def stop_timer(self) -> None:
        """Stop the timers before the window closes."""
        self._timer.stop()
        self._spinner_timer.stop()

    def _started(self, _request: Request) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _progressed(self, request: Request) -> None:
        if request is self._shown:
            self._show_task()

    def _ended(self, request: Request) -> None:
        if request is self._shown:
            self._show_next()

    def _show_next(self) -> None:
        named = [request for request in self._worker.active if request.title and not request.token.cancelled]
        running = [request for request in named if request.state == "running"]
        self._shown = next(iter(running or named), None)
        if self._shown is None:
            self._blank()
        else:
            self._show_task()

    def _next_frame(self) -> None:
        self._frame += 1
        self._spinner.setText(SPINNER[self._frame % len(SPINNER)])

    def _blank(self) -> None:
        self._spinner_timer.stop()
        self._spinner.hide()
        self._label.clear()
        self._bar.hide()
        self._stop.hide()

    def _show_task(self) -> None:
        request = self._shown
        if request is None:
            return
        progress = request.latest
        known = False
        text = "Stopping…" if request.token.cancelled else request.title
        if progress is not None and progress.total:
            text += f"  {progress.done:,} of {progress.total:,}"
            self._bar.setMaximum(progress.total)
            self._bar.setValue(progress.done)
            known = True
        else:
            if progress is not None and progress.done:
                text += f"  {progress.done:,}"
        waiting = sum(1 for other in self._worker.active if other.title) - 1
        self._label.setText(text + (f"   +{waiting} more" if waiting > 0 else ""))
        self._label.setToolTip(tooltip(progress.text if progress is not None else ""))
        self._bar.setVisible(known)
        self._spinner.setVisible(not known)
        if known:
            self._spinner_timer.stop()
        elif not self._spinner_timer.isActive():
            self._spinner_timer.start()
        self._stop.setVisible(not request.token.cancelled)


class StatusBar(QStatusBar):
    """Task on the left, hints of menus in the middle, model, library and messages on the right."""

    def __init__(self, worker: Worker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.tasks = TaskView(worker)
        self.tasks.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.source = label("")
        self.messages = tool_button("Messages", "All messages since the start")
        self.addWidget(self.tasks, 1)
        self.addPermanentWidget(self.source)
        self.addPermanentWidget(self.messages)
