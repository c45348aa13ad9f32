"""Toolbar over a crystal: style, cell, contents, direction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QIcon, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSpinBox,
    QToolBar,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from clics_gui.style.plain import tooltip
from clics_gui.style.widgets import label
from clics_gui.viewer.miller_indices import parse
from clics_gui.viewer.orientation import NAMED_VIEWS
from clics_gui.viewer.style import PRESETS, REPRESENTATIONS

if TYPE_CHECKING:
    from clics_gui.viewer.scene import SceneSettings

Icons = Callable[[str], QIcon]
CELLS = {
    "read": "As read",
    "primitive": "Primitive",
    "conventional": "Conventional",
    "niggli": "Niggli (reduced)",
}
COMPLETIONS = {
    "none": "Bonds within the cell only",
    "polyhedra": "Complete coordination of cations",
    "all": "Complete coordination of all atoms",
}
SWITCHES = {
    "images": ("Include boundary atoms", "Repeat atoms on cell faces, edges and corners"),
    "cell_edges": ("Cell edges", "Show the edges of the unit cell"),
    "gizmo": ("Axes", "Axes of the cell: a red, b green, c blue"),
    "labels": ("Labels", "Label of the site on every atom"),
    "perspective": ("Perspective", "Perspective projection; off: orthographic"),
}
MOST_REPEATS = 20


class ViewerBar(QToolBar):
    """Signals report choices of the user; :meth:`show_settings` shows the present settings."""

    representation_chosen = Signal(str)
    preset_chosen = Signal(str)
    cell_chosen = Signal(str)
    repeats_chosen = Signal(object)
    completion_chosen = Signal(str)
    switched = Signal(str, bool)
    direction_chosen = Signal(str)
    indices_chosen = Signal(str, object)
    refused = Signal(str)
    fit_requested = Signal()
    bonds_requested = Signal()
    picture_requested = Signal()

    def __init__(self, icons: Icons | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons or self._own_icon
        self._iconed: list[tuple[QToolButton | QAction, str]] = []
        self.setIconSize(QSize(18, 18))
        self.setMovable(False)
        self.setAccessibleName("Crystal view")
        self.representations = self._choices(
            "atom", "Style", {k: r.title for k, r in REPRESENTATIONS.items()}, self.representation_chosen
        )
        self.presets = QActionGroup(self)
        menu = self._button("atom").menu()
        menu.addSeparator()
        self._fill(menu, self.presets, {k: p.title for k, p in PRESETS.items()}, self.preset_chosen)
        self.cells = self._choices("cube-outline", "Cell", CELLS, self.cell_chosen)
        self.repeats = self._add_repeats(self._button("cube-outline").menu())
        self.completions = self._choices("eye-outline", "Show", COMPLETIONS, self.completion_chosen)
        self.switches = self._add_switches(self._button("eye-outline").menu())
        self._add_directions()
        self.addSeparator()
        self._act(
            "fit-to-page-outline",
            "Reset view",
            "Show the whole crystal in the default orientation (Home)",
            self.fit_requested,
        )
        self._act("vector-polyline-edit", "Bonds…", "Edit bonds by element pair", self.bonds_requested)
        self._act(
            "image-outline",
            "Picture…",
            "Save a picture with chosen size, resolution and transparency",
            self.picture_requested,
        )
        self.value = label()
        self.value.setContentsMargins(8, 0, 8, 0)
        self.value.setToolTip(
            "Click an atom, then Ctrl+click others: two atoms give a distance, three an angle, four a dihedral angle."
        )
        self.addWidget(self.value)
        self.paint_icons()

    def show_settings(self, settings: SceneSettings) -> None:
        """Show settings without signals."""
        for group, name in (
            (self.representations, settings.representation),
            (self.presets, settings.preset),
            (self.completions, settings.completion),
        ):
            for action in group.actions():
                action.setChecked(action.data() == name)
        for name in ("images", "cell_edges"):
            self.switches[name].setChecked(getattr(settings, name))
        for field, number in zip(self.repeats, settings.repeats, strict=True):
            field.blockSignals(True)
            field.setValue(number)
            field.blockSignals(False)

    def show_cell(self, name: str) -> None:
        """Show the kind of cell."""
        for action in self.cells.actions():
            action.setChecked(action.data() == name)

    def set_icons(self, icons: Icons) -> None:
        """Set icons of another colour."""
        self._icons = icons
        self.paint_icons()

    def paint_icons(self) -> None:
        """Draw the icons again."""
        for holder, name in self._iconed:
            holder.setIcon(self._icons(name))

    def _button(self, name: str) -> QToolButton:
        return next(holder for holder, known in self._iconed if known == name and isinstance(holder, QToolButton))

    def _menu_button(self, icon: str, title: str) -> QMenu:
        button = QToolButton()
        button.setText(title)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        button.setMenu(menu)
        self.addWidget(button)
        self._iconed.append((button, icon))
        return menu

    def _choices(self, icon: str, title: str, names: dict[str, str], chosen: SignalInstance) -> QActionGroup:
        group = QActionGroup(self)
        self._fill(self._menu_button(icon, title), group, names, chosen)
        return group

    def _fill(self, menu: QMenu, group: QActionGroup, names: dict[str, str], chosen: SignalInstance) -> None:
        for name, title in names.items():
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setData(name)
            group.addAction(action)
        group.triggered.connect(lambda action: chosen.emit(action.data()))

    def _add_repeats(self, menu: QMenu) -> tuple[QSpinBox, QSpinBox, QSpinBox]:
        menu.addSeparator()
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.addWidget(label("Supercell"))
        fields = []
        for axis in "abc":
            field = QSpinBox()
            field.setRange(1, MOST_REPEATS)
            field.setPrefix(f"{axis} × ")
            field.setAccessibleName(f"Cells along {axis}")
            field.valueChanged.connect(self._repeats_changed)
            layout.addWidget(field)
            fields.append(field)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(row)
        menu.addAction(holder)
        return fields[0], fields[1], fields[2]

    def _repeats_changed(self) -> None:
        self.repeats_chosen.emit(tuple(field.value() for field in self.repeats))

    def _add_switches(self, menu: QMenu) -> dict[str, QAction]:
        menu.addSeparator()
        switches = {}
        for name, (title, tip) in SWITCHES.items():
            action = menu.addAction(title)
            action.setToolTip(tooltip(tip))
            action.setCheckable(True)
            action.setChecked(name == "gizmo")
            action.triggered.connect(lambda on, name=name: self.switched.emit(name, on))
            switches[name] = action
        return switches

    def _add_directions(self) -> None:
        menu = self._menu_button("axis-arrow", "View along")
        for name in NAMED_VIEWS:
            action = menu.addAction(name)
            action.setToolTip(tooltip(f"View along {name}"))
            action.triggered.connect(lambda _, name=name: self.direction_chosen.emit(name))
        menu.addSeparator()
        self.indices = QLineEdit()
        self.indices.setPlaceholderText("[1 1 0] or (1 1 1)")
        self.indices.setToolTip("Direction [uvw] or plane (hkl), then Enter")
        self.indices.setAccessibleName("View direction or plane")
        self.indices.returnPressed.connect(self._look_along_indices)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(self.indices)
        menu.addAction(holder)

    def _look_along_indices(self) -> None:
        try:
            kind, numbers = parse(self.indices.text())
        except ValueError as problem:
            self.refused.emit(str(problem))
            return
        self.indices_chosen.emit(kind, numbers)
        self._button("axis-arrow").menu().close()

    def _act(self, icon: str, title: str, tip: str, wanted: SignalInstance) -> None:
        action = self.addAction(title)
        action.setToolTip(tooltip(tip))
        action.triggered.connect(lambda: wanted.emit())
        self._iconed.append((action, icon))

    def _own_icon(self, name: str) -> QIcon:
        import qtawesome

        icon: QIcon = qtawesome.icon(f"mdi6.{name}", color=self.palette().color(QPalette.ColorRole.WindowText))
        return icon
