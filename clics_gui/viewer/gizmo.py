"""Axes of the cell in a corner of the picture: a red, b green, c blue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPolygonF, QRadialGradient

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLOURS = {"a": "#d5403a", "b": "#2f9e44", "c": "#2f6fdb"}
SIZE = 112.0
"""Pixels of the square it is drawn in."""
_LENGTH = 34.0


def tips(lattice: NDArray[np.float64], rotation: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Ends of the axes relative to their origin: right, down in pixels, and depth towards the viewer.

    Angles and foreshortening are those of the cell; lengths are evened out (square root), so that a long c leaves room
    for a.
    """
    lengths = np.linalg.norm(lattice, axis=1)
    even = np.sqrt(lengths / max(float(lengths.max()), 1e-9))
    seen = (lattice / np.maximum(lengths, 1e-9)[:, None] * even[:, None]) @ rotation.T * _LENGTH
    return {name: seen[k] * (1.0, -1.0, 1.0) for k, name in enumerate("abc")}


def paint_gizmo(
    painter: QPainter, origin: QPointF, lattice: NDArray[np.float64], rotation: NDArray[np.float64], ink: str
) -> None:
    """Paint the axes around ``origin``, those that point away first."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(painter.font())
    font.setPixelSize(14)
    font.setItalic(True)
    font.setBold(True)
    painter.setFont(font)
    ordered = sorted(tips(lattice, rotation).items(), key=lambda item: item[1][2])
    for name, tip in ordered:
        if tip[2] > 0:
            break
        _arrow(painter, origin, name, tip)
    ball = QRadialGradient(origin - QPointF(1.5, 1.5), 6.0)
    ball.setColorAt(0.0, QColor("#f4f4f4"))
    ball.setColorAt(1.0, QColor("#8d8d8d"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ball)
    painter.drawEllipse(origin, 4.5, 4.5)
    for name, tip in ordered:
        if tip[2] > 0:
            _arrow(painter, origin, name, tip)
    painter.restore()


def axis_at(point: QPointF, origin: QPointF, lattice: NDArray[np.float64], rotation: NDArray[np.float64]) -> str | None:
    """Axis whose arrow head or letter is under a point; None without one."""
    best, nearest = None, 13.0
    for name, tip in sorted(tips(lattice, rotation).items(), key=lambda item: -item[1][2]):
        for stretch in (1.0, 1.0 + 13.0 / max(float(np.hypot(tip[0], tip[1])), 6.0)):
            away = float(np.hypot(point.x() - origin.x() - stretch * tip[0], point.y() - origin.y() - stretch * tip[1]))
            if away < nearest:
                best, nearest = name, away
    return best


def _arrow(painter: QPainter, origin: QPointF, name: str, tip: NDArray[np.float64]) -> None:
    colour = QColor(COLOURS[name])
    flat = float(np.hypot(tip[0], tip[1]))
    end = origin + QPointF(tip[0], tip[1])
    if flat > 7.0:
        ux, uy = tip[0] / flat, tip[1] / flat
        neck = end - QPointF(ux * 9.0, uy * 9.0)
        painter.setPen(QPen(colour, 3.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(origin, neck)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colour))
        side = QPointF(-uy * 5.0, ux * 5.0)
        painter.drawPolygon(QPolygonF([end, neck + side, neck - side]))
        middle = end + QPointF(ux * 11.0, uy * 11.0)
    else:  # it points at the eye (a ring with a dot) or away from it (a ring)
        painter.setPen(QPen(colour, 2.4))
        painter.setBrush(QBrush(colour) if tip[2] > 0 else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(end, 5.5, 5.5)
        middle = end + QPointF(-11.0, 11.0)
    painter.setPen(colour)
    painter.drawText(QRectF(middle.x() - 12, middle.y() - 12, 24, 24), Qt.AlignmentFlag.AlignCenter, name)
