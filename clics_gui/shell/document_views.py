"""Views of the open documents: made on demand, restored from the last session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from clics.results import CellKind

    from clics_gui.state.context import Context
    from clics_gui.state.documents import Document
    from clics_gui.viewer.compare import CompareView
    from clics_gui.viewer.view import CrystalView

ViewState = dict[str, Any]
MOST_COMPARED = 4


def name_of(document: Document) -> str:
    """Name of a document that is the same in every session: its origin."""
    return f"{document.path or ''}\n{document.library_id or ''}\n{document.crystal.block}"


class Views(QObject):
    """Views by document. The viewer, with VisPy and OpenGL, is imported for the first of them."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._views: dict[Document, CrystalView] = {}
        self._drawable: bool | None = None
        self.remembered: dict[str, ViewState] = {}
        """States of views that are not made yet, by :func:`name_of`."""
        context.documents.removed.connect(self._forget)
        context.theme.changed.connect(self._theme_changed)

    @property
    def current(self) -> CrystalView | None:
        """View of the current document; None if it was not made."""
        document = self._context.documents.current
        return None if document is None else self._views.get(document)

    def make(self, document: Document) -> QWidget:
        """View of a document in the style of the settings or of the last session; a still picture without OpenGL."""
        from clics_gui.viewer.no_opengl_view import WHY, NoOpenGLView, opengl_works

        if self._drawable is None:
            self._drawable = opengl_works()
            if not self._drawable:
                self._context.notify(WHY, "warning")
        if not self._drawable:
            return NoOpenGLView(document)
        from clics_gui.viewer.scene import SceneSettings
        from clics_gui.viewer.view import CrystalView

        wanted = self._context.settings.value.viewer
        settings = SceneSettings(
            representation=wanted.representation,
            preset=self._preset(),
            images=wanted.image_atoms,
            completion=wanted.completion,
        )
        view = CrystalView(document, settings, icons=self._icon)
        export = self._context.settings.value.export
        view.picture_defaults = {"dpi": export.dpi, "transparent": export.transparent}
        self._views[document] = view
        view.canvas.set_perspective(wanted.perspective)
        view.bar.switches["perspective"].setChecked(wanted.perspective)
        view.cell_requested.connect(lambda kind: self._context.change_cell(document, cast("CellKind", kind)))
        view.bonds_corrected.connect(lambda rules: self._context.correct_bonds(document, rules))
        view.message.connect(lambda message: self._context.notify(message, "info"))
        view.settings_changed.connect(lambda _settings: self._context.refresh_actions())
        state = self.remembered.pop(name_of(document), None)
        if state is not None:
            view.restore(state)
        return view

    def state_of(self, document: Document) -> ViewState:
        """State of a view for the session file."""
        view = self._views.get(document)
        return self.remembered.get(name_of(document), {}) if view is None else view.state()

    def picture(self, width: int, height: int) -> QImage | None:
        """The current crystal in its present view, on white and without the axes; None if it is not drawn.

        Args:
            width: Pixels.
            height: Pixels.
        """
        view = self.current
        if view is None or view.canvas.scene is None:
            return None
        writing = view.canvas.writing
        shown, writing.gizmo = writing.gizmo, False
        try:
            return view.canvas.grab(width, height, background="white")
        finally:
            writing.gizmo = shown

    def comparison(self) -> tuple[CompareView, list[Document]]:
        """The current document and those after it, at most four, in one view with one scale."""
        from clics_gui.viewer.compare import CompareView

        documents = list(self._context.documents)
        current = self._context.documents.current
        first = documents.index(current) if current is not None else 0
        chosen = (documents[first:] + documents[:first])[:MOST_COMPARED]
        view = self.current
        return CompareView(chosen, None if view is None else view.settings), chosen

    def _preset(self) -> str:
        style = self._context.settings.value.viewer.style
        if style == "automatic":
            return "dark" if self._context.theme.dark else "vesta"
        return style

    def _icon(self, name: str) -> QIcon:
        return self._context.theme.icon(name)

    def _theme_changed(self) -> None:
        """Draw icons again; views in the automatic colour scheme follow the theme."""
        automatic = self._context.settings.value.viewer.style == "automatic"
        before = "vesta" if self._context.theme.dark else "dark"
        for view in self._views.values():
            view.bar.set_icons(self._icon)
            if automatic and view.settings.preset == before:
                view.change(preset=self._preset())

    def _forget(self, document: Document) -> None:
        self._views.pop(document, None)
