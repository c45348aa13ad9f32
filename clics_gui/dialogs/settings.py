"""Settings dialog made from the schema: a page for each section, a row with a reset button for each field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clics_gui.state.settings import SettingsStore, pages
from clics_gui.state.settings_schema import option_title
from clics_gui.style.plain import tooltip
from clics_gui.style.widgets import buttons_of, label, tool_button


class SettingsDialog(QDialog):
    """A change applies at once, without confirmation. Deleted when it is closed."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(680, 420)
        self._store = store
        self._show: dict[tuple[str, str], Callable[[], None]] = {}
        names = QListWidget()
        names.setObjectName("pages")
        names.setFixedWidth(150)
        names.setProperty("role", "card")
        names.setAccessibleName("Pages of settings")
        stack = QStackedWidget()
        for section, page in pages(store.value).items():
            if not page.heading:
                continue
            entry = QListWidgetItem(page.heading, names)
            entry.setSizeHint(QSize(0, 28))
            stack.addWidget(self._page(section))
        names.currentRowChanged.connect(stack.setCurrentIndex)
        names.setCurrentRow(0)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(names)
        middle.addWidget(stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addLayout(middle, 1)
        layout.addWidget(buttons_of(self, ("Reset all", store.reset_all)))
        store.changed.connect(self._changed)

    def _changed(self, section: str, name: str) -> None:
        show = self._show.get((section, name))
        if show is not None:
            show()

    def _page(self, section: str) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 4, 4, 0)
        schema = type(getattr(self._store.value, section))
        layout.addWidget(label(schema.heading, "title"))
        layout.addSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        for row, (name, field) in enumerate(schema.model_fields.items()):
            editor = self._editor(section, name, field.annotation, field.metadata)
            editor.setToolTip(tooltip(field.description or ""))
            editor.setAccessibleName(field.title or name)
            editor.setObjectName(f"{section}.{name}")
            title = label(field.title or name)
            title.setBuddy(editor)
            hint = label(field.description or "", "muted", wrap=True)
            grid.addWidget(title, 3 * row, 0)
            grid.addWidget(hint, 3 * row + 1, 0)
            grid.addWidget(editor, 3 * row, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(self._reset(section, name), 3 * row, 2, 2, 1, Qt.AlignmentFlag.AlignVCenter)
            grid.setRowMinimumHeight(3 * row + 2, 10)
            self._changed(section, name)
        layout.addLayout(grid)
        layout.addStretch()
        return page

    def _reset(self, section: str, name: str) -> QWidget:
        tip = f"Reset to {option_title(self._store.default(section, name))}"
        button = tool_button("↺", tip, lambda: self._store.reset(section, name))
        show = self._show[section, name]

        def tell() -> None:
            show()
            button.setEnabled(self._store.get(section, name) != self._store.default(section, name))

        self._show[section, name] = tell
        return button

    def _editor(self, section: str, name: str, kind: Any, limits: list[Any]) -> QWidget:
        def store(value: object) -> None:
            self._store.set(section, name, value)

        def value() -> Any:
            return self._store.get(section, name)

        if get_origin(kind) is Literal:
            choice = QComboBox()
            for option in get_args(kind):
                choice.addItem(option_title(option), option)
            choice.activated.connect(lambda place: store(choice.itemData(place)))
            self._show[section, name] = lambda: choice.setCurrentIndex(choice.findData(value()))
            return choice
        if kind is bool:
            box = QCheckBox()
            box.toggled.connect(store)
            self._show[section, name] = lambda: box.setChecked(value())
            return box
        if kind is int:
            spin = QSpinBox()
            low = next((limit.ge for limit in limits if hasattr(limit, "ge")), 0)
            high = next((limit.le for limit in limits if hasattr(limit, "le")), 2**31 - 1)
            spin.setRange(low, high)
            spin.setKeyboardTracking(False)
            spin.valueChanged.connect(store)
            self._show[section, name] = lambda: spin.setValue(value())
            return spin
        raise TypeError(f"The settings dialog has no editor for {section}.{name} of type {kind}.")
