"""Up to four crystals side by side with linked orientation and scale."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clics_gui.state.site_labels import site_labels
from clics_gui.style.widgets import label
from clics_gui.viewer.canvas import CrystalCanvas
from clics_gui.viewer.scene import SceneSettings, build_scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QCloseEvent, QResizeEvent

    from clics_gui.viewer.camera import CameraState
    from clics_gui.viewer.protocols import DocumentLike

MOST = 4


class _Cell(QWidget):
    """One crystal with its name."""

    def __init__(self, document: DocumentLike, settings: SceneSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self.document = document
        self.settings = settings
        self.name = label(document.title)
        self.name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.canvas = CrystalCanvas(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.name)
        layout.addWidget(self.canvas, 1)
        document.crystal_changed.connect(self.draw)
        document.geometry_changed.connect(self.draw)
        document.highlight_changed.connect(self.draw)
        document.selection_changed.connect(self._select)
        self.canvas.site_clicked.connect(lambda site, _: document.select(() if site < 0 else (site,)))
        self.draw()

    def draw(self) -> None:
        """Draw the crystal after a change of cell, bonds or highlight."""
        geometry = self.document.geometry
        bonds = None if geometry is None else geometry.bonds
        self.canvas.writing.site_labels = site_labels(self.document.atoms, geometry)
        settings = replace(self.settings, highlighted=self.document.highlighted or frozenset())
        self.canvas.show_scene(build_scene(self.document.atoms, bonds, settings))
        self.canvas.set_highlighted(self.document.highlighted)
        self._select()

    def _select(self) -> None:
        self.canvas.set_selection(self.document.selection)


class CompareView(QWidget):
    """Two to four documents in a 2 × 2 grid.

    Raises:
        ValueError: There are none or more than four.
    """

    def __init__(
        self, documents: Sequence[DocumentLike], settings: SceneSettings | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        if not 1 <= len(documents) <= MOST:
            raise ValueError(f"Between one and {MOST} crystals can be compared, not {len(documents)}.")
        self.linked = QCheckBox("Link views")
        self.linked.setChecked(True)
        self.linked.setToolTip("Same orientation and scale for all crystals")
        self.linked.toggled.connect(lambda on: self._follow(self.canvases[0].state) if on else None)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 4, 8, 4)
        bar.addWidget(self.linked)
        self.scale = label()
        self.scale.setToolTip("The same for all crystals while the views are linked")
        bar.addStretch()
        bar.addWidget(self.scale)
        grid = QGridLayout()
        grid.setSpacing(2)
        self._cells = [_Cell(document, settings or SceneSettings(), self) for document in documents]
        for place, cell in enumerate(self._cells):
            grid.addWidget(cell, place // 2, place % 2)
            cell.canvas.looked.connect(self._follow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addLayout(grid, 1)
        self._following = False

    @property
    def canvases(self) -> list[CrystalCanvas]:
        """Canvases, row by row."""
        return [cell.canvas for cell in self._cells]

    def change(self, settings: SceneSettings) -> None:
        """Draw all crystals in another style."""
        for cell in self._cells:
            cell.settings = settings
            cell.draw()

    def fit(self) -> None:
        """Fit all crystals with the scale of the largest one."""
        for canvas in self.canvases:
            canvas.fit()
        self._follow(max((canvas.state for canvas in self.canvases), key=lambda state: state.scale))

    def picture(self, width: int, height: int, dpi: float = 96.0, transparent: bool = False) -> QImage:
        """All pictures on one sheet of ``width`` × ``height`` pixels."""
        columns, rows = min(2, len(self._cells)), (len(self._cells) + 1) // 2
        sheet = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        sheet.fill(Qt.GlobalColor.transparent if transparent else Qt.GlobalColor.white)
        painter = QPainter(sheet)
        for place, canvas in enumerate(self.canvases):
            image = canvas.grab(width // columns, height // rows, dpi, transparent)
            painter.drawImage((place % 2) * (width // columns), (place // 2) * (height // rows), image)
        painter.end()
        sheet.setDotsPerMeterX(round(dpi / 0.0254))
        sheet.setDotsPerMeterY(round(dpi / 0.0254))
        return sheet

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Pictures of another size need another common scale."""
        super().resizeEvent(event)
        if self.linked.isChecked():
            self.fit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Let the graphics contexts go."""
        for canvas in self.canvases:
            canvas.shut()
        super().closeEvent(event)

    def _follow(self, state: CameraState) -> None:
        """Same rotation, scale and projection for all; each keeps its own centre."""
        self.scale.setText(f"1 Å = {1.0 / state.scale:.1f} px")
        if self._following or not self.linked.isChecked():
            return
        self._following = True  # what the others say now is only the echo
        for canvas in self.canvases:
            own = canvas.state
            wanted = replace(own, rotation=state.rotation, scale=state.scale, perspective=state.perspective)
            if wanted is not own:
                canvas.set_state(wanted, tell=False)
        self._following = False
