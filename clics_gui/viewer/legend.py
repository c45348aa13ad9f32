"""Legend of elements in a corner of the picture; a click hides an element, a right click offers more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QIcon, QPainter, QPen, QPixmap, QRadialGradient
from PySide6.QtWidgets import QFrame, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from clics_gui.style.plain import tooltip
from clics_gui.viewer.style import rgb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clics_gui.viewer.scene import LegendEntry, Scene


class _Entry(QToolButton):
    """Button of one element; checked while it is shown."""

    menu_requested = Signal(str, object)

    def __init__(self, entry: LegendEntry, parent: QWidget) -> None:
        super().__init__(parent)
        self.symbol = entry.symbol
        self.setCheckable(True)
        self.setChecked(entry.shown)
        self.setText(f" {entry.symbol}")
        font = self.font()
        font.setStrikeOut(not entry.shown)
        font.setBold(entry.shown)
        self.setFont(font)
        self.setIcon(_disc(entry))
        self.setIconSize(QSize(16, 16))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        number = f"{entry.count:.4g}"
        self.setToolTip(
            tooltip(
                f"{number} {entry.symbol} in the cell. Click to {'hide' if entry.shown else 'show'}; right-click for more."
            )
        )
        self.setAccessibleName(f"{entry.symbol}, {number} in the cell")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the menu of this element."""
        self.menu_requested.emit(self.symbol, event.globalPos())


class Legend(QFrame):
    """Lies over the canvas. Signals: ``hidden_changed(frozenset)`` of elements, ``polyhedra_changed(str, bool)``."""

    hidden_changed = Signal(object)
    polyhedra_changed = Signal(str, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("viewer-legend")
        self.setAccessibleName("Elements")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(3, 3, 3, 3)
        self._layout.setSpacing(1)
        self._entries: list[_Entry] = []
        self._shown: tuple[object, ...] = ()
        self._with_polyhedra: frozenset[str] = frozenset()

    @property
    def entries(self) -> list[QToolButton]:
        """Buttons in the order of the crystal."""
        return list(self._entries)

    def show_scene(self, scene: Scene, with_polyhedra: Iterable[str]) -> None:
        """List the elements of a scene.

        Args:
            scene: The scene.
            with_polyhedra: Elements at the centres of drawn polyhedra.
        """
        self._with_polyhedra = frozenset(with_polyhedra)
        if self._shown == (scene.legend, scene.preset):
            return
        self._shown = (scene.legend, scene.preset)
        ink, ground = rgb(scene.preset.ink), rgb(scene.preset.background)
        hover = ",".join(str(round(255 * (0.88 * b + 0.12 * a))) for a, b in zip(ink, ground, strict=True))
        self.setStyleSheet(
            "#viewer-legend { background: transparent; border: none; }"
            f"QToolButton {{ color: {scene.preset.ink}; background: transparent; border: 1px solid transparent;"
            " border-radius: 5px; padding: 2px 7px 2px 5px; text-align: left; }"
            f"QToolButton:hover {{ background: rgb({hover}); }}"
            f"QToolButton:focus {{ border-color: {scene.preset.accent}; }}"
            "QToolButton:!checked { color: #8a8f98; }"
        )
        for old in self._entries:
            self._layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._entries = []
        for entry in scene.legend:
            button = _Entry(entry, self)
            button.clicked.connect(self._tell)
            button.menu_requested.connect(self._open_menu)
            self._layout.addWidget(button)
            button.show()
            self._entries.append(button)
        self._layout.activate()
        self.adjustSize()

    def _tell(self) -> None:
        self.hidden_changed.emit(frozenset(entry.symbol for entry in self._entries if not entry.isChecked()))

    def menu_of(self, symbol: str) -> QMenu:
        """Menu of an element; the caller deletes it."""
        menu = QMenu(self)
        only = menu.addAction(f"Show {symbol} only")
        only.triggered.connect(
            lambda: self.hidden_changed.emit(frozenset(entry.symbol for entry in self._entries) - {symbol})
        )
        everything = menu.addAction("Show all elements")
        everything.triggered.connect(lambda: self.hidden_changed.emit(frozenset()))
        menu.addSeparator()
        polyhedra = menu.addAction(f"Polyhedra around {symbol}")
        polyhedra.setCheckable(True)
        polyhedra.setChecked(symbol in self._with_polyhedra)
        polyhedra.toggled.connect(lambda on: self.polyhedra_changed.emit(symbol, on))
        return menu

    def _open_menu(self, symbol: str, where: object) -> None:
        menu = self.menu_of(symbol)
        menu.exec(where)  # type: ignore[call-overload]
        menu.deleteLater()


def _disc(entry: LegendEntry) -> QIcon:
    picture = QPixmap(32, 32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor.fromRgbF(*entry.colour)
    if entry.shown:
        light = QRadialGradient(QPointF(12, 11), 22)
        light.setColorAt(0.0, colour.lighter(135))
        light.setColorAt(0.35, colour)
        light.setColorAt(1.0, colour.darker(165))
        painter.setBrush(light)
        painter.setPen(QPen(QColor(0, 0, 0, 70), 1))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("#8a8f98"), 2.5))
    painter.drawEllipse(QPointF(16, 16), 13, 13)
    painter.end()
    return QIcon(picture)
