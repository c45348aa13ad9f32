"""What to train: data, start, preset, epochs, device, name. Knows nothing of the engine; gives TrainingOptions."""

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
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.results import Device, ModelRow

SETTLES = 900
"""Milliseconds without a change after which the plan is taken to be meant."""
KINDS = f"Libraries (*.clics);;Crystals ({' '.join(Session.file_patterns())});;All files (*)"
HINT = "A folder of crystals (CIF, POSCAR, …), a library, or a data set packed with “clics dataset pack”."


class TrainingForm(QWidget):
    """``changed(plan)`` comes a moment after the last change; None where something is missing."""

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
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLES)
        self._settled.timeout.connect(lambda: self.changed.emit(self.plan()))
        self._lay_out()
        self._connect()
        self._tell_preset()

    def plan(self) -> TrainingOptions | None:
        """What it says now; None where no data are named."""
        text = self.data.text().strip()
        if not text:
            return None
        return TrainingOptions(
            Path(text).expanduser(), name=self.name.text().strip() or "My model", preset=self.preset.currentData(),
            epochs=self.epochs.value(), start_from=self.start.currentData(), device=self.device.currentData(),
        )  # fmt: skip

    def offer(self, devices: Sequence[Device], models: Sequence[ModelRow]) -> None:
        """Fill the choices; what was chosen stays where it is still there."""
        start = self.start.currentData() if self.start.count() else (models[0].folder if models else None)
        self.start.clear()
        for model in models:
            self.start.addItem(model.name, model.folder)
        self.start.addItem("From nothing", None)
        self.start.setCurrentIndex(max(0, self.start.findData(start)))
        chosen = self.device.currentData()
        self.device.clear()
        for device in devices:
            self.device.addItem(
                f"{device.name}, {labels.size(device.memory)} ({labels.size(device.free)} free)", device.id
            )
        self.device.setCurrentIndex(max(0, self.device.findData(chosen)))

    def offer_library(self, path: Path) -> None:
        """The library in use, which is the data unless others were named."""
        self._library = path
        self.of_library.setEnabled(True)
        if not self.data.text():
            self.data.setText(str(path))

    def start_from(self, model: Path) -> None:
        """Choose the model to start from."""
        self.start.setCurrentIndex(max(0, self.start.findData(model)))

    def stop(self) -> None:
        """Say nothing any more."""
        self._settled.stop()

    def _lay_out(self) -> None:
        self.of_library = _button("Library in use", "Learn from the crystals of the library in use", self._take_library)
        self.of_library.setEnabled(False)
        folder = _button("Folder…", "Learn from a folder of crystals, or from a packed data set", self._choose_folder)
        file = _button("File…", "Learn from another library, or from a file of many crystals", self._choose_file)
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
            ("&Data", self.data, "What to learn from"),
            ("&Start from", self.start, "The model whose weights are fine-tuned; from nothing: all is learnt anew"),
            ("&Preset", self.preset, "How large the model is and how long it learns"),
            ("&Epochs", self.epochs, "How many times every crystal is seen"),
            ("De&vice", self.device, "Where the work is done; the best one is chosen by itself"),
            ("&Name", self.name, "What the model will be called"),
        )
        line = 0
        for title, field, tip in rows:
            caption = label(title)
            caption.setBuddy(field)
            caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            field.setToolTip(tip)
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
            signal.connect(self._touch)
        self.preset.currentIndexChanged.connect(self._tell_preset)

    def _touch(self) -> None:
        self._settled.start()

    def _tell_preset(self) -> None:
        key = self.preset.currentData()
        self.about_preset.setText(labels.PRESETS[key][1])
        self.epochs.setValue(labels.EPOCHS[key])
        self._touch()

    def _take_library(self) -> None:
        if self._library is not None:
            self.data.setText(str(self._library))

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder of crystals, or packed data set", self.data.text())
        if name:
            self.data.setText(name)

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Library, or file of crystals", self.data.text(), KINDS)
        if name:
            self.data.setText(name)


def _button(text: str, tip: str, run: object) -> QPushButton:
    made = QPushButton(text)
    made.setToolTip(tip)
    made.setAutoDefault(False)
    made.clicked.connect(run)
    return made
