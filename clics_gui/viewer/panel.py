"""The crystal view as the window uses it: settings as defaults, cells from the engine, commands for menus and palette."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakSet

from shiboken6 import isValid

from clics_gui.actions import Action
from clics_gui.viewer.compare import MOST, CompareView
from clics_gui.viewer.orientation import NAMED_VIEWS
from clics_gui.viewer.scene import SceneSettings
from clics_gui.viewer.style import REPRESENTATIONS
from clics_gui.viewer.view import CrystalView

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QIcon

    from clics_gui.context import Context
    from clics_gui.documents import Document

_views: WeakKeyDictionary[Document, CrystalView] = WeakKeyDictionary()
_served: WeakSet[object] = WeakSet()


def crystal_view(document: Document, window: Context) -> CrystalView:
    """The picture of a document, drawn as the settings say; the first one of a window brings the commands along."""
    chosen = window.settings.value.viewer

    def icons(name: str) -> QIcon:
        return window.theme.icon(name)

    view = CrystalView(document, first_settings(window), icons=icons)
    view.canvas.set_perspective(chosen.perspective)
    view.bar.switches["perspective"].setChecked(chosen.perspective)
    export = window.settings.value.export
    view.picture_defaults = {"dpi": export.dpi, "transparent": export.transparent}
    view.cell_wanted.connect(lambda kind: window.change_cell(document, kind))
    view.message.connect(lambda text: window.notify(text))
    window.theme.changed.connect(view.bar.paint_icons)
    view.settings_changed.connect(lambda _: window.refresh_actions())
    _views[document] = view
    if window not in _served:
        _served.add(window)
        window.add_actions(actions(window))
    return view


def first_settings(window: Context) -> SceneSettings:
    """How the user's settings draw a crystal that was just opened."""
    chosen = window.settings.value.viewer
    return SceneSettings(
        representation=chosen.representation,
        preset=chosen.style,
        images=chosen.image_atoms,
        completion="polyhedra" if chosen.complete_coordination else "none",
    )


def current_view(window: Context) -> CrystalView | None:
    """The view of the crystal in front, if it was looked at yet."""
    document = window.documents.current
    view = _views.get(document) if document is not None else None
    return view if view is not None and isValid(view) else None


def compare_view(window: Context) -> CompareView:
    """The crystal in front and the next ones, up to four, side by side."""
    documents = list(window.documents)
    current = window.documents.current
    start = documents.index(current) if current in documents else 0
    together = (documents[start:] + documents[:start])[:MOST]
    view = current_view(window)
    settings = view.settings if view is not None else first_settings(window)
    return CompareView(together, replace(settings, lit=frozenset(), hidden=frozenset()))


def actions(window: Context) -> list[Action]:
    """Commands for the crystal in front."""

    def there() -> bool:
        return current_view(window) is not None

    def on(do: Callable[[CrystalView], object]) -> Callable[[], object]:
        def run() -> None:
            view = current_view(window)
            if view is not None:
                do(view)

        return run

    found = []
    for name in NAMED_VIEWS:
        keys = f"Ctrl+Alt+{name[0].upper()}" if len(name) == 1 else f"Ctrl+Alt+Shift+{name[0].upper()}"
        look = on(lambda view, name=name: view.canvas.look_along(name))  # type: ignore[misc]
        found.append(
            Action(
                f"view.along-{name}",
                f"Along {name}",
                look,
                "View/Look along",
                0,
                keys,
                f"{name} points at you",
                enabled_when=there,
            )
        )
    for number, (name, style) in enumerate(REPRESENTATIONS.items(), start=1):
        draw = on(lambda view, name=name: view.change(representation=name))  # type: ignore[misc]

        def is_so(name: str = name) -> bool:
            view = current_view(window)
            return view is not None and view.settings.representation == name

        tip = f"Draw the crystal as: {style.title.lower()}"
        found.append(
            Action(
                f"view.as-{name}",
                style.title,
                draw,
                "View",
                0,
                f"Ctrl+{number}",
                tip,
                enabled_when=there,
                checked_when=is_so,
            )
        )
    found += [
        Action("view.fit", "Whole crystal", on(lambda view: view.canvas.look_first()), "View", 1, "Ctrl+0",
               "The whole crystal from the usual side", "fit-to-page-outline", enabled_when=there),
        Action("view.perspective", "Perspective", on(lambda view: view.bar.switches["perspective"].trigger()), "View", 1,
               "Ctrl+Alt+P", "Near things are larger", enabled_when=there),
        Action("view.labels", "Labels", on(lambda view: view.bar.switches["labels"].trigger()), "View", 1,
               "Ctrl+Alt+L", "Element and site number on every atom", enabled_when=there),
        Action("view.bonds", "Bonds…", on(lambda view: view.show_bonds()), "Crystal", 1, "Ctrl+B",
               "Correct bonds pair by pair", "vector-polyline-edit", enabled_when=there),
        Action("view.picture", "Save picture…", on(lambda view: view.save_picture()), "File", 1, "Ctrl+Alt+S",
               "A picture with size, resolution and transparency", "image-outline", enabled_when=there),
    ]  # fmt: skip
    for kind, title, key in (
        ("read", "Cell as read", "Ctrl+Alt+0"),
        ("primitive", "Primitive cell", "Ctrl+Alt+1"),
        ("conventional", "Conventional cell", "Ctrl+Alt+2"),
        ("niggli", "Niggli cell", "Ctrl+Alt+3"),
    ):
        show = on(lambda view, kind=kind: view.cell_wanted.emit(kind))  # type: ignore[misc]
        found.append(
            Action(
                f"crystal.cell-{kind}",
                title,
                show,
                "Crystal/Cell",
                0,
                key,
                f"Show the {title.lower()}",
                enabled_when=there,
            )
        )
    return found
