"""Dialog for size, resolution and background of a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from clics_gui.style.widgets import label
from clics_gui.viewer.picture import LARGEST

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from clics_gui.viewer.canvas import CrystalCanvas


class PictureDialog(QDialog):
    """Takes a picture of ``canvas`` and saves or copies it. ``message`` gives the outcome."""

    def __init__(
        self,
        canvas: CrystalCanvas,
        name: str,
        *,
        dpi: int = 300,
        transparent: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save picture")
        self._canvas, self._name = canvas, name
        self.message = ""
        self._ratio = canvas.width() / max(canvas.height(), 1)
        form = QFormLayout()
        self.width_field = self._number(16, LARGEST, 2400, " px", "Width in pixels")
        self.height_field = self._number(16, LARGEST, round(2400 / self._ratio), " px", "Height in pixels")
        self.keep = QCheckBox("Keep aspect ratio")
        self.keep.setChecked(True)
        self.dpi_field = self._number(30, 2400, dpi, " dpi", "Dots per inch")
        self.transparent = QCheckBox("Transparent background")
        self.transparent.setChecked(transparent)
        self.legend = QCheckBox("Element legend")
        self.legend.setChecked(True)
        self.axes = QCheckBox("Cell axes")
        self.axes.setChecked(canvas.writing.gizmo)
        self.printed = label()
        for title, field in (
            ("Width", self.width_field),
            ("Height", self.height_field),
            ("", self.keep),
            ("Resolution", self.dpi_field),
            ("Print size", self.printed),
            ("Background", self.transparent),
            ("Show", self.legend),
            ("", self.axes),
        ):
            form.addRow(title, field)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.copy)
        buttons.accepted.connect(self._ask_where)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.width_field.valueChanged.connect(self._width_changed)
        self.height_field.valueChanged.connect(self._height_changed)
        self.dpi_field.valueChanged.connect(self._say_size)
        self._say_size()

    def picture(self) -> QImage:
        """The picture by the fields."""
        shown = self._canvas.writing.gizmo
        self._canvas.writing.gizmo = self.axes.isChecked()
        try:
            return self._canvas.grab(
                self.width_field.value(),
                self.height_field.value(),
                self.dpi_field.value(),
                self.transparent.isChecked(),
                legend=self.legend.isChecked(),
            )
        finally:
            self._canvas.writing.gizmo = shown

    def save(self, path: Path) -> bool:
        """Save as PNG, or by the suffix.

        Returns:
            False with the reason in ``message`` if it fails.
        """
        if not path.suffix:
            path = path.with_suffix(".png")
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            saved = self.picture().save(str(path))
        finally:
            QGuiApplication.restoreOverrideCursor()
        self.message = (
            f"Saved {path}." if saved else f"The picture could not be written to {path}; try another folder or name."
        )
        return saved

    def copy(self) -> None:
        """Copy the picture to the clipboard."""
        QGuiApplication.clipboard().setImage(self.picture())
        self.message = "Picture copied to the clipboard."
        self.accept()

    def _ask_where(self) -> None:
        start = f"{self._name.replace('/', '-') or 'crystal'}.png"
        name, _ = QFileDialog.getSaveFileName(self, "Save picture", start, "PNG (*.png);;TIFF (*.tiff);;JPEG (*.jpg)")
        if name:
            self.save(Path(name))
            self.accept()

    def _number(self, low: int, high: int, value: int, unit: str, name: str) -> QSpinBox:
        field = QSpinBox()
        field.setRange(low, high)
        field.setValue(value)
        field.setSuffix(unit)
        field.setAccessibleName(name)
        field.setKeyboardTracking(False)
        return field

    def _width_changed(self, width: int) -> None:
        if self.keep.isChecked():
            self.height_field.blockSignals(True)
            self.height_field.setValue(round(width / self._ratio))
            self.height_field.blockSignals(False)
        self._say_size()

    def _height_changed(self, height: int) -> None:
        if self.keep.isChecked():
            self.width_field.blockSignals(True)
            self.width_field.setValue(round(height * self._ratio))
            self.width_field.blockSignals(False)
        self._say_size()

    def _say_size(self) -> None:
        dpi = self.dpi_field.value()
        wide, high = self.width_field.value() / dpi * 2.54, self.height_field.value() / dpi * 2.54
        self.printed.setText(f"{wide:.1f} × {high:.1f} cm")
