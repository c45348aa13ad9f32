"""Every panel of the window: its place, its shortcut, and how it is made. A panel is imported when it is made."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from clics_gui.state.context import Context

Area = Qt.DockWidgetArea


@dataclass(frozen=True, slots=True)
class PanelPlace:
    """One panel: ``area`` where it docks at first, ``shown`` whether it is there at the first start.

    What finds crystals docks on the left, what is said of the one in front on the right and below. Where the window is
    narrow (:data:`clics_gui.shell.docks.WIDE`), the left ones begin as tabs behind the right ones, so that the crystal has room.
    ``made_by`` is "module:class"; ``toolbar``: its action is a button too.
    """

    id: str
    title: str
    area: Area
    shortcut: str
    made_by: str
    tip: str
    icon: str
    shown: bool = True
    toolbar: bool = False

    @property
    def loaded(self) -> bool:
        """Whether what makes it is imported."""
        return self.made_by.partition(":")[0] in sys.modules

    def load(self) -> Callable[[Context], QWidget]:
        """Import what makes it; on the GUI thread (:mod:`clics_gui.shell.qt_type_preload` says why)."""
        module, _, name = self.made_by.partition(":")
        made: Callable[[Context], QWidget] = getattr(import_module(module), name)
        return made


PANELS = (
    PanelPlace("geometry", "Geometry", Area.RightDockWidgetArea, "Ctrl+G",
               "clics_gui.panels.geometry.panel:GeometryPanel",
               "Symmetry, environments and connections of the crystal in front", "shape-outline"),
    PanelPlace("search", "Search", Area.LeftDockWidgetArea, "Ctrl+F",
               "clics_gui.panels.search.panel:SearchPanel",
               "Type a phrase and find crystals of the library", "magnify", toolbar=True),
    PanelPlace("similar", "Similar", Area.LeftDockWidgetArea, "Ctrl+Y",
               "clics_gui.panels.similar.panel:SimilarPanel",
               "Crystals of the library that are built like the one in front", "approximately-equal"),
    PanelPlace("libraries", "Libraries", Area.LeftDockWidgetArea, "Ctrl+D",
               "clics_gui.panels.libraries.panel:LibrariesPanel",
               "Library files: which is searched, what is in them, what is added to them", "database-outline"),
    PanelPlace("map", "Map", Area.LeftDockWidgetArea, "Ctrl+J",
               "clics_gui.panels.similar.map_panel:MapPanel",
               "All crystals of the library on a plane, where the model puts them", "map-outline", shown=False),
    PanelPlace("sites", "Sites", Area.BottomDockWidgetArea, "Ctrl+T",
               "clics_gui.panels.sites:SitesPanel",
               "The sites of the crystal in front, selected here and in the picture alike", "table"),
    PanelPlace("models", "Models", Area.BottomDockWidgetArea, "Ctrl+M",
               "clics_gui.panels.models.panel:ModelsPanel",
               "Models to use, compare and remove, and trainings under way", "brain", shown=False),
)  # fmt: skip
