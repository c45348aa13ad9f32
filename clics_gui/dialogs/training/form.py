"""Form of a training: data, start, preset, epochs, device, name. It does not know the engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clics.results import TrainingOptions
from clics.session import Session
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from clics_gui.dialogs.training import labels
from clics_gui.style.plain import shown, tooltip
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.results import Device, ModelRow

DEBOUNCE = 900
"""Milliseconds without a change after which the plan is estimated."""
FILE_FILTERS = f"Libraries (*.clics);;Crystals ({' '.join(Session.file_patterns())});;All files (*)"
HINT = "A folder of crystals (CIF, POSCAR, …), a library, or a data set packed with “clics dataset pack”."


class TrainingForm(QWidget):
    """``changed(plan)`` follows the last change after a pause; None if something is missing."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library: Path | None = None
        self.name = QLineEdit("My model")
        self.name.setMaxLength(60)
        self.data = QLineEdit()
        self.data.setPlaceholderText("Folder, library or packed data set")
        self.start = QComboBox()
        self.preset = QComboBox()
        for key, (title, _) in labels.PRESETS.items():
            self.preset.addItem(title, key)
        self.epochs = QSpinBox()
        self.epochs.setRange(1, 1000)
        self.epochs.setValue(labels.EPOCHS["quick"])
        self.device = QComboBox()
        self.device.addItem("Looking for devices…", "auto")
        self.about_preset = label("", "muted", wrap=True)
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.setInterval(DEBOUNCE)
        self._debounce.timeout.connect(lambda: self.changed.emit(self.plan()))
        self._lay_out()
        self._connect()
        self._show_preset()

    def plan(self) -> TrainingOptions | None:
        """Plan of the form; None without data."""
        text = self.data.text().strip()
        if not text:
            return None
        return TrainingOptions(
            Path(text).expanduser(), name=self.name.text().strip() or "My model", preset=self.preset.currentData(),
            epochs=self.epochs.value(), start_from=self.start.currentData(), device=self.device.currentData(),
        )  # fmt: skip

    def offer(self, devices: Sequence[Device], models: Sequence[ModelRow]) -> None:
        """Fill the choices of devices and models; earlier choices are kept if possible."""
        start = self.start.currentData() if self.start.count() else (models[0].folder if models else None)
        self.start.clear()
        for model in models:
            self.start.addItem(shown(model.name), model.folder)
        self.start.addItem("From scratch", None)
        self.start.setCurrentIndex(max(0, self.start.findData(start)))
        chosen = self.device.currentData()
        self.device.clear()
        for device in devices:
            self.device.addItem(
                f"{device.name}, {labels.size(device.memory)} ({labels.size(device.free)} free)", device.id
            )
        self.device.setCurrentIndex(max(0, self.device.findData(chosen)))

    def offer_library(self, path: Path) -> None:
        """Set the active library, the default of the data."""
        self._library = path
        self.of_library.setEnabled(True)
        if not self.data.text():
            self.data.setText(str(path))

    def start_from(self, model: Path) -> None:
        """Choose the model to fine-tune."""
        self.start.setCurrentIndex(max(0, self.start.findData(model)))

    def stop(self) -> None:
        """Emit no further signals."""
        self._debounce.stop()

    def _lay_out(self) -> None:
        self.of_library = _button("Active library", "Train on the crystals of the active library", self._take_library)
        self.of_library.setEnabled(False)
        folder = _button("Folder…", "Train on a folder of crystals or a packed data set", self._choose_folder)
        file = _button("File…", "Train on another library or a file with many crystals", self._choose_file)
        sources = QHBoxLayout()
        sources.setSpacing(6)
        for button in (self.of_library, folder, file):
            sources.addWidget(button)
        sources.addStretch()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget, str], ...] = (
            ("&Data", self.data, "Training data"),
            ("&Start from", self.start, "Model to fine-tune; from scratch: random initial weights"),
            ("&Preset", self.preset, "Size of the model and length of the training"),
            ("&Epochs", self.epochs, "Number of passes over the training data"),
            ("De&vice", self.device, "Device for the training; the fastest one is preselected"),
            ("&Name", self.name, "Name of the new model"),
        )
        line = 0
        for title, field, tip in rows:
            caption = label(title)
            caption.setBuddy(field)
            caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            field.setToolTip(tooltip(tip))
            field.setAccessibleName(title.replace("&", ""))
            grid.addWidget(caption, line, 0)
            grid.addWidget(field, line, 1, Qt.AlignmentFlag.AlignLeft if field is self.epochs else Qt.AlignmentFlag(0))
            if field is self.data:
                grid.addLayout(sources, line + 1, 1)
                grid.addWidget(label(HINT, "muted", wrap=True), line + 2, 1)
            elif field is self.preset:
                grid.addWidget(self.about_preset, line + 1, 1)
            grid.setRowMinimumHeight(line + 3, 6)
            line += 4

    def _connect(self) -> None:
        for signal in (self.data.textChanged, self.start.currentIndexChanged, self.device.currentIndexChanged,
                       self.epochs.valueChanged):  # fmt: skip
            signal.connect(self._restart_debounce)
        self.preset.currentIndexChanged.connect(self._show_preset)

    def _restart_debounce(self) -> None:
        self._debounce.start()

    def _show_preset(self) -> None:
        key = self.preset.currentData()
        self.about_preset.setText(labels.PRESETS[key][1])
        self.epochs.setValue(labels.EPOCHS[key])
        self._restart_debounce()

    def _take_library(self) -> None:
        if self._library is not None:
            self.data.setText(str(self._library))

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder of crystals or packed data set", self.data.text())
        if name:
            self.data.setText(name)

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Library or file of crystals", self.data.text(), FILE_FILTERS)
        if name:
            self.data.setText(name)


def _button(text: str, tip: str, run: object) -> QPushButton:
    made = QPushButton(text)
    made.setToolTip(tooltip(tip))
    made.setAutoDefault(False)
    made.clicked.connect(run)
    return made
