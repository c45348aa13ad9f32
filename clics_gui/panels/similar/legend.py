"""Legend of the map: kinds that can be hidden, or the scale of a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QLinearGradient, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QWidget
from superqt import QFlowLayout

from clics_gui.panels.similar.colouring import STEPS, Colouring, Kind
from clics_gui.style.widgets import label, tool_button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QToolButton

    from clics_gui.style.theme import Theme

SIDE = 12


class Legend(QWidget):
    """``changed`` follows a click that hides or shows a kind."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._buttons: list[QToolButton] = []
        self._kinds_box = QWidget()
        self._kinds = QFlowLayout(self._kinds_box)
        self._kinds.setContentsMargins(0, 0, 0, 0)
        self._kinds.setSpacing(0)
        self._scale_box = QWidget()
        scale = QHBoxLayout(self._scale_box)
        scale.setContentsMargins(0, 4, 0, 4)
        self._low, self._high = label("", "muted"), label("", "muted")
        self._bar = _Bar(theme)
        for part, stretch in ((self._low, 0), (self._bar, 1), (self._high, 0)):
            scale.addWidget(part, stretch)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._kinds_box)
        layout.addWidget(self._scale_box)

    def show_colouring(self, colouring: Colouring) -> None:
        """Show the legend of a colouring; all kinds are visible."""
        for button in self._buttons:
            self._kinds.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(kind) for kind in colouring.kinds]
        for button, kind in zip(self._buttons, colouring.kinds, strict=True):
            self._kinds.addWidget(button)
            button.setVisible(kind.count > 0)
        self._kinds_box.setVisible(not colouring.is_scale)
        self._scale_box.setVisible(colouring.is_scale)
        self._low.setText(f"{colouring.low:.2f}".replace("-", "−"))
        self._high.setText(f"{colouring.high:.2f}".replace("-", "−"))
        self._bar.update()

    def shown(self, colouring: Colouring) -> list[bool]:
        """True for each group of a colouring whose points are drawn."""
        if colouring.is_scale:
            return [True] * (STEPS + 1)
        return [button.isChecked() for button in self._buttons]

    def colours(self, colouring: Colouring) -> list[QColor]:
        """Colour of each group."""
        if colouring.is_scale:
            return [scale_colour(self._theme, (step + 0.5) / STEPS) for step in range(STEPS)] + [self._quiet()]
        return [self._colour(kind) for kind in colouring.kinds]

    def _button(self, kind: Kind) -> QToolButton:
        button = tool_button(f"{kind.name}  {kind.count:,}", f"Show or hide: {kind.name} ({kind.count:,} crystals)")
        button.setCheckable(True)
        button.setChecked(True)
        button.setAutoRaise(True)
        button.setStyleSheet(
            "QToolButton { padding: 1px 5px 1px 1px; } QToolButton:checked { background: transparent; }"
        )
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(SIDE, SIDE))
        button.setIcon(self._icon(self._colour(kind)))
        button.toggled.connect(self.changed)
        return button

    def _icon(self, colour: QColor) -> QIcon:
        """A disc; a ring if the kind is hidden."""
        icon = QIcon()
        ratio = self.devicePixelRatioF()
        for state, brush in ((QIcon.State.On, colour), (QIcon.State.Off, QColor(0, 0, 0, 0))):
            pixmap = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(colour)
            painter.setBrush(brush)
            painter.drawEllipse(1, 1, SIDE - 3, SIDE - 3)
            painter.end()
            icon.addPixmap(pixmap, QIcon.Mode.Normal, state)
        return icon

    def _colour(self, kind: Kind) -> QColor:
        return self._quiet() if kind.colour is None else self._theme.category(kind.colour)

    def _quiet(self) -> QColor:
        """Colour between border and muted text: visible, but behind everything else."""
        line, text = self._theme.color("border"), self._theme.color("muted")
        return QColor(
            (line.red() + text.red()) // 2, (line.green() + text.green()) // 2, (line.blue() + text.blue()) // 2
        )


class _Bar(QWidget):
    """Colour bar of the scale."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(10)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """One gradient."""
        gradient = QLinearGradient(0, 0, self.width(), 0)
        for step in range(STEPS + 1):
            gradient.setColorAt(step / STEPS, scale_colour(self._theme, step / STEPS))
        painter = QPainter(self)
        painter.fillRect(self.rect(), gradient)
        painter.end()


def scale_colour(theme: Theme, share: float) -> QColor:
    """Colour of a share in [0, 1]; high values contrast with the background in both themes."""
    return theme.scale(share if theme.dark else 1 - share)
