"""View of one document: canvas, toolbar, legend, bond table and pictures, in step with selection and highlight."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clics_gui.state.site_labels import site_labels
from clics_gui.viewer.bond_table import BondTable
from clics_gui.viewer.bonds import BondSettings, bonds_of, rules_for_engine, summary
from clics_gui.viewer.boundary import bare, symbols
from clics_gui.viewer.canvas import CrystalCanvas
from clics_gui.viewer.legend import Legend
from clics_gui.viewer.measurement_selection import MeasurementSelection
from clics_gui.viewer.picture_dialog import PictureDialog
from clics_gui.viewer.polyhedra import centres
from clics_gui.viewer.scene import Scene, SceneSettings, build_scene
from clics_gui.viewer.toolbar import Icons, ViewerBar

if TYPE_CHECKING:
    from clics_gui.viewer.protocols import DocumentLike

MOST_BALLS = 60_000
"""Larger supercells are refused with a message instead of stopping the window for seconds."""


class CrystalView(QWidget):
    """Shows a document.

    Signals: ``cell_requested(str)`` requests another cell, ``bonds_corrected(BondRules | None)`` a description with these
    bonds, ``message(str)`` a notification, ``settings_changed(SceneSettings)``.
    """

    cell_requested = Signal(str)
    bonds_corrected = Signal(object)
    message = Signal(str)
    settings_changed = Signal(object)

    def __init__(
        self,
        document: DocumentLike,
        settings: SceneSettings | None = None,
        *,
        icons: Icons | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._settings = settings or SceneSettings()
        self._measurement = MeasurementSelection()
        self._bond_table: BondTable | None = None
        self.picture_defaults: dict[str, Any] = {}
        self.bar = ViewerBar(icons, self)
        self.canvas = CrystalCanvas(self)
        self.legend = Legend(self.canvas)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.canvas, 1)
        self.canvas.installEventFilter(self)
        self.setFocusProxy(self.canvas)
        self._connect()
        self._crystal_changed()

    @property
    def document(self) -> DocumentLike:
        """The document."""
        return self._document

    @property
    def settings(self) -> SceneSettings:
        """Contents and style; change them with :meth:`change`."""
        return self._settings

    def change(self, **changes: Any) -> None:
        """Change fields of :class:`SceneSettings`. Too large supercells are refused with a message."""
        wanted = replace(self._settings, **changes)
        a, b, c = wanted.repeats
        if len(self._document.atoms.species) * a * b * c > MOST_BALLS:
            self.message.emit(f"{a} × {b} × {c} cells have more than {MOST_BALLS} atoms; show fewer cells.")
            self.bar.show_settings(self._settings)
            return
        grown = wanted.repeats != self._settings.repeats or wanted.completion != self._settings.completion
        self._settings = wanted
        self._draw()
        if grown or "images" in changes:
            self.canvas.fit()
        self.settings_changed.emit(self._settings)

    def show_bonds(self) -> BondTable:
        """Open the bond table."""
        if self._bond_table is None:
            self._bond_table = BondTable(self)
            self._bond_table.changed.connect(self._bonds_edited)
        self._fill_bonds()
        self._bond_table.show()
        self._bond_table.raise_()
        return self._bond_table

    def save_picture(self) -> None:
        """Open the dialog that saves a picture."""
        dialog = PictureDialog(self.canvas, self._document.title, parent=self, **self.picture_defaults)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self.message.emit(dialog.message) if dialog.message else None)
        dialog.open()

    def state(self) -> dict[str, Any]:
        """State for the session file, as plain values."""
        kept = asdict(replace(self._settings, highlighted=frozenset(), bonds=BondSettings()))
        return {
            **{name: kept[name] for name in ("representation", "preset", "images", "completion", "cell_edges")},
            "repeats": list(self._settings.repeats),
            "hidden": sorted(self._settings.hidden),
            "polyhedra_of": dict(self._settings.polyhedra_of),
            "perspective": self.canvas.state.perspective,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Restore a state of :meth:`state`; invalid values are omitted."""
        from clics_gui.viewer.view_state import usable

        changes, perspective = usable(state)
        self.canvas.set_perspective(perspective)
        self.bar.switches["perspective"].setChecked(perspective)
        self.change(**changes)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Let the graphics context go."""
        self.canvas.shut()
        super().closeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep the legend in its corner."""
        if watched is self.canvas and event.type() == QEvent.Type.Resize:
            self._place_legend()
        return super().eventFilter(watched, event)

    # ---- what happens -----------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        bar, canvas, document = self.bar, self.canvas, self._document
        bar.representation_chosen.connect(lambda name: self.change(representation=name))
        bar.preset_chosen.connect(lambda name: self.change(preset=name))
        bar.cell_chosen.connect(self._cell_chosen)
        bar.repeats_chosen.connect(lambda repeats: self.change(repeats=repeats))
        bar.completion_chosen.connect(lambda name: self.change(completion=name))
        bar.switched.connect(self._switched)
        bar.direction_chosen.connect(canvas.look_along)
        bar.indices_chosen.connect(lambda kind, numbers: canvas.look_along(**{kind: numbers}))
        bar.refused.connect(self.message)
        bar.fit_requested.connect(canvas.look_first)
        bar.bonds_requested.connect(self.show_bonds)
        bar.picture_requested.connect(self.save_picture)
        self.legend.hidden_changed.connect(lambda hidden: self.change(hidden=hidden))
        self.legend.polyhedra_changed.connect(self._polyhedra_changed)
        canvas.ball_clicked.connect(self._clicked)
        canvas.measured.connect(bar.value.setText)
        document.crystal_changed.connect(self._crystal_changed)
        document.geometry_changed.connect(self._draw)
        document.selection_changed.connect(self._selection_changed)
        document.highlight_changed.connect(self._show_highlight)

    def _crystal_changed(self) -> None:
        self._measurement.clear()
        self._settings = replace(self._settings, highlighted=self._document.highlighted or frozenset())
        self._draw(fit=True)
        self.bar.show_cell(getattr(self._document, "cell", "read"))

    def _draw(self, *, fit: bool = False) -> None:
        atoms = self._document.atoms
        self.canvas.writing.site_labels = site_labels(atoms, self._document.geometry)
        scene = build_scene(atoms, self._given(), self._settings)
        self.canvas.show_scene(scene, fit=fit)
        self.canvas.set_highlighted(self._document.highlighted)
        self.canvas.set_selection(self._document.selection)
        self.canvas.set_measured(self._measurement.rows(scene))
        self.bar.show_settings(self._settings)
        self._show_legend(scene)
        if self._bond_table is not None and self._bond_table.isVisible():
            self._fill_bonds()

    def _given(self) -> Any:
        geometry = self._document.geometry
        return None if geometry is None else geometry.bonds

    def _show_legend(self, scene: Scene) -> None:
        names = [bare(symbol) for symbol in symbols(scene.species)]
        middles = centres(self._document.atoms, scene.bonds, self._settings.polyhedra_of)
        self.legend.show_scene(scene, {names[site] for site in middles})
        self._place_legend()

    def _place_legend(self) -> None:
        self.legend.move(QPoint(self.canvas.width() - self.legend.width() - 8, 8))
        self.legend.raise_()

    def _fill_bonds(self) -> None:
        assert self._bond_table is not None
        atoms = self._document.atoms
        everything = bonds_of(atoms, self._given(), self._settings.bonds)
        self._bond_table.show_pairs(summary(atoms, everything), self._settings.bonds)
        self._bond_table.show_state(waiting=getattr(self._document, "geometry_outdated", False))

    def _bonds_edited(self, bonds: BondSettings) -> None:
        before = rules_for_engine(self._settings.bonds)
        self.change(bonds=bonds)
        rules = rules_for_engine(bonds)
        if rules != before:
            self.bonds_corrected.emit(rules)
            self._fill_bonds()

    def _cell_chosen(self, name: str) -> None:
        self.bar.show_cell(getattr(self._document, "cell", "read"))
        self.cell_requested.emit(name)

    def _switched(self, name: str, on: bool) -> None:
        if name == "perspective":
            self.canvas.set_perspective(on)
        elif name == "gizmo":
            self.canvas.set_gizmo(on)
        elif name == "labels":
            self.canvas.set_labels(on)
        else:
            self.change(**{name: on})

    def _polyhedra_changed(self, symbol: str, on: bool) -> None:
        chosen = {**self._settings.polyhedra_of, symbol: on}
        if on and self._settings.representation != "polyhedra":
            self.change(polyhedra_of=chosen, representation="polyhedra")
        else:
            self.change(polyhedra_of=chosen)

    def _clicked(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        scene = self.canvas.scene
        if scene is None:
            return
        add = bool(modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier))
        if row < 0:
            if not add:
                self._measurement.clear()
                self._document.select(())
        else:
            before = self._measurement.sites
            self._measurement.pick(scene, row, add=add)
            kept = self._document.selection - before if add else frozenset()
            self._document.select(kept | self._measurement.sites)
        self.canvas.set_measured(self._measurement.rows(scene))

    def _selection_changed(self) -> None:
        if not self._measurement.sites <= self._document.selection:
            self._measurement.clear()
            self.canvas.set_measured(())
        self.canvas.set_selection(self._document.selection)

    def _show_highlight(self) -> None:
        highlighted = self._document.highlighted or frozenset()
        if highlighted != self._settings.highlighted:
            self._settings = replace(self._settings, highlighted=highlighted)
            self._draw()
        self.canvas.set_highlighted(self._document.highlighted)
