"""Overlay of the picture: axes, labels and measurement, on the screen and in files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from clics_gui.viewer.gizmo import SIZE, paint_gizmo
from clics_gui.viewer.measure import measured
from clics_gui.viewer.ray_pick import ball_under

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from clics_gui.viewer.camera import CrystalCamera
    from clics_gui.viewer.scene import LegendEntry, Scene


MOST_LABELS = 400
"""Beyond so many atoms nobody could read the labels."""


@dataclass
class Writing:
    """Contents of the overlay.

    Attributes:
        scene: The scene.
        points: Measured points in Å, in the order in which they were picked.
        gizmo: Paint the axes of the cell.
        labels: Label every atom.
        site_labels: Label of each site; atoms without one get their element.
    """

    scene: Scene | None = None
    points: list[tuple[float, float, float]] = field(default_factory=list)
    gizmo: bool = True
    labels: bool = False
    site_labels: tuple[str, ...] = ()


def gizmo_origin(width: float, height: float) -> QPointF:
    """Origin of the axes in a picture of a size in pixels."""
    return QPointF(min(SIZE / 2, width / 2), height - min(SIZE / 2, height / 2))


def paint_writing(painter: QPainter, writing: Writing, camera: CrystalCamera) -> None:
    """Paint the overlay over a picture of the camera's size."""
    scene = writing.scene
    if scene is None:
        return
    width, height = camera.size
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if writing.labels:
        _paint_labels(painter, writing, camera, scene)
    if writing.points:
        _paint_measure(painter, writing, camera, scene)
    if writing.gizmo and width > 2 * SIZE:
        paint_gizmo(painter, gizmo_origin(width, height), scene.lattice, camera.state.rotation, scene.preset.ink)
    painter.restore()


def paint_legend(painter: QPainter, entries: tuple[LegendEntry, ...], ink: str, width: float) -> None:
    """Paint the elements as coloured discs in the upper right corner of a picture ``width`` pixels wide."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(painter.font())
    font.setPixelSize(14)
    painter.setFont(font)
    for row, entry in enumerate(entry for entry in entries if entry.shown):
        top = 14.0 + 24.0 * row
        painter.setPen(QPen(QColor(0, 0, 0, 90), 1.0))
        painter.setBrush(QColor.fromRgbF(*entry.colour))
        painter.drawEllipse(QRectF(width - 62, top, 16, 16))
        painter.setPen(QColor(ink))
        painter.drawText(QRectF(width - 40, top - 3, 36, 22), Qt.AlignmentFlag.AlignVCenter, entry.symbol)
    painter.restore()


def _paint_labels(painter: QPainter, writing: Writing, camera: CrystalCamera, scene: Scene) -> None:
    """Paint the label of the site on every ball whose centre is visible."""
    balls = scene.balls
    if len(balls) > MOST_LABELS:
        return
    places, _ = camera.project(balls.centre)
    font = QFont(painter.font())
    font.setPixelSize(11)
    font.setBold(True)
    painter.setFont(font)
    for row, (x, y) in enumerate(places):
        if ball_under(balls, *camera.ray(float(x), float(y))) != row:
            continue
        site = int(balls.atoms.site[row])
        red, green, blue = balls.colour[row]
        painter.setPen(QColor("#ffffff" if 0.3 * red + 0.59 * green + 0.11 * blue < 0.5 else "#111111"))
        text = writing.site_labels[site] if site < len(writing.site_labels) else ""
        text = text or "/".join(symbol for symbol, _ in scene.species[site])
        painter.drawText(QRectF(x - 40, y - 9, 80, 18), Qt.AlignmentFlag.AlignCenter, text)


def _paint_measure(painter: QPainter, writing: Writing, camera: CrystalCamera, scene: Scene) -> None:
    places, _ = camera.project(np.array(writing.points))
    accent = QColor(scene.preset.accent)
    dots = [QPointF(x, y) for x, y in places]
    for width, colour in ((4.0, QColor(scene.preset.background)), (2.0, accent)):
        pen = QPen(colour, width, Qt.PenStyle.SolidLine if width > 3 else Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPolyline(dots)
    for number, dot in enumerate(dots, start=1):
        _badge(painter, dot, str(number), accent, scene.preset.background)
    text = measured(np.array(writing.points))
    if text:
        middle = sum(dots, QPointF()) / len(dots) if len(dots) != 3 else dots[1]
        _plate(painter, middle + QPointF(0, -26), text, scene)


def _badge(painter: QPainter, middle: QPointF, text: str, colour: QColor, background: str) -> None:
    painter.setPen(QPen(QColor(background), 1.5))
    painter.setBrush(colour)
    painter.drawEllipse(middle, 8.0, 8.0)
    font = QFont(painter.font())
    font.setPixelSize(11)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor("#1b1b1b"))
    painter.drawText(QRectF(middle.x() - 8, middle.y() - 8, 16, 16), Qt.AlignmentFlag.AlignCenter, text)


def _plate(painter: QPainter, middle: QPointF, text: str, scene: Scene) -> None:
    font = QFont(painter.font())
    font.setPixelSize(15)
    font.setBold(True)
    painter.setFont(font)
    size = QFontMetricsF(font).size(0, text)
    box = QRectF(
        middle.x() - size.width() / 2 - 8, middle.y() - size.height() / 2 - 3, size.width() + 16, size.height() + 6
    )
    path = QPainterPath()
    path.addRoundedRect(box, 6, 6)
    ground = QColor(scene.preset.background)
    ground.setAlpha(225)
    painter.fillPath(path, ground)
    painter.setPen(QPen(QColor(scene.preset.accent), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.setPen(QColor(scene.preset.ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class Overlay(QWidget):
    """Transparent widget over the canvas that ignores the pointer."""

    def __init__(self, camera: CrystalCamera, writing: Writing, parent: QWidget) -> None:
        super().__init__(parent)
        self._camera, self._writing = camera, writing
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def follow(self) -> None:
        """Update after a change of the view; often of the corner with the axes only."""
        if self._writing.labels or self._writing.points:
            self.update()
        elif self._writing.gizmo:
            origin, side = gizmo_origin(self.width(), self.height()), int(SIZE)
            self.update(int(origin.x()) - side // 2, int(origin.y()) - side // 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Write."""
        painter = QPainter(self)
        paint_writing(painter, self._writing, self._camera)
        painter.end()
