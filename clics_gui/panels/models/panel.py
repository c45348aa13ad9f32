"""The models panel: use, compare, rename and remove models; see and resume trainings; begin new ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clics.results import ModelRow, TrainingState
from PySide6.QtCore import QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QMenu, QMessageBox, QPushButton, QVBoxLayout, QWidget

from clics_gui.dialogs.training.dialog import TrainingDialog
from clics_gui.dialogs.training.use_model import use_model
from clics_gui.panels.models.close_confirmation import Leaving
from clics_gui.panels.models.comparison import CompareDialog
from clics_gui.panels.models.model_table import ModelTable
from clics_gui.state.actions import Action
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.errors import ClicsError

    from clics_gui.state.context import Context

LOOK_EVERY = 2_000
"""Milliseconds between two looks while a training is at work and the panel is seen."""


class ModelsPanel(QWidget):
    """What can be done acts on the selected row; the same is in the Model menu, with shortcuts."""

    panel_id = "models"
    title = "Models"

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self._models: tuple[ModelRow, ...] = ()
        self.trainings: tuple[TrainingState, ...] = ()
        self.dialog: TrainingDialog | None = None
        self.table = ModelTable()
        self.note = label("", "muted", wrap=True)
        self.buttons: dict[str, QPushButton] = {}
        self._leaving = Leaving(window, self, lambda: self.window().close())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_EVERY)
        self._timer.timeout.connect(self.look)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)
        layout.addLayout(self._row_of_buttons())
        self.setFocusProxy(self.table)
        self.table.itemSelectionChanged.connect(self._offer)
        self.table.itemActivated.connect(lambda *_: self._activate())
        self.table.customContextMenuRequested.connect(self._menu)
        window.worker.session_changed.connect(lambda _: self._fill())
        window.add_actions(self._actions())
        self.look()

    def look(self) -> None:
        """Ask what models and trainings there are."""
        self._timer.stop()
        self._window.worker.submit(
            lambda session: (session.models.list(), session.training.list()),
            done=self._found, failed=self._said, key="models",
        )  # fmt: skip

    def train(self, folder: Path | None = None) -> None:
        """The training dialog: a new training, or the one of ``folder``."""
        if self.dialog is None:
            self.dialog = TrainingDialog(self._window, self.window(), folder=folder)
            self.dialog.changed.connect(self.look)
            self.dialog.destroyed.connect(self._forget_dialog)
            self.dialog.show()
        elif folder is not None:
            self.dialog.show_training(folder)
        self.dialog.raise_()
        self.dialog.activateWindow()

    def save_state(self) -> dict[str, Any]:
        """The model in use."""
        model = self._window.worker.choice.model
        return {"model": str(model) if model is not None else ""}

    def restore_state(self, state: dict[str, Any]) -> None:
        """Use that model again, unless the command line named one."""
        stored = state.get("model")
        worker = self._window.worker
        if isinstance(stored, str) and stored and worker.choice.model is None:
            if (Path(stored) / "config.json").is_file():
                worker.use(model=Path(stored), library=worker.choice.library)
            else:
                self._window.notify(f"The model in {stored} is gone; the released one is in use.", "warning")

    def may_close(self) -> bool:
        """A training under way is asked about first."""
        return self._leaving.may_close(self.trainings)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """What is seen is fresh."""
        super().showEvent(event)
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def _row_of_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for key, text, tip, run in (
            ("train", "Train…", "Set up a training", self.train),
            ("use", "Use", "Embed the library with this model in the background, then use it", self.use),
            ("open", "Open", "Its curves and what came of it", self._activate),
            ("compare", "Compare", "Two selected models side by side; of one, with the model in use", self.compare),
            ("remove", "Remove…", "Remove this model or training for good", self.remove),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.clicked.connect(lambda _=False, run=run: run())
            self.buttons[key] = button
            row.addWidget(button)
        row.insertStretch(1)
        return row

    def _actions(self) -> list[Action]:
        def one(check: Callable[[ModelRow | TrainingState], bool]) -> Callable[[], bool]:
            return lambda: len(self.table.chosen()) == 1 and check(self.table.chosen()[0])

        return [
            Action("model.train", "Train a model…", self.train, "Model", 0, "Ctrl+Alt+N",
                   "Teach a model your own crystals", "school-outline"),
            Action("model.use", "Use this model", self.use, "Model", 1, "Ctrl+Alt+U",
                   "Embed the library with the selected model, then use it", "check-circle-outline",
                   enabled_when=one(lambda row: isinstance(row, ModelRow))),
            Action("model.compare", "Compare models", self.compare, "Model", 1, "Ctrl+Alt+K",
                   "Two selected models side by side", "compare", enabled_when=lambda: len(self._pair()) == 2),
            Action("model.rename", "Rename model…", self.rename, "Model", 2, "Ctrl+Alt+R",
                   "Give the selected model another name", "rename-outline", enabled_when=one(self._own)),
            Action("model.folder", "Open its folder", self.open_folder, "Model", 2, "Ctrl+Alt+J",
                   "Where the selected model is", "folder-open-outline", enabled_when=one(lambda _: True)),
            Action("model.remove", "Remove model…", self.remove, "Model", 2, "Ctrl+Alt+X",
                   "Remove the selected model or training for good", "delete-outline", enabled_when=one(self._own)),
        ]  # fmt: skip

    # ---- what can be done -------------------------------------------------------------------------------------------

    def use(self) -> None:
        """The selected model from now on."""
        for row in self.table.chosen()[:1]:
            if isinstance(row, ModelRow):
                use_model(self._window, None if row.shipped else row.folder, row.name)

    def compare(self) -> None:
        """The two selected ones, or the one in use and the selected one."""
        pair = self._pair()
        if len(pair) == 2:
            CompareDialog(self._window, pair[0], pair[1], self.window()).show()

    def rename(self) -> None:
        """Ask for another name."""
        row = next(iter(self.table.chosen()), None)
        if row is None or not self._own(row):
            return
        name, agreed = QInputDialog.getText(self, "Rename model", "Name of the model:", text=row.name)
        if agreed and name.strip():
            home = _home(row)
            self._window.worker.submit(
                lambda session: session.models.rename(home, name), done=lambda _: self.look(), failed=self._said
            )

    def remove(self) -> None:
        """Ask, then remove for good; the model in use gives way to the released one."""
        row = next(iter(self.table.chosen()), None)
        if row is None or not self._own(row):
            return
        box = QMessageBox(QMessageBox.Icon.Question, "Remove model", f"Remove “{row.name}” for good?", parent=self)
        box.setInformativeText("The model and its training are deleted; libraries and crystals stay.")
        yes = box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        if box.clickedButton() is not yes:
            return
        worker = self._window.worker
        if isinstance(row, ModelRow) and worker.choice.model == row.folder:
            worker.use(model=None, library=worker.choice.library)
        home = _home(row)
        worker.submit(lambda session: session.models.remove(home), done=lambda _: self.look(), failed=self._said)

    def open_folder(self) -> None:
        """In the desktop's file manager."""
        for row in self.table.chosen()[:1]:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.folder)))

    def _activate(self) -> None:
        for row in self.table.chosen()[:1]:
            if isinstance(row, TrainingState):
                self.train(row.folder)
            elif row.home is not None:
                self.train(row.home)

    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._actions():
            made = menu.addAction(action.title)
            made.setEnabled(action.enabled_when is None or action.enabled_when())
            made.triggered.connect(lambda _=False, run=action.run: run())
        menu.popup(self.table.viewport().mapToGlobal(place))

    # ---- reactions --------------------------------------------------------------------------------------------------

    def _found(self, found: tuple[tuple[ModelRow, ...], tuple[TrainingState, ...]]) -> None:
        self._models, self.trainings = found
        self._fill()
        if any(training.active for training in self.trainings) and self.isVisible():
            self._timer.start()

    def _fill(self) -> None:
        self.table.fill(self._models, self.trainings, self._window.worker.choice.model)
        self.note.setText("" if len(self._models) > 1 or self.trainings else "Models that you train appear here.")
        self.note.setVisible(bool(self.note.text()))
        self._offer()

    def _offer(self) -> None:
        rows = self.table.chosen()
        single = rows[0] if len(rows) == 1 else None
        self.buttons["use"].setEnabled(isinstance(single, ModelRow))
        self.buttons["open"].setEnabled(single is not None and self._own(single))
        self.buttons["compare"].setEnabled(len(self._pair()) == 2)
        self.buttons["remove"].setEnabled(single is not None and self._own(single))
        self._window.refresh_actions()

    def _own(self, row: ModelRow | TrainingState) -> bool:
        return isinstance(row, TrainingState) or not row.shipped

    def _pair(self) -> list[ModelRow]:
        chosen = [row for row in self.table.chosen() if isinstance(row, ModelRow)]
        if len(chosen) == 1:
            used = self._window.worker.choice.model
            in_use = [m for m in self._models if m.folder == used or (used is None and m.shipped)]
            chosen = [*(m for m in in_use if m != chosen[0]), *chosen]
        return chosen[:2]

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _said(self, error: ClicsError) -> None:
        self.note.setText(f"✗ {error.message}")
        self.note.show()


def _home(row: ModelRow | TrainingState) -> Path:
    return row.folder if isinstance(row, TrainingState) else row.home or row.folder
