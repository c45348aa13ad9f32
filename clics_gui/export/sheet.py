"""A sheet of paper to set: text, rules and bars in millimetres, on whatever Qt can paint on."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QTextLayout, QTextOption

INK = "#1b2430"
SOFT = "#596575"
RULE = "#d5dae1"
ACCENT = "#0a63b0"
TRACK = "#e9edf3"
LEADING = 1.32
"""Distance of lines, as a part of the size of the letters."""
_POINT = 25.4 / 72


class Sheet:
    """``painter`` is active on a device of known resolution; all lengths are in millimetres from its upper left corner."""

    def __init__(self, painter: QPainter, dpi: float, family: str) -> None:
        self._painter = painter
        self._unit = dpi / 25.4
        self._family = family
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a line of text is; ``size`` in points."""
        return QFontMetricsF(self._font(size, bold), self._painter.device()).horizontalAdvance(text) / self._unit

    def lines(self, text: str, width: float, size: float, *, most: int, bold: bool = False) -> list[str]:
        """Text broken into at most so many lines; what does not fit ends with an ellipsis."""
        text = " ".join(text[: 200 * most].split())  # no line holds more letters
        layout = QTextLayout(text, self._font(size, bold), self._painter.device())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        found: list[str] = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width * self._unit)
            if len(found) + 1 == most and line.textStart() + line.textLength() < len(text):
                found.append(self.elided(text[line.textStart() :], width, size, bold=bold))
                break
            found.append(text[line.textStart() : line.textStart() + line.textLength()].rstrip())
        layout.endLayout()
        return found

    def elided(self, text: str, width: float, size: float, *, bold: bool = False) -> str:
        """One line, cut with an ellipsis where it is too long."""
        metrics = QFontMetricsF(self._font(size, bold), self._painter.device())
        return metrics.elidedText(text[:400], Qt.TextElideMode.ElideRight, width * self._unit)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        colour: str = INK,
        bold: bool = False,
        right: bool = False,
        middle: bool = False,
    ) -> None:
        """One line whose top is at ``y``; ``right``: it ends at ``x``, ``middle``: its middle is there."""
        font = self._font(size, bold)
        metrics = QFontMetricsF(font, self._painter.device())
        width = metrics.horizontalAdvance(text)
        left = x * self._unit - (width if right else width / 2 if middle else 0.0)
        room = line_height(size) * self._unit
        base = y * self._unit + (room - metrics.height()) / 2 + metrics.ascent()
        self._painter.setFont(font)
        self._painter.setPen(QColor(colour))
        self._painter.drawText(QPointF(left, base), text)

    def rule(self, x: float, y: float, width: float, *, thick: float = 0.15, colour: str = RULE) -> None:
        """A horizontal line."""
        self._painter.setPen(QPen(QColor(colour), thick * self._unit))
        self._painter.drawLine(
            QPointF(x * self._unit, y * self._unit), QPointF((x + width) * self._unit, y * self._unit)
        )

    def bar(self, x: float, y: float, width: float, height: float, part: float) -> None:
        """A bar that is filled to a part of its width."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        for colour, wide in ((TRACK, width), (ACCENT, width * part)):
            self._painter.setBrush(QColor(colour))
            if wide > 0:
                self._painter.drawRoundedRect(
                    self._rect(x, y, wide, height), height * self._unit / 2, height * self._unit / 2
                )

    def image(self, x: float, y: float, width: float, height: float, image: QImage) -> None:
        """An image in the middle of a rectangle, as large as fits."""
        scale = min(width / image.width(), height / image.height())
        wide, high = image.width() * scale, image.height() * scale
        self._painter.drawImage(self._rect(x + (width - wide) / 2, y + (height - high) / 2, wide, high), image)

    def _rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        return QRectF(x * self._unit, y * self._unit, width * self._unit, height * self._unit)

    def _font(self, size: float, bold: bool) -> QFont:
        font = QFont(self._family)
        font.setPixelSize(max(1, round(size * _POINT * self._unit)))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font


def line_height(size: float) -> float:
    """Millimetres from one line to the next; ``size`` in points."""
    return size * _POINT * LEADING
