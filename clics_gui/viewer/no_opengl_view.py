"""Replacement of the crystal view without OpenGL: a still picture and the reason."""

from __future__ import annotations

import logging

from PySide6.QtGui import QOpenGLContext, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clics_gui.style.widgets import label
from clics_gui.viewer.gl import prepare
from clics_gui.viewer.protocols import DocumentLike
from clics_gui.viewer.thumbnail import paint_atoms

WHY = (
    "OpenGL is not available on this screen, so the crystal is shown as a still picture. Install the graphics driver, or "
    "Mesa's software renderer (libgl1-mesa-dri), and restart CLICS. Everything else works."
)
MARGIN = 24
log = logging.getLogger(__name__)


def opengl_works() -> bool:
    """True if an OpenGL context can be made on this screen, and its functions be called.

    Raises:
        RuntimeError: A package that draws is missing, which is no matter of the screen.
    """
    if not QOpenGLContext().create():
        return False
    try:
        prepare()
    except RuntimeError as problem:
        if isinstance(problem.__cause__, ImportError):
            raise
        log.warning("%s", problem)
        return False
    return True


class NoOpenGLView(QWidget):
    """Still picture of a document, painted by Qt."""

    def __init__(self, document: DocumentLike) -> None:
        super().__init__()
        self._document = document
        self.setAccessibleName("Still picture of the crystal")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.addStretch()
        layout.addWidget(label(WHY, "muted", wrap=True))
        document.crystal_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the crystal above the explanation."""
        width, height = self.width() - 2 * MARGIN, self.height() - 5 * MARGIN
        if width > 0 and height > 0:
            line = self.palette().color(self.foregroundRole()).name()
            image = paint_atoms(self._document.atoms, width, height, ratio=self.devicePixelRatioF(), line=line)
            painter = QPainter(self)
            painter.drawImage(MARGIN, MARGIN, image)
            painter.end()
