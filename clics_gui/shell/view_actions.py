"""Actions on the view of the current crystal: direction, style, cell, pictures, comparison."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from clics.results import CellKind

from clics_gui.state.actions import Action

if TYPE_CHECKING:
    from clics_gui.shell.document_views import Views
    from clics_gui.state.context import Context
    from clics_gui.viewer.view import CrystalView

LOOKS = {"a": "Ctrl+Alt+A", "b": "Ctrl+Alt+B", "c": "Ctrl+Alt+C",
         "a*": "Ctrl+Alt+Shift+A", "b*": "Ctrl+Alt+Shift+B", "c*": "Ctrl+Alt+Shift+C"}  # fmt: skip
STYLES = {
    "ball-and-stick": "Ball and stick",
    "space-filling": "Space filling",
    "polyhedra": "Polyhedra",
    "sticks": "Sticks",
}
PRESETS = {"vesta": "VESTA-like", "publication": "Publication", "dark": "Dark"}
CELLS = {
    "read": "Cell as read",
    "primitive": "Primitive cell",
    "conventional": "Conventional cell",
    "niggli": "Niggli cell",
}
SUPERCELLS = ((1, 1, 1), (2, 2, 2), (3, 3, 3))


def actions(window: Context, views: Views, compare: Callable[[], object]) -> list[Action]:
    """Actions of the menus View and Crystal, in their order; each acts on the current view and is disabled without one.

    Args:
        window: The window as its parts see it.
        views: Views of the documents.
        compare: Opens the comparison.
    """

    def has_view() -> bool:
        return views.current is not None

    def act(run: Callable[[CrystalView], object]) -> Callable[[], object]:
        def run_on_current() -> None:
            if views.current is not None:
                run(views.current)

        return run_on_current

    def change(**changes: Any) -> Callable[[], object]:
        return act(lambda view: view.change(**changes))

    def shows(name: str, value: object) -> Callable[[], bool]:
        return lambda: views.current is not None and getattr(views.current.settings, name) == value

    def flip(name: str) -> Callable[[], object]:
        return act(lambda view: view.change(**{name: not getattr(view.settings, name)}))

    def cell(kind: CellKind) -> None:
        if window.documents.current is not None:
            window.change_cell(window.documents.current, kind)

    def rank() -> None:
        if window.documents.current is not None:
            window.rank(window.documents.current)

    def cell_is(kind: CellKind) -> bool:
        return window.documents.current is not None and window.documents.current.cell == kind

    actions = [
        Action(
            id=f"view.along-{name}",
            title=f"View along {name}",
            run=act(_look(name)),
            menu="View/Direction",
            shortcut=keys,
            tip=f"Rotate the crystal so that {name} points towards the viewer",
            enabled_when=has_view,
        )
        for name, keys in LOOKS.items()
    ]
    actions += [
        Action(
            id=f"view.style-{name}",
            title=title,
            run=change(representation=name),
            menu="View",
            group=0,
            shortcut=f"Ctrl+{place}",
            tip=f"Draw as {title.lower()}",
            enabled_when=has_view,
            checked_when=shows("representation", name),
        )
        for place, (name, title) in enumerate(STYLES.items(), start=1)
    ]
    actions += [
        Action(
            id=f"view.preset-{name}",
            title=title,
            run=change(preset=name),
            menu="View/Colour scheme",
            group=0,
            shortcut=f"Ctrl+Alt+{place}",
            tip=f"Colours, lighting and background: {title}",
            enabled_when=has_view,
            checked_when=shows("preset", name),
        )
        for place, (name, title) in enumerate(PRESETS.items(), start=1)
    ]
    actions += [
        Action(
            id=f"crystal.cell-{kind}",
            title=CELLS[kind],
            run=partial(cell, kind),
            menu="Crystal",
            group=0,
            shortcut=f"Alt+{place}",
            tip="Show the crystal in this cell; its geometry is analysed again",
            enabled_when=has_view,
            checked_when=partial(cell_is, kind),
        )
        for place, kind in enumerate(get_args(CellKind), start=1)
    ]
    actions += [
        Action(
            id=f"crystal.cells-{a}",
            title=f"{a} × {b} × {c} cells",
            run=change(repeats=(a, b, c)),
            menu="Crystal",
            group=1,
            shortcut=f"Alt+Shift+{a}",
            tip="Number of unit cells drawn; other sizes: Cell menu of the view toolbar",
            enabled_when=has_view,
            checked_when=shows("repeats", (a, b, c)),
        )
        for a, b, c in SUPERCELLS
    ]
    actions += [
        Action(
            id="crystal.rank",
            title="Run model",
            run=rank,
            menu="Crystal",
            group=4,
            shortcut="Ctrl+U",
            tip="Rank space groups, environments and connections of the current crystal",
            icon="brain",
            enabled_when=lambda: window.documents.current is not None and window.documents.current.analysis is None,
        ),
        Action(
            id="view.images",
            title="Include boundary atoms",
            run=flip("images"),
            menu="View",
            group=1,
            shortcut="Ctrl+I",
            tip="Repeat atoms on cell faces, edges and corners at all equivalent boundary positions",
            enabled_when=has_view,
            checked_when=shows("images", True),
        ),
        Action(
            id="view.edges",
            title="Cell edges",
            run=flip("cell_edges"),
            menu="View",
            group=1,
            shortcut="Ctrl+E",
            tip="Show the edges of the unit cell",
            enabled_when=has_view,
            checked_when=shows("cell_edges", True),
        ),
        Action(
            id="view.perspective",
            title="Perspective",
            run=act(_flip_perspective),
            menu="View",
            group=1,
            shortcut="Ctrl+P",
            tip="Perspective projection; off: orthographic",
            enabled_when=has_view,
            checked_when=lambda: views.current is not None and views.current.canvas.state.perspective,
        ),
        Action(
            id="view.fit",
            title="Reset view",
            run=act(lambda view: view.canvas.look_first()),
            menu="View",
            group=2,
            shortcut="Ctrl+0",
            tip="Show the whole crystal in the default orientation",
            icon="fit-to-page-outline",
            enabled_when=has_view,
        ),
        Action(
            id="view.compare",
            title="Compare open crystals",
            run=compare,
            menu="View",
            group=3,
            shortcut="Ctrl+K",
            tip="Up to four crystals side by side, with linked orientation and scale",
            icon="view-grid-outline",
            toolbar=True,
            enabled_when=lambda: has_view() and len(window.documents) > 1,
        ),
        Action(
            id="crystal.bonds",
            title="Edit bonds…",
            run=act(lambda view: view.show_bonds()),
            menu="Crystal",
            group=2,
            shortcut="Ctrl+B",
            tip="Hide bonds or set distance ranges by element pair",
            icon="vector-polyline-edit",
            enabled_when=has_view,
        ),
        Action(
            id="file.picture",
            title="Save picture…",
            run=act(lambda view: view.save_picture()),
            menu="File",
            group=1,
            shortcut="Ctrl+Shift+E",
            tip="Save a picture with chosen size, resolution and transparency",
            icon="image-outline",
            toolbar=True,
            enabled_when=has_view,
        ),
    ]
    return actions


def _look(name: str) -> Callable[[CrystalView], object]:
    return lambda view: view.canvas.look_along(name)


def _flip_perspective(view: CrystalView) -> None:
    on = not view.canvas.state.perspective
    view.canvas.set_perspective(on)
    view.bar.switches["perspective"].setChecked(on)
