"""Box that selects the active library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QSizePolicy

from clics_gui.style.plain import shown, tooltip

if TYPE_CHECKING:
    from clics_gui.state.context import Context


class LibraryChooser(QComboBox):
    """Follows the list of known libraries; a choice applies to all searches."""

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._libraries = window.libraries
        self.setAccessibleName("Active library")
        self.setToolTip("The active library is used by all searches")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._choose)
        self._libraries.changed.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Fill the box from the list of libraries."""
        self.clear()
        for path in self._libraries.known:
            self.addItem(shown(self._libraries.name(path)), path)
            self.setItemData(self.count() - 1, tooltip(str(path or "Your own library")), Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self._libraries.known.index(self._libraries.current))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Narrow panels cut names, not their neighbours."""
        return QSize(90, super().minimumSizeHint().height())

    def _choose(self, place: int) -> None:
        path = self.itemData(place)
        self._libraries.use(path if isinstance(path, Path) else None)
