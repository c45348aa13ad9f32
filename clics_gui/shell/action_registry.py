"""Menus, toolbar and shortcuts of the window, made of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from clics_gui.state.actions import Action
from clics_gui.style.plain import caption, shown, tooltip

if TYPE_CHECKING:
    from clics_gui.style.theme import Theme

MENUS = ("File", "Edit", "View", "Crystal", "Search", "Library", "Model", "Panels", "Help")
"""Menus of the menu bar, in this order; those without an action are not shown."""


class ActionRegistry(QObject):
    """Menus, toolbar and shortcuts of one window, made from actions."""

    changed = Signal()

    def __init__(self, window: QMainWindow, toolbar: QToolBar, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._toolbar = toolbar
        self._theme = theme
        self._actions: dict[str, tuple[Action, QAction]] = {}
        self._menus: dict[str, QMenu] = {}
        self._icons = False
        theme.changed.connect(self.paint_icons)
        for name in MENUS:
            self._menu(name).menuAction().setVisible(False)

    def __iter__(self) -> Iterator[Action]:
        return iter([action for action, _ in self._actions.values()])

    def add(self, actions: Sequence[Action]) -> None:
        """Add actions.

        Raises:
            ValueError: An id or a shortcut is taken.
        """
        for action in actions:
            self._check(action)
            made = QAction(caption(action.title), self._window)
            made.setObjectName(action.id)
            made.setCheckable(action.checked_when is not None)
            if action.shortcut:
                made.setShortcut(QKeySequence.fromString(action.shortcut))
            made.setToolTip(tooltip(_tooltip(action, made.shortcut())))
            made.setStatusTip(shown(action.tip))
            made.triggered.connect(lambda _checked=False, run=action.run: self._run(run))
            self._window.addAction(made)
            self._actions[action.id] = (action, made)
        if self._icons:
            self.paint_icons()
        self._fill_menus({action.menu for action in actions if action.menu})
        self._fill_toolbar()
        self.refresh()
        self.changed.emit()

    def replace(self, menu: str, actions: Sequence[Action]) -> None:
        """Replace all actions of one menu (recent files)."""
        for id_, (action, made) in list(self._actions.items()):
            if action.menu == menu:
                del self._actions[id_]
                self._window.removeAction(made)
                made.deleteLater()
        self._fill_menus({menu})
        self.add(actions)

    def refresh(self) -> None:
        """Evaluate all conditions again."""
        for action, made in self._actions.values():
            made.setEnabled(action.enabled_when is None or action.enabled_when())
            if action.checked_when is not None:
                made.setChecked(action.checked_when())

    def trigger(self, id_: str) -> bool:
        """Run an action if it is enabled.

        Returns:
            True if it ran.

        Raises:
            KeyError: There is no such action.
        """
        action, made = self._actions[id_]
        if not self.enabled(action):
            return False
        made.trigger()
        return True

    def enabled(self, action: Action) -> bool:
        """True if the action can run now."""
        return action.enabled_when is None or action.enabled_when()

    def paint_icons(self) -> None:
        """Draw the icons in the present colours. The first call loads the icon font, after the window is visible."""
        self._icons = True
        for action, made in self._actions.values():
            if action.icon:
                made.setIcon(self._theme.icon(action.icon))

    def _run(self, run: Callable[[], object]) -> None:
        run()
        self.refresh()

    def _check(self, action: Action) -> None:
        if action.id in self._actions:
            raise ValueError(f"There is an action {action.id} already.")
        for other, made in self._actions.values():
            if action.shortcut and made.shortcut() == QKeySequence.fromString(action.shortcut):
                raise ValueError(f"{action.id}: {action.shortcut} is the shortcut of {other.id} already.")

    def _menu(self, path: str) -> QMenu:
        if path not in self._menus:
            above, _, name = path.rpartition("/")
            if above:
                menu = QMenu(name, self._menu(above))
            else:
                menu = QMenu(name, self._window.menuBar())
                self._window.menuBar().addMenu(menu)
            menu.setToolTipsVisible(True)
            self._menus[path] = menu
            if above:
                self._fill(above)
        return self._menus[path]

    def _fill_menus(self, paths: set[str]) -> None:
        for path in paths:
            self._menu(path)
            self._fill(path)
        for name in MENUS:
            self._menu(name).menuAction().setVisible(bool(self._menu(name).actions()))

    def _fill(self, path: str) -> None:
        menu = self._menu(path)
        menu.clear()
        inside = [pair for pair in self._actions.values() if pair[0].menu == path]
        group: int | None = None
        for action, made in sorted(inside, key=lambda pair: pair[0].group):
            if group is not None and action.group != group:
                menu.addSeparator()
            group = action.group
            menu.addAction(made)
        below = [other for name, other in self._menus.items() if name.rpartition("/")[0] == path]
        for other in below:
            before = menu.actions()[1] if path == "File" and len(menu.actions()) > 1 else None
            if before is None:
                menu.addMenu(other)
            else:
                menu.insertMenu(before, other)

    def _fill_toolbar(self) -> None:
        for made in self._toolbar.actions():
            self._toolbar.removeAction(made)
            if made.isSeparator():  # Qt would keep it as long as the toolbar
                made.deleteLater()
        shown = [pair for pair in self._actions.values() if pair[0].toolbar]
        order = {name: place for place, name in enumerate(MENUS)}
        last: str | None = None
        for action, made in sorted(shown, key=lambda pair: order.get(pair[0].menu.split("/")[0], len(order))):
            menu = action.menu.split("/")[0]
            if last is not None and menu != last:
                self._toolbar.addSeparator()
            last = menu
            self._toolbar.addAction(made)


def _tooltip(action: Action, shortcut: QKeySequence) -> str:
    text = action.tip or action.title
    keys = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({keys})" if keys else text
