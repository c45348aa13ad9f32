"""Actions as data: menus, toolbar, shortcuts and command palette come from one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """A command of the user.

    Both conditions are evaluated after every change of documents and after
    :meth:`clics_gui.state.context.Context.refresh_actions`.

    Attributes:
        id: Unique name, "file.open".
        title: Text of the menu entry.
        run: Function to call.
        menu: Path of the menu, "View/Direction"; empty: in the command palette only.
        group: Place in the menu; groups are separated by a line.
        shortcut: Keys as portable text, "Ctrl+O".
        tip: Tooltip and status tip.
        icon: Name of a Material Design icon.
        toolbar: Also a button of the toolbar.
        enabled_when: Condition of availability; None: always.
        checked_when: Makes it a switch and gives its state.
    """

    id: str
    title: str
    run: Callable[[], object]
    menu: str = ""
    group: int = 0
    shortcut: str = ""
    tip: str = ""
    icon: str = ""
    toolbar: bool = False
    enabled_when: Callable[[], bool] | None = None
    checked_when: Callable[[], bool] | None = None
