"""Curves of a training: loss, and validation figures in percent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph
from clics.results import Curves
from clics.results.training import FIGURES, Point
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

if TYPE_CHECKING:
    from clics_gui.style.theme import Theme

_SMOOTH = 15
"""Points over which the thick line of the loss is averaged: single batches jump."""
_SIGNS = ("o", "s", "t", "d", "+")
_SHORT = {
    "space_group_top1": "Space group, top-1",
    "space_group_top5": "Space group, top-5",
    "environment_top1": "Environment, top-1",
    "environment_top5": "Environment, top-5",
    "environment_map": "Environment, mAP",
}


class CurvesPlot(QWidget):
    """Two plots over epochs. Curves differ in colour and in the shape of their points."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._curves = Curves()
        self._loss = _plot("Loss")
        self._figures = _plot("Validation, %")
        self._figures.setYRange(0, 100, padding=0.04)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._loss, 1)
        layout.addWidget(self._figures, 1)
        theme.changed.connect(self._draw)
        self._draw()

    def show_curves(self, curves: Curves) -> None:
        """Draw curves; nothing is redrawn if they are the same."""
        if curves != self._curves:
            self._curves = curves
            self._draw()

    def _draw(self) -> None:
        for plot in (self._loss, self._figures):
            _paint(plot, self._theme)
            plot.setXRange(0, max(1, self._curves.epochs), padding=0.03)
        self._draw_loss()
        self._draw_figures(self._curves.figures)

    def _draw_loss(self) -> None:
        x, y = _arrays(self._curves.loss)
        self._loss.clear()
        faint = self._theme.color("muted")
        faint.setAlpha(110)
        few = {"symbol": "o", "symbolSize": 5, "symbolBrush": faint, "symbolPen": None} if len(y) < 2 * _SMOOTH else {}
        self._loss.plot(x, y, pen=pyqtgraph.mkPen(faint, width=1), **few)
        if len(y) >= 2 * _SMOOTH:
            smooth = np.convolve(y, np.ones(_SMOOTH) / _SMOOTH, mode="valid")
            middle = x[_SMOOTH // 2 : _SMOOTH // 2 + len(smooth)]
            self._loss.plot(middle, smooth, pen=pyqtgraph.mkPen(self._theme.color("accent"), width=2))

    def _draw_figures(self, figures: Mapping[str, tuple[Point, ...]]) -> None:
        self._figures.clear()
        legend = self._figures.plotItem.legend
        legend.clear()
        for number, name in enumerate(name for name in FIGURES if name in figures):
            x, y = _arrays(figures[name])
            colour = self._theme.category(number)
            self._figures.plot(
                x, y, pen=pyqtgraph.mkPen(colour, width=2), symbol=_SIGNS[number], symbolSize=7, symbolBrush=colour,
                symbolPen=None, name=_SHORT[name],
            )  # fmt: skip


def _plot(title: str) -> pyqtgraph.PlotWidget:
    plot = pyqtgraph.PlotWidget()
    plot.setMinimumSize(220, 170)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.setMenuEnabled(False)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setLabel("bottom", "Epoch")
    plot.setTitle(title)
    plot.setAccessibleName(title)
    legend = plot.addLegend(offset=(-8, -8), labelTextSize="8pt")
    legend.setVisible(title != "Loss")
    return plot


def _paint(plot: pyqtgraph.PlotWidget, theme: Theme) -> None:
    plot.setBackground(theme.color("surface"))
    plot.setTitle(plot.accessibleName(), color=theme.color("text"), size="9pt")
    for side in ("bottom", "left"):
        axis = plot.getAxis(side)
        axis.setPen(theme.color("border"))
        axis.setTextPen(theme.color("muted"))
    plot.setLabel("bottom", "Epoch", color=theme.color("muted").name())
    plot.showGrid(x=False, y=True, alpha=0.15)
    ground = theme.color("surface")
    ground.setAlpha(190)
    plot.plotItem.legend.setBrush(ground)
    plot.plotItem.legend.setLabelTextColor(theme.color("text"))


def _arrays(points: tuple[Point, ...]) -> tuple[np.ndarray, np.ndarray]:
    x = np.array([point.at for point in points], dtype=float)
    y = np.array([point.value for point in points], dtype=float)
    return x[np.isfinite(y)], y[np.isfinite(y)]
