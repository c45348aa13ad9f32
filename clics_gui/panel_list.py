"""Every panel of the window: its place, its shortcut, and how it is made. A panel is imported when it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from clics_gui.context import Context

Area = Qt.DockWidgetArea


@dataclass(frozen=True, slots=True)
class PanelPlace:
    """One panel: ``area`` where it docks at first, ``shown`` whether it is there at the first start.

    What finds crystals docks on the left, what is said of the one in front on the right and below. Where the window is
    narrow (:data:`clics_gui.docks.WIDE`), the left ones begin as tabs behind the right ones, so that the crystal has room.
    ``toolbar``: its action is a button too.
    """

    id: str
    title: str
    area: Area
    make: Callable[[Context], QWidget]
    shortcut: str
    tip: str
    icon: str
    shown: bool = True
    toolbar: bool = False


def _geometry(window: Context) -> QWidget:
    from clics_gui.panels.geometry.panel import GeometryPanel

    return GeometryPanel(window)


def _sites(window: Context) -> QWidget:
    from clics_gui.panels.sites import SitesPanel

    return SitesPanel(window)


def _search(window: Context) -> QWidget:
    from clics_gui.panels.search.panel import SearchPanel

    return SearchPanel(window)


def _models(window: Context) -> QWidget:
    from clics_gui.panels.models.panel import ModelsPanel

    return ModelsPanel(window)


def _similar(window: Context) -> QWidget:
    from clics_gui.panels.similar.panel import SimilarPanel

    return SimilarPanel(window)


def _map(window: Context) -> QWidget:
    from clics_gui.panels.similar.map_panel import MapPanel

    return MapPanel(window)


def _libraries(window: Context) -> QWidget:
    from clics_gui.panels.libraries.panel import LibrariesPanel

    return LibrariesPanel(window)


PANELS = (
    PanelPlace("geometry", "Geometry", Area.RightDockWidgetArea, _geometry, "Ctrl+G",
               "Symmetry, environments and connections of the crystal in front", "shape-outline"),
    PanelPlace("search", "Search", Area.LeftDockWidgetArea, _search, "Ctrl+F",
               "Type a phrase and find crystals of the library", "magnify", toolbar=True),
    PanelPlace("similar", "Similar", Area.LeftDockWidgetArea, _similar, "Ctrl+Y",
               "Crystals of the library that are built like the one in front", "approximately-equal"),
    PanelPlace("libraries", "Libraries", Area.LeftDockWidgetArea, _libraries, "Ctrl+D",
               "Library files: which is searched, what is in them, what is added to them", "database-outline"),
    PanelPlace("map", "Map", Area.LeftDockWidgetArea, _map, "Ctrl+J",
               "All crystals of the library on a plane, where the model puts them", "map-outline", shown=False),
    PanelPlace("sites", "Sites", Area.BottomDockWidgetArea, _sites, "Ctrl+T",
               "The sites of the crystal in front, selected here and in the picture alike", "table"),
    PanelPlace("models", "Models", Area.BottomDockWidgetArea, _models, "Ctrl+M",
               "Models to use, compare and remove, and trainings under way", "brain", shown=False),
)  # fmt: skip
