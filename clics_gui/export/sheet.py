"""Sheet of paper: text, rules and bars in millimetres on any paint device."""

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
    """Painter of a page; all lengths are in millimetres from its upper left corner.

    Args:
        painter: Active painter.
        dpi: Resolution of its device in dots per inch.
        family: Font family.
    """

    def __init__(self, painter: QPainter, dpi: float, family: str) -> None:
        self._painter = painter
        self._unit = dpi / 25.4
        self._family = family
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)

    def lines(self, text: str, width: float, size: float, *, most: int, bold: bool = False) -> list[str]:
        """Text broken into at most ``most`` lines of a width in mm; a longer text ends with an ellipsis."""
        text = " ".join(text[: 200 * most].split())  # no line holds more letters
        layout = QTextLayout(text, self._font(size, bold), self._painter.device())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        rows: list[str] = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width * self._unit)
            if len(rows) + 1 == most and line.textStart() + line.textLength() < len(text):
                rows.append(self.elided(text[line.textStart() :], width, size, bold=bold))
                break
            rows.append(text[line.textStart() : line.textStart() + line.textLength()].rstrip())
        layout.endLayout()
        return rows

    def elided(self, text: str, width: float, size: float, *, bold: bool = False) -> str:
        """One line, shortened with an ellipsis if necessary."""
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
        """Paint one line whose top is at ``y``.

        Args:
            x: Left edge in mm; right edge or middle with ``right`` or ``middle``.
            y: Top in mm.
            text: The line.
            size: Font size in points.
            colour: Colour as ``#rrggbb``.
            bold: Use a heavier weight.
            right: ``x`` is the right edge.
            middle: ``x`` is the middle.
        """
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
        """Paint a horizontal line."""
        self._painter.setPen(QPen(QColor(colour), thick * self._unit))
        self._painter.drawLine(
            QPointF(x * self._unit, y * self._unit), QPointF((x + width) * self._unit, y * self._unit)
        )

    def bar(self, x: float, y: float, width: float, height: float, part: float) -> None:
        """Paint a bar filled to ``part`` of its width."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        for colour, wide in ((TRACK, width), (ACCENT, width * part)):
            self._painter.setBrush(QColor(colour))
            if wide > 0:
                self._painter.drawRoundedRect(
                    self._rect(x, y, wide, height), height * self._unit / 2, height * self._unit / 2
                )

    def image(self, x: float, y: float, width: float, height: float, image: QImage) -> None:
        """Paint an image in the middle of a rectangle, as large as possible."""
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
    """Distance of lines in mm; ``size`` in points."""
    return size * _POINT * LEADING
