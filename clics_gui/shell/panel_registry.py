"""Registry of panels: place, shortcut and class of each. A panel is imported when it is made.

A new panel is a module under ``clics_gui/panels`` and one row of :data:`PANELS`; the test of every panel covers it.
"""

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
    """One panel.

    Panels that find crystals dock on the left, panels about the current crystal on the right and below. In a narrow
    window (:data:`clics_gui.shell.docks.WIDE`) the left ones begin as tabs behind the right ones.

    Attributes:
        id: Name in the session file and in the action "panel.<id>".
        title: Title of the dock.
        area: Side on which it docks at first.
        shortcut: Keys that show it, as portable text.
        made_by: "module:class"; the class takes a :class:`clics_gui.state.context.Context`.
        tip: Tooltip of its action.
        icon: Name of a Material Design icon.
        shown: Visible at the first start.
        toolbar: Its action is a button of the toolbar too.
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
        """True if the module of the panel is imported."""
        return self.made_by.partition(":")[0] in sys.modules

    def load(self) -> Callable[[Context], QWidget]:
        """Import the class of the panel; on the GUI thread (see :mod:`clics_gui.engine_thread.qt_type_preload`)."""
        module, _, name = self.made_by.partition(":")
        made: Callable[[Context], QWidget] = getattr(import_module(module), name)
        return made


PANELS = (
    PanelPlace(
        id="geometry",
        title="Geometry",
        area=Area.RightDockWidgetArea,
        shortcut="Ctrl+G",
        made_by="clics_gui.panels.geometry.panel:GeometryPanel",
        tip="Symmetry, coordination environments and polyhedral connections of the current crystal",
        icon="shape-outline",
    ),
    PanelPlace(
        id="search",
        title="Search",
        area=Area.LeftDockWidgetArea,
        shortcut="Ctrl+F",
        made_by="clics_gui.panels.search.panel:SearchPanel",
        tip="Search the library for crystals by a phrase",
        icon="magnify",
        toolbar=True,
    ),
    PanelPlace(
        id="similar",
        title="Similar",
        area=Area.LeftDockWidgetArea,
        shortcut="Ctrl+Y",
        made_by="clics_gui.panels.similar.panel:SimilarPanel",
        tip="Crystals of the library structurally similar to the current one",
        icon="approximately-equal",
    ),
    PanelPlace(
        id="libraries",
        title="Libraries",
        area=Area.LeftDockWidgetArea,
        shortcut="Ctrl+D",
        made_by="clics_gui.panels.libraries.panel:LibrariesPanel",
        tip="Library files: choose the active one, browse it, add crystals",
        icon="database-outline",
    ),
    PanelPlace(
        id="map",
        title="Map",
        area=Area.LeftDockWidgetArea,
        shortcut="Ctrl+J",
        made_by="clics_gui.panels.similar.map_panel:MapPanel",
        tip="Map of the library: principal components of the model's embeddings",
        icon="map-outline",
        shown=False,
    ),
    PanelPlace(
        id="sites",
        title="Sites",
        area=Area.BottomDockWidgetArea,
        shortcut="Ctrl+T",
        made_by="clics_gui.panels.sites:SitesPanel",
        tip="Site table of the current crystal; the selection is shared with the 3D view",
        icon="table",
    ),
    PanelPlace(
        id="models",
        title="Models",
        area=Area.BottomDockWidgetArea,
        shortcut="Ctrl+M",
        made_by="clics_gui.panels.models.panel:ModelsPanel",
        tip="Use, compare and remove models; follow trainings",
        icon="brain",
        shown=False,
    ),
)
