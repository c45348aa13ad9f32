"""Every panel of the window: its place, its shortcut, and how it is made. A panel is imported when it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from clics_gui.context import Context
    from clics_gui.documents import Document

Area = Qt.DockWidgetArea


@dataclass(frozen=True, slots=True)
class PanelPlace:
    """One panel: ``area`` where it docks at first, ``shown`` whether it is there at the first start."""

    id: str
    title: str
    area: Area
    make: Callable[[Context], QWidget]
    shortcut: str
    tip: str
    icon: str
    shown: bool = True


def _geometry(window: Context) -> QWidget:
    from clics_gui.panels.geometry import GeometryPanel

    return GeometryPanel(window)


def _sites(window: Context) -> QWidget:
    from clics_gui.panels.geometry import SitesPanel

    return SitesPanel(window)


PANELS: tuple[PanelPlace, ...] = ()


def crystal_view(document: Document, window: Context) -> QWidget:
    """The picture of a document."""
    from PySide6.QtWidgets import QLabel

    return QLabel(document.title)
