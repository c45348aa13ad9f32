"""Scatter plot whose points can be pointed at, stepped through with the keyboard, and opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from clics_gui.plots.dots import Dots
from clics_gui.style.plain import tooltip

REACH = 9
"""Pixels from a dot at which it is still meant."""
STEPS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class MapPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """``pointed(index)`` follows pointer and arrow keys (−1: nothing), ``chosen(index)`` a click or Return.

    Dragging moves the plot, the wheel, + and − scale it, Home shows all. ``words(index)`` gives the text of a tooltip.
    """

    pointed = Signal(int)
    chosen = Signal(int)

    def __init__(self, words: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False)
        self.getPlotItem().ctrlMenu.setParent(self, Qt.WindowType.Popup)  # made all the same, and nobody's
        self._words = words
        self._xy: NDArray[np.float32] = np.empty((0, 2), np.float32)
        self._current = -1
        self._pressed = QPoint()
        self.setAccessibleName("Map of the library")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.hideButtons()
        self.getViewBox().setDefaultPadding(0.05)
        self.dots = Dots()
        self._ring = pg.ScatterPlotItem(size=15, brush=None, pxMode=True)
        self._mark = pg.ScatterPlotItem(size=22, symbol="+", pxMode=True)
        for place, item in enumerate((self.dots, self._ring, self._mark)):
            item.setZValue(place)
            self.addItem(item)
        for side in ("bottom", "left"):
            axis = self.getAxis(side)
            axis.setStyle(showValues=False, tickLength=0)
            axis.enableAutoSIPrefix(False)

    def show_points(self, xy: NDArray[np.float32]) -> None:
        """Replace all points (n, 2) and show all of them; one without coordinates (NaN) lies at the origin."""
        self._xy = np.nan_to_num(xy)
        self.dots.show_points(self._xy)
        self.point_at(-1)
        self.show_all()

    def show_groups(self, groups: NDArray[np.uint8], colours: Sequence[QColor], shown: Sequence[bool]) -> None:
        """Colour the points, see :meth:`clics_gui.plots.dots.Dots.show_groups`."""
        self.dots.show_groups(groups, colours, shown)

    def mark(self, place: tuple[float, float] | None) -> None:
        """Mark the current crystal with a cross; None removes it."""
        self._mark.setData([] if place is None else [place[0]], [] if place is None else [place[1]])

    def use_colours(self, background: QColor, text: QColor, line: QColor, accent: QColor) -> None:
        """Set the colours of the theme."""
        self.setBackground(background)
        for side in ("bottom", "left"):
            self.getAxis(side).setPen(pg.mkPen(line))
            self.getAxis(side).setTextPen(pg.mkPen(text))
        self._ring.setPen(pg.mkPen(accent, width=2))
        self._mark.setPen(pg.mkPen(background, width=1))
        self._mark.setBrush(pg.mkBrush(accent))

    def label_axes(self, bottom: str, left: str) -> None:
        """Set the labels of the axes."""
        self.setLabel("bottom", bottom)
        self.setLabel("left", left)

    def show_all(self) -> None:
        """Show all points."""
        self.getViewBox().autoRange()

    def point_at(self, index: int) -> None:
        """Mark a point with a ring; −1 for none."""
        if index == self._current:
            return
        self._current = index
        place = self._xy[index : index + 1] if index >= 0 else self._xy[:0]
        self._ring.setData(place[:, 0], place[:, 1])
        self.pointed.emit(index)

    def nearest(self, place: QPointF, reach: float = REACH) -> int:
        """Index of the drawn point nearest to a pixel; −1 if none is within ``reach`` pixels."""
        shown = self.dots.shown
        if len(shown) == 0:
            return -1
        away = self.dots.pixels(shown) - (place.x(), place.y())
        squared = np.einsum("ij,ij->i", away, away)
        best = int(squared.argmin())
        return int(shown[best]) if squared[best] <= reach * reach else -1

    # ---- pointer and keys -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Remember where a click begins."""
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """A click that did not drag opens what it is at."""
        super().mouseReleaseEvent(event)
        still = (event.position().toPoint() - self._pressed).manhattanLength() < 4
        if still and event.button() == Qt.MouseButton.LeftButton:
            index = self.nearest(event.position())
            if index >= 0:
                self.point_at(index)
                self.chosen.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Ring what is pointed at, and say what it is."""
        super().mouseMoveEvent(event)
        if event.buttons():
            return
        index = self.nearest(event.position())
        if index >= 0:
            self.point_at(index)
            QToolTip.showText(event.globalPosition().toPoint(), tooltip(self._words(index)), self)
        else:
            QToolTip.hideText()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """The tip goes, the ring stays for the keys."""
        QToolTip.hideText()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Arrows walk from dot to dot, Return opens, + and − scale, Home shows all."""
        key = Qt.Key(event.key())
        if key in STEPS:
            self._walk(STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._current >= 0:
                self.chosen.emit(self._current)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            factor = 1.25 if key == Qt.Key.Key_Minus else 0.8
            self.getViewBox().scaleBy((factor, factor))
        elif key == Qt.Key.Key_Home:
            self.show_all()
        else:
            QWidget.keyPressEvent(self, event)

    def _walk(self, step: tuple[float, float]) -> None:
        """Step to the nearest point within 45° of a direction; the first time, to the one in the middle."""
        shown = self.dots.shown
        if len(shown) == 0:
            return
        if self._current < 0:
            middle = QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
            self.point_at(self.nearest(middle, reach=np.inf))
            return
        here = self.dots.pixels(np.array([self._current]))[0]
        away = self.dots.pixels(shown) - here
        along = away @ np.array(step)
        across = np.abs(away @ np.array((step[1], step[0])))
        possible = (along > 0.5) & (across <= along)
        if possible.any():
            distance = np.where(possible, along + 2 * across, np.inf)
            self.point_at(int(shown[int(distance.argmin())]))
