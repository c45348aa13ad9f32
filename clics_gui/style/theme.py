"""Light and dark theme: palette, style sheet, colours by role, icons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from clics.paths import resources
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from clics_gui.style.colours import CATEGORIES, CIVIDIS, DARK, LIGHT, Role
from clics_gui.style.style_sheet import style_sheet

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

Choice = Literal["system", "light", "dark"]
Density = Literal["comfortable", "compact"]

SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


class Theme(QObject):
    """Colours of the application; ``changed`` follows a new palette and style sheet."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice: Choice = "system"
        self._density: Density = "comfortable"
        self._applied: tuple[bool, Density] | None = None
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)

    @property
    def dark(self) -> bool:
        """True for the dark theme."""
        if self._choice != "system":  # not every desktop lets a program choose, so Qt may still say what the system has
            return self._choice == "dark"
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark

    def use(self, choice: Choice, density: Density = "comfortable") -> None:
        """Choose a theme.

        Args:
            choice: "system" follows the desktop.
            density: Space around texts.
        """
        self._choice, self._density = choice, density
        QGuiApplication.styleHints().setColorScheme(SCHEMES[choice])
        self._apply()

    def color(self, role: Role) -> QColor:
        """Present colour of a role."""
        return QColor((DARK if self.dark else LIGHT)[role])

    def category(self, index: int) -> QColor:
        """Colour of the ``index``-th unordered category; all are distinct for every kind of colour vision."""
        return QColor(CATEGORIES[index % len(CATEGORIES)])

    def scale(self, value: float) -> QColor:
        """Colour of an ordered quantity in [0, 1] (cividis); values outside are clipped, NaN is muted."""
        if value != value:
            return self.color("muted")
        place = min(max(value, 0.0), 1.0) * (len(CIVIDIS) - 1)
        below = min(int(place), len(CIVIDIS) - 2)
        part = place - below
        low, high = QColor(CIVIDIS[below]), QColor(CIVIDIS[below + 1])

        def mixed(one: int, other: int) -> int:
            return round((1 - part) * one + part * other)

        return QColor(mixed(low.red(), high.red()), mixed(low.green(), high.green()), mixed(low.blue(), high.blue()))

    def icon(self, name: str, role: Role = "info") -> QIcon:
        """A Material Design icon (``"folder-open-outline"``) in the colour of a role; faded when disabled."""
        import qtawesome

        faded = self.color("muted")
        faded.setAlphaF(0.45)
        made: QIcon = qtawesome.icon(f"mdi6.{name}", color=self.color(role), color_disabled=faded)
        return made

    def _apply(self, *_: object) -> None:
        application = QApplication.instance()
        if not isinstance(application, QApplication) or self._applied == (self.dark, self._density):
            return
        self._applied = (self.dark, self._density)
        application.setPalette(self._palette())
        colours, shade = (DARK, "dark") if self.dark else (LIGHT, "light")
        compact = self._density == "compact"
        sheet = style_sheet(colours, compact=compact, icons=resources() / "icons", shade=shade)
        application.setStyleSheet(sheet)
        self.changed.emit()

    def _palette(self) -> QPalette:
        roles: dict[QPalette.ColorRole, Role] = {
            QPalette.ColorRole.Window: "window",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Base: "surface",
            QPalette.ColorRole.AlternateBase: "raised",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.PlaceholderText: "muted",
            QPalette.ColorRole.Button: "raised",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.ToolTipBase: "raised",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.Highlight: "selection",
            QPalette.ColorRole.HighlightedText: "text",
            QPalette.ColorRole.Link: "accent",
            QPalette.ColorRole.LinkVisited: "accent",
            QPalette.ColorRole.Accent: "accent",
            QPalette.ColorRole.Mid: "border",
            QPalette.ColorRole.Dark: "border",
            QPalette.ColorRole.Light: "surface",
        }
        palette = QPalette()
        for place, role in roles.items():
            palette.setColor(place, self.color(role))
        for place in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            faded = self.color("muted")
            faded.setAlphaF(0.6)
            palette.setColor(QPalette.ColorGroup.Disabled, place, faded)
        return palette
