"""Very many points in a pyqtgraph plot.

pyqtgraph's scatter item copies a picture for each point: 29 ms a frame and 0.2 s to set up for 100,000 of them
(benchmarks/map_frames.py). Here numpy paints them into one image, in 14 ms and 7 ms.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

FEW = 2_000
"""So many dots are drawn with smooth edges; more are too slow to be, and lie too close to show it."""
SMOOTH, COARSE = 7.0, 2
"""Diameter of a smooth dot, and radius of a coarse one, in logical pixels."""


class Dots(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Points in groups with a colour each; later groups, and later points within a group, lie on top."""

    def __init__(self) -> None:
        super().__init__()
        self._xy: NDArray[np.float32] = np.empty((0, 2), np.float32)
        self._order: NDArray[np.int64] = np.empty(0, np.int64)
        self._groups: NDArray[np.uint8] = np.empty(0, np.uint8)
        self._colours: list[QColor] = []
        self._bounds = QRectF()
        self._screen = QTransform()

    def show_points(self, xy: NDArray[np.float32]) -> None:
        """Replace all points, (n, 2); they are drawn once they are grouped."""
        self.prepareGeometryChange()
        self._xy = xy
        self._order, self._groups = np.empty(0, np.int64), np.empty(0, np.uint8)
        self._bounds = QRectF()
        if len(xy):
            (left, top), (right, bottom) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
            self._bounds = QRectF(left, top, max(right - left, 1e-6), max(bottom - top, 1e-6))
        self.informViewBoundsChanged()
        self.update()

    def show_groups(self, groups: NDArray[np.uint8], colours: Sequence[QColor], shown: Sequence[bool]) -> None:
        """Group the points.

        Args:
            groups: Index (n,) of the group of each point.
            colours: Colour of each group.
            shown: True for each group that is drawn.
        """
        order = np.argsort(groups, kind="stable")
        keep = np.array([*shown, False], dtype=bool)[groups[order]]
        self._order = order[keep]
        self._groups = groups[self._order]
        self._colours = list(colours)
        self.update()

    @property
    def shown(self) -> NDArray[np.int64]:
        """Indices (m,) of the points drawn."""
        return self._order

    def pixels(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Pixels (m, 2) of points (m,) at the last painting."""
        screen = self._screen
        scale = np.array((screen.m11(), screen.m22()), np.float32)
        shift = np.array((screen.m31(), screen.m32()), np.float32)
        placed: NDArray[np.float32] = self._xy[indices] * scale + shift
        return placed

    def boundingRect(self) -> QRectF:  # noqa: N802  Qt's name
        """Bounds in the coordinates of the points."""
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint smooth points if they are few, otherwise one image."""
        if len(self._order) == 0 or widget is None:
            return
        self._screen = painter.worldTransform()
        ratio = widget.devicePixelRatioF()
        painter.save()
        painter.resetTransform()
        if len(self._order) <= FEW:
            self._paint_smooth(painter)
        else:
            image = self._image(widget.width(), widget.height(), ratio)
            painter.drawImage(QPointF(0, 0), image)
        painter.restore()

    def _paint_smooth(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        placed = self.pixels(self._order)
        for group, colour in enumerate(self._colours):
            points = [QPointF(x, y) for x, y in placed[self._groups == group].tolist()]
            if points:
                pen = QPen(colour, SMOOTH)
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                painter.setPen(pen)
                painter.drawPoints(QPolygonF(points))

    def _image(self, width: int, height: int, ratio: float) -> QImage:
        across, down = round(width * ratio), round(height * ratio)
        radius = max(1, round(COARSE * ratio))
        placed = (self.pixels(self._order) * np.float32(ratio)).astype(np.int32)
        x, y = placed[:, 0], placed[:, 1]
        inside = (x >= radius) & (x < across - radius) & (y >= radius) & (y < down - radius)
        base = (y[inside] * across + x[inside]).astype(np.intp)
        colours = np.array([colour.rgba() for colour in self._colours], np.uint32)[self._groups[inside]]
        pixels = np.zeros(across * down, np.uint32)
        for step_y in range(-radius, radius + 1):
            for step_x in range(-radius, radius + 1):
                if step_x * step_x + step_y * step_y <= radius * radius + 1:
                    pixels[base + (step_y * across + step_x)] = colours
        image = QImage(pixels.data, across, down, 4 * across, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        return image.copy()  # the pixels of this one are numpy's
