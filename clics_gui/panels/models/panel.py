"""Models panel: use, compare, rename and remove models; start, follow and resume trainings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clics.engine_process.operation import SESSION, call, together
from clics.results import ModelRow, TrainingState
from PySide6.QtCore import QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QMenu, QMessageBox, QPushButton, QVBoxLayout, QWidget

from clics_gui.dialogs.training.dialog import TrainingDialog
from clics_gui.dialogs.training.use_model import use_model
from clics_gui.panels.models.close_confirmation import CloseConfirmation
from clics_gui.panels.models.comparison import CompareDialog
from clics_gui.panels.models.model_table import ModelTable
from clics_gui.state.actions import Action
from clics_gui.style.plain import tooltip
from clics_gui.style.widgets import label, message_box

if TYPE_CHECKING:
    from clics.errors import ClicsError

    from clics_gui.state.context import Context

LOOK_EVERY = 2_000
"""Milliseconds between two looks while a training is at work and the panel is seen."""


class ModelsPanel(QWidget):
    """Buttons act on the selected row; the Model menu has the same actions."""

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self._models: tuple[ModelRow, ...] = ()
        self.trainings: tuple[TrainingState, ...] = ()
        self.dialog: TrainingDialog | None = None
        self.table = ModelTable()
        self.note = label("", "muted", wrap=True)
        self.buttons: dict[str, QPushButton] = {}
        self._leaving = CloseConfirmation(window, self, lambda: self.window().close())
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
        """Read the lists of models and trainings."""
        self._timer.stop()
        self._window.worker.submit(
            together(call(SESSION.models.list), call(SESSION.training.list)),
            done=self._take_lists, failed=self._show_error, key="models",
        )  # fmt: skip

    def train(self, folder: Path | None = None) -> None:
        """Open the training dialog for a new training, or for the one in ``folder``."""
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
        """State with the model in use."""
        model = self._window.worker.choice.model
        return {"model": str(model) if model is not None else ""}

    def restore_state(self, state: dict[str, Any]) -> None:
        """Use the remembered model, unless the command line named one."""
        stored = state.get("model")
        worker = self._window.worker
        if isinstance(stored, str) and stored and worker.choice.model is None:
            if (Path(stored) / "config.json").is_file():
                worker.use(model=Path(stored), library=worker.choice.library)
            else:
                self._window.notify(f"The model in {stored} no longer exists; the released model is used.", "warning")

    def may_close(self) -> bool:
        """False while a running training is asked about."""
        return self._leaving.may_close(self.trainings)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Read the lists again when the panel appears."""
        super().showEvent(event)
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Stop reading."""
        super().hideEvent(event)
        self._timer.stop()

    def _row_of_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for key, text, tip, run in (
            ("train", "Train…", "Set up a training", self.train),
            ("use", "Use", "Update the embeddings of the library in the background, then use this model", self.use),
            ("open", "Open", "Training curves and results", self._activate),
            (
                "compare",
                "Compare",
                "Compare two selected models, or the selected model with the one in use",
                self.compare,
            ),
            ("remove", "Remove…", "Remove this model or training permanently", self.remove),
        ):
            button = QPushButton(text)
            button.setToolTip(tooltip(tip))
            button.clicked.connect(lambda _=False, run=run: run())
            self.buttons[key] = button
            row.addWidget(button)
        row.insertStretch(1)
        return row

    def _actions(self) -> list[Action]:
        def one(check: Callable[[ModelRow | TrainingState], bool]) -> Callable[[], bool]:
            return lambda: len(self.table.chosen()) == 1 and check(self.table.chosen()[0])

        return [
            Action(
                id="model.train",
                title="Train a model…",
                run=self.train,
                menu="Model",
                group=0,
                shortcut="Ctrl+Alt+N",
                tip="Fine-tune a model on your own structures",
                icon="school-outline",
            ),
            Action(
                id="model.use",
                title="Use this model",
                run=self.use,
                menu="Model",
                group=1,
                shortcut="Ctrl+Alt+U",
                tip="Update the embeddings of the library, then use the selected model",
                icon="check-circle-outline",
                enabled_when=one(lambda row: isinstance(row, ModelRow)),
            ),
            Action(
                id="model.compare",
                title="Compare models",
                run=self.compare,
                menu="Model",
                group=1,
                shortcut="Ctrl+Alt+K",
                tip="Compare two selected models",
                icon="compare",
                enabled_when=lambda: len(self._pair()) == 2,
            ),
            Action(
                id="model.rename",
                title="Rename model…",
                run=self.rename,
                menu="Model",
                group=2,
                shortcut="Ctrl+Alt+R",
                tip="Rename the selected model",
                icon="rename-outline",
                enabled_when=one(self._own),
            ),
            Action(
                id="model.folder",
                title="Open model folder",
                run=self.open_folder,
                menu="Model",
                group=2,
                shortcut="Ctrl+Alt+J",
                tip="Open the folder of the selected model",
                icon="folder-open-outline",
                enabled_when=one(lambda _: True),
            ),
            Action(
                id="model.remove",
                title="Remove model…",
                run=self.remove,
                menu="Model",
                group=2,
                shortcut="Ctrl+Alt+X",
                tip="Remove the selected model or training permanently",
                icon="delete-outline",
                enabled_when=one(self._own),
            ),
        ]

    # ---- what can be done -------------------------------------------------------------------------------------------

    def use(self) -> None:
        """Use the selected model."""
        for row in self.table.chosen()[:1]:
            if isinstance(row, ModelRow):
                use_model(self._window, None if row.shipped else row.folder, row.name)

    def compare(self) -> None:
        """Compare the two selected models, or the selected one with the one in use."""
        pair = self._pair()
        if len(pair) == 2:
            CompareDialog(self._window, pair[0], pair[1], self.window()).show()

    def rename(self) -> None:
        """Ask for a new name of the selected model."""
        row = next(iter(self.table.chosen()), None)
        if row is None or not self._own(row):
            return
        name, agreed = QInputDialog.getText(self, "Rename model", "Name of the model:", text=row.name)
        if agreed and name.strip():
            home = _home(row)
            self._window.worker.submit(
                call(SESSION.models.rename, home, name), done=lambda _: self.look(), failed=self._show_error
            )

    def remove(self) -> None:
        """Remove the selected model after confirmation; the released one replaces a model in use."""
        row = next(iter(self.table.chosen()), None)
        if row is None or not self._own(row):
            return
        box = message_box(
            QMessageBox.Icon.Question, "Remove model", f"Remove “{row.name}” permanently?",
            "The model and its training are deleted; libraries and crystals are kept.", self,
        )  # fmt: skip
        yes = box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        if box.clickedButton() is not yes:
            return
        worker = self._window.worker
        if isinstance(row, ModelRow) and worker.choice.model == row.folder:
            worker.use(model=None, library=worker.choice.library)
        home = _home(row)
        worker.submit(call(SESSION.models.remove, home), done=lambda _: self.look(), failed=self._show_error)

    def open_folder(self) -> None:
        """Show the folder of the selected model in the file manager."""
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

    def _take_lists(self, lists: tuple[tuple[ModelRow, ...], tuple[TrainingState, ...]]) -> None:
        self._models, self.trainings = lists
        self._fill()
        if any(training.active for training in self.trainings) and self.isVisible():
            self._timer.start()

    def _fill(self) -> None:
        self.table.fill(self._models, self.trainings, self._window.worker.choice.model)
        self.note.setText("" if len(self._models) > 1 or self.trainings else "Trained models appear here.")
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

    def _show_error(self, error: ClicsError) -> None:
        self.note.setText(f"✗ {error.message}")
        self.note.show()


def _home(row: ModelRow | TrainingState) -> Path:
    return row.folder if isinstance(row, TrainingState) else row.home or row.folder
