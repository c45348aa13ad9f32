"""Actions on the picture of the crystal in front: look, style, cell, pictures, comparison."""

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
PRESETS = {"vesta": "Like VESTA", "publication": "Publication", "dark": "Dark"}
CELLS = {
    "read": "Cell as read",
    "primitive": "Primitive cell",
    "conventional": "Conventional cell",
    "niggli": "Niggli cell",
}
SUPERCELLS = ((1, 1, 1), (2, 2, 2), (3, 3, 3))


def actions(window: Context, views: Views, compare: Callable[[], object]) -> list[Action]:
    """In the order of the menus. Each acts on the view in front and is off while there is none."""

    def there() -> bool:
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

    def cell_is(kind: CellKind) -> bool:
        return window.documents.current is not None and window.documents.current.cell == kind

    found = [
        Action(f"view.along-{name}", f"Look along {name}", act(_look(name)),
               "View/Look along", shortcut=keys, tip=f"Turn the crystal until {name} points at you", enabled_when=there)
        for name, keys in LOOKS.items()
    ]  # fmt: skip
    found += [
        Action(f"view.style-{name}", title, change(representation=name), "View", 0, f"Ctrl+{place}",
               f"Draw the crystal as {title.lower()}", enabled_when=there, checked_when=shows("representation", name))
        for place, (name, title) in enumerate(STYLES.items(), start=1)
    ]  # fmt: skip
    found += [
        Action(f"view.preset-{name}", title, change(preset=name), "View/Look", 0, f"Ctrl+Alt+{place}",
               f"Colours, light and background: {title.lower()}", enabled_when=there,
               checked_when=shows("preset", name))
        for place, (name, title) in enumerate(PRESETS.items(), start=1)
    ]  # fmt: skip
    found += [
        Action(f"crystal.cell-{kind}", CELLS[kind], partial(cell, kind), "Crystal", 0, f"Alt+{place}",
               "Show the crystal in this cell; its geometry is found again", enabled_when=there,
               checked_when=partial(cell_is, kind))
        for place, kind in enumerate(get_args(CellKind), start=1)
    ]  # fmt: skip
    found += [
        Action(f"crystal.cells-{a}", f"{a} × {b} × {c} cells", change(repeats=(a, b, c)), "Crystal", 1, f"Alt+Shift+{a}",
               "How many cells are drawn; any other number is in the bar over the picture", enabled_when=there,
               checked_when=shows("repeats", (a, b, c)))
        for a, b, c in SUPERCELLS
    ]  # fmt: skip
    found += [
        Action("view.images", "Atoms on all faces", flip("images"), "View", 1, "Ctrl+I",
               "Draw atoms on a face, edge or corner of the cell on every one of them", enabled_when=there,
               checked_when=shows("images", True)),
        Action("view.edges", "Cell edges", flip("cell_edges"), "View", 1, "Ctrl+E", "The outline of the unit cell",
               enabled_when=there, checked_when=shows("cell_edges", True)),
        Action("view.perspective", "Perspective", act(_flip_perspective), "View", 1, "Ctrl+P",
               "Near things are larger; otherwise lines of sight are parallel", enabled_when=there,
               checked_when=lambda: views.current is not None and views.current.canvas.state.perspective),
        Action("view.fit", "Show all", act(lambda view: view.canvas.look_first()), "View", 2, "Ctrl+0",
               "The whole crystal from the usual side", "fit-to-page-outline", enabled_when=there),
        Action("view.compare", "Compare open crystals", compare, "View", 3, "Ctrl+K",
               "Up to four crystals side by side: one scale, turning together", "view-grid-outline", toolbar=True,
               enabled_when=lambda: there() and len(window.documents) > 1),
        Action("crystal.bonds", "Correct bonds…", act(lambda view: view.show_bonds()), "Crystal", 2, "Ctrl+B",
               "Which pairs of elements are bonded up to what length", "vector-polyline-edit", enabled_when=there),
        Action("file.picture", "Save picture…", act(lambda view: view.save_picture()), "File", 1, "Ctrl+Shift+E",
               "A picture with width, height, resolution and transparency", "image-outline", toolbar=True,
               enabled_when=there),
    ]  # fmt: skip
    return found


def _look(name: str) -> Callable[[CrystalView], object]:
    return lambda view: view.canvas.look_along(name)


def _flip_perspective(view: CrystalView) -> None:
    on = not view.canvas.state.perspective
    view.canvas.set_perspective(on)
    view.bar.switches["perspective"].setChecked(on)
