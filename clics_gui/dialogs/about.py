"""Dialog About: version, licences, attribution of data, citation."""

from __future__ import annotations

from clics import __version__
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from clics_gui.dialogs.credits import ATTRIBUTION, CITATION, parts
from clics_gui.style.widgets import buttons_of, label


class AboutDialog(QDialog):
    """Deleted when it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About CLICS")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(620, 460)
        title = label(f"CLICS {__version__}", "title")
        what = label(
            "Analyses the geometry of crystal structures and searches for structures by geometry. Works offline.",
            "muted",
        )
        pages = QTabWidget()
        pages.setDocumentMode(True)
        pages.addTab(_text(("Data", ATTRIBUTION), ("Please cite", CITATION)), "Data and citation")
        pages.addTab(
            _text(("Licence", "CLICS is free software under the Apache License 2.0."), tail=_licences()), "Licences"
        )
        text = f"{CITATION}\n\n{ATTRIBUTION}"
        buttons = buttons_of(self, ("Copy citation", lambda: QGuiApplication.clipboard().setText(text)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(what)
        layout.addSpacing(6)
        layout.addWidget(pages, 1)
        layout.addWidget(buttons)


def _text(*paragraphs: tuple[str, str], tail: QWidget | None = None) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(2, 12, 2, 2)
    for heading, text in paragraphs:
        body = label(text, wrap=True)
        body.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        layout.addWidget(label(heading, "heading"))
        layout.addWidget(body)
        layout.addSpacing(10)
    if tail is None:
        layout.addStretch()
    else:
        layout.addWidget(tail, 1)
    return page


def _licences() -> QTableWidget:
    packages = parts()
    table = QTableWidget(len(packages), 3)
    table.setHorizontalHeaderLabels(["Library", "Version", "Licence"])
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    for row, part in enumerate(packages):
        for column, text in enumerate((part.name, part.version, part.licence)):
            table.setItem(row, column, QTableWidgetItem(text))
    table.resizeColumnsToContents()
    table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
    return table
