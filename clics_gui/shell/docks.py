"""Docks around the documents. A panel is made when its dock is first visible, the others while the window is idle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from clics_gui.shell.panel_registry import PanelPlace
from clics_gui.state.actions import Action
from clics_gui.state.context import AsksBeforeClosing, Context, RemembersState

WIDE = 1500
"""Logical pixels of a window with room for panels on both sides of the crystal."""
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
PAUSE = 20
"""Milliseconds between two steps (a panel is imported, a panel is made), for what else is due."""
BELOW = Qt.DockWidgetArea.BottomDockWidgetArea


class Dock(QDockWidget):
    """Frame of one panel."""

    def __init__(self, place: PanelPlace, parent: QWidget) -> None:
        super().__init__(place.title, parent)
        self.place = place
        self.panel: QWidget | None = None
        self.setObjectName(f"dock.{place.id}")
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)


class Docks(QObject):
    """The docks of a window."""

    def __init__(self, window: QMainWindow, context: Context, places: Sequence[PanelPlace]) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._states: dict[str, dict[str, Any]] = {}
        self._ready = False
        self._docks = {place.id: Dock(place, window) for place in places}
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._make_next)
        # A narrow window begins with one side only, so that the crystal has the room.
        self._narrow = window.width() < WIDE
        last: dict[Qt.DockWidgetArea, Dock] = {}
        for dock in self._docks.values():
            area = self._area(dock)
            window.addDockWidget(area, dock)
            if not dock.place.shown:
                dock.hide()  # joins the tabs when it is shown; Qt leaves the bar of a hidden tab lying about
            elif area in last:
                window.tabifyDockWidget(last[area], dock)
            else:
                last[area] = dock
            dock.visibilityChanged.connect(lambda visible, dock=dock: visible and self._make(dock))
        for dock in last.values():
            dock.raise_()

    def __iter__(self) -> Iterator[Dock]:
        return iter(self._docks.values())

    def make_panels(self, states: dict[str, dict[str, Any]]) -> None:
        """Allow panels to be made.

        Args:
            states: Remembered state of each panel by its id.
        """
        self._ready = True
        self._states = states

    def make_rest(self) -> None:
        """Import and make the remaining panels one after the other, visible ones first."""
        if self._ready:
            self._idle.start()

    def show(self, panel_id: str) -> None:
        """Bring a panel to the front with the keyboard focus.

        Raises:
            KeyError: There is no such panel.
        """
        dock = self._docks[panel_id]
        if not dock.isVisible():
            self._join(dock)
        dock.show()
        dock.raise_()
        self._ready = True
        panel = self._make(dock)
        panel.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def panel(self, panel_id: str) -> QWidget:
        """The panel of an id, made if necessary."""
        self._ready = True
        return self._make(self._docks[panel_id])

    def states(self) -> dict[str, dict[str, Any]]:
        """Remembered state of each panel; for a panel that was not made, its state of the last session."""
        now = {}
        for dock in self:
            panel: object = dock.panel
            if isinstance(panel, RemembersState):
                now[dock.place.id] = panel.save_state()
        return self._states | now

    def may_close(self) -> bool:
        """False if a panel asks a question first; it closes the window itself afterwards."""
        panels: list[object] = [dock.panel for dock in self]
        return all(panel.may_close() for panel in panels if isinstance(panel, AsksBeforeClosing))

    def actions(self) -> list[Action]:
        """One action for each dock, which shows it and gives it the keyboard focus."""
        return [
            Action(
                id=f"panel.{dock.place.id}",
                title=dock.place.title,
                run=partial(self.show, dock.place.id),
                menu="Panels",
                shortcut=dock.place.shortcut,
                tip=dock.place.tip,
                icon=dock.place.icon,
                toolbar=dock.place.toolbar,
            )
            for dock in self
        ]

    def arrange(self, size: QSize) -> None:
        """Set the sizes of docks at a first start."""
        width = max(340, min(440, int(0.3 * size.width())))
        for docks in (self._at(LEFT), self._at(RIGHT)):
            self._window.resizeDocks(docks, [width] * len(docks), Qt.Orientation.Horizontal)
        below = self._at(BELOW)
        height = max(150, min(240, int(0.2 * size.height())))
        self._window.resizeDocks(below, [height] * len(below), Qt.Orientation.Vertical)

    def _at(self, area: Qt.DockWidgetArea) -> list[Dock]:
        return [dock for dock in self if self._area(dock) == area]

    def _area(self, dock: Dock) -> Qt.DockWidgetArea:
        return RIGHT if self._narrow and dock.place.area == LEFT else dock.place.area

    def stop(self) -> None:
        """Make no further panels."""
        self._idle.stop()
        self._ready = False

    def _join(self, dock: Dock) -> None:
        """Add a dock to the tabs of its area."""
        area = self._window.dockWidgetArea(dock)
        there = [
            other
            for other in self
            if not other.isHidden() and not other.isFloating() and self._window.dockWidgetArea(other) == area
        ]
        if there and not dock.isFloating() and not self._window.tabifiedDockWidgets(dock):
            self._window.tabifyDockWidget(there[0], dock)

    def _make_next(self) -> None:
        waiting = [dock for dock in self if dock.panel is None]
        if waiting and self._ready:
            dock = min(waiting, key=lambda dock: dock.visibleRegion().isEmpty())
            if dock.place.loaded:
                self._make(dock)
            else:  # by itself, since it may take as long as making it
                dock.place.load()
            self._idle.start(PAUSE)

    def _make(self, dock: Dock) -> QWidget:
        if dock.panel is None and self._ready:
            dock.panel = dock.place.load()(self._context)
            dock.setWidget(dock.panel)
            if isinstance(dock.panel, RemembersState) and dock.place.id in self._states:
                dock.panel.restore_state(self._states[dock.place.id])
        return dock.panel or dock
