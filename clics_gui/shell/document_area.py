"""Centre of the window: a tab for each open document, or the welcome page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QStackedWidget, QTabBar, QTabWidget, QVBoxLayout, QWidget

from clics_gui.shell.welcome_page import Welcome
from clics_gui.state.actions import Action
from clics_gui.state.documents import Document, Documents
from clics_gui.style.plain import caption, tooltip
from clics_gui.style.widgets import tool_button

if TYPE_CHECKING:
    from clics_gui.style.theme import Theme

MakeView = Callable[[Document], QWidget]


class DocumentArea(QStackedWidget):
    """Keeps tabs and ``documents`` in step. The view of a document is made when its tab is first shown."""

    def __init__(self, documents: Documents, make_view: MakeView, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._documents = documents
        self._make_view = make_view
        self._ready = False
        self._pages: dict[Document, QWidget] = {}
        self._pages_of: dict[QWidget, frozenset[Document]] = {}
        self.welcome = Welcome(theme)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setMovable(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)  # titles are short already; more tabs scroll
        self.tabs.setIconSize(QSize(14, 14))
        self.addWidget(self.welcome)
        self.addWidget(self.tabs)
        self.tabs.currentChanged.connect(self._tab_changed)
        self.tabs.tabBar().tabMoved.connect(self._moved)
        self.tabs.tabBar().setAccessibleName("Open crystals")
        documents.added.connect(self._added)
        documents.removed.connect(self._removed)
        documents.current_changed.connect(self._current_changed)

    def make_views(self) -> None:
        """Allow views to be made; before, the window appears first and empty tabs cost nothing."""
        self._ready = True
        self._fill(self.tabs.currentWidget())

    def view_of(self, document: Document) -> QWidget | None:
        """View of a document; None if it was not made yet."""
        layout = self._pages[document].layout()
        item = layout.itemAt(0) if layout else None
        return item.widget() if item else None

    def add_page(self, widget: QWidget, title: str, of: Sequence[Document]) -> None:
        """Add a tab of several documents (a comparison); it closes with the first of them."""
        self._pages_of[widget] = frozenset(of)
        self.setCurrentWidget(self.tabs)
        self._add_close_button(self.tabs.addTab(widget, title), widget, lambda: self._close_page(widget))
        self.tabs.setCurrentWidget(widget)

    def menu_actions(self) -> list[Action]:
        """Actions that step through the tabs."""
        several = lambda: len(self._documents) > 1  # noqa: E731  used twice, and only here
        return [
            Action(
                id="panels.next-tab",
                title="Next crystal",
                run=lambda: self._step(1),
                menu="Panels",
                group=1,
                shortcut="Ctrl+Tab",
                tip="Go to the next tab",
                enabled_when=several,
            ),
            Action(
                id="panels.previous-tab",
                title="Previous crystal",
                run=lambda: self._step(-1),
                menu="Panels",
                group=1,
                shortcut="Ctrl+Shift+Tab",
                tip="Go to the previous tab",
                enabled_when=several,
            ),
        ]

    def _step(self, by: int) -> None:
        if self.tabs.count():
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())

    def _added(self, document: Document) -> None:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        self._pages[document] = page
        self.tabs.blockSignals(True)  # a first tab becomes current by itself, but that is for the documents to say
        index = self.tabs.addTab(page, _short(document.title))
        self.tabs.blockSignals(False)
        self.tabs.setTabToolTip(index, tooltip(_tooltip(document)))
        self._add_close_button(index, page, lambda: self._documents.close(document))
        self.setCurrentWidget(self.tabs)

    def _add_close_button(self, index: int, page: QWidget, close: Callable[[], object]) -> None:
        button = tool_button("✕", f"Close {self.tabs.tabText(index)} (Ctrl+W)", close)
        button.setObjectName("tab-close")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabs.tabBar().setTabButton(index, QTabBar.ButtonPosition.RightSide, button)

    def _removed(self, document: Document) -> None:
        for page in [page for page, of in self._pages_of.items() if document in of]:
            self._close_page(page)
        self._close_page(self._pages.pop(document))

    def _close_page(self, page: QWidget) -> None:
        self._pages_of.pop(page, None)
        self.tabs.removeTab(self.tabs.indexOf(page))
        for view in page.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            view.close()
        page.close()
        page.deleteLater()
        if self.tabs.count() == 0:
            self.setCurrentWidget(self.welcome)

    def _current_changed(self, document: Document | None) -> None:
        if document is not None:
            page = self._pages[document]
            self.tabs.setCurrentWidget(page)
            self._fill(page)

    def _tab_changed(self, _index: int) -> None:
        page = self.tabs.currentWidget()
        document = self._document_of(page)
        if document is not None:
            self._documents.set_current(document)
            self._fill(page)

    def _moved(self, _start: int, _end: int) -> None:
        pages = [self.tabs.widget(place) for place in range(self.tabs.count())]
        self._documents.arrange([document for page in pages if (document := self._document_of(page)) is not None])

    def _document_of(self, page: QWidget | None) -> Document | None:
        return next((document for document, other in self._pages.items() if other is page), None)

    def _fill(self, page: QWidget | None) -> None:
        document = self._document_of(page)
        if not self._ready or document is None or self.view_of(document) is not None:
            return
        layout = self._pages[document].layout()
        assert layout is not None
        layout.addWidget(self._make_view(document))


def _short(title: str) -> str:
    short = title if len(title) <= 40 else f"{title[:24]}…{title[-15:]}"
    return caption(short)


def _tooltip(document: Document) -> str:
    where: Path | str = document.path or (f"library: {document.library_id}" if document.library_id else "")
    return f"{document.title}\n{where}".strip()
