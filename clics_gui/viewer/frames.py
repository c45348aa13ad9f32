"""Frames of a VisPy canvas: smooth at rest, drafts of fewer pixels while things move and drawing is slow."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat
from vispy.gloo import gl
from vispy.scene import SceneCanvas

from clics_gui.viewer.adaptive_quality import AdaptiveQuality

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

SAMPLES = 4
"""Samples of a pixel at rest."""


class FrameCanvas(SceneCanvas):  # type: ignore[misc]  # VisPy has no types
    """Draws into a buffer of its own, which is copied to the widget.

    ``draft``: the next frames may be coarse; set by the code that moves things, if ``quality.slow``.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            keys=None, parent=parent, show=False, vsync=True, config={"samples": 0, "depth_size": 24}, autoswap=False,
            dpi=parent.logicalDpiX(),  # else VisPy starts xdpyinfo and xrandr and waits for them
        )  # fmt: skip
        self.unfreeze()
        self.quality = AdaptiveQuality()
        self.draft = False
        self._smooth: QOpenGLFramebufferObject | None = None
        self._rough: QOpenGLFramebufferObject | None = None
        self._bound: QOpenGLFramebufferObject | None = None
        own: Any = self._backend._vispy_get_fb_bind_location
        self._backend._vispy_get_fb_bind_location = lambda: own() if self._bound is None else self._bound.handle()
        self.freeze()

    def on_draw(self, event: Any) -> None:
        """VisPy's hook: draw the scene and measure the time."""
        begin = time.perf_counter()
        draft = self.draft
        whole = QSize(*self.physical_size)
        buffer = self._bound = self._buffer(whole, draft)
        try:
            self._draw_into(buffer.size(), whole)
            super().on_draw(event)
            self.context.flush_commands()
        finally:
            self._bound = None
        self.set_current()
        self._draw_into(whole, whole)
        self.context.flush_commands()
        blit: Any = QOpenGLFramebufferObject.blitFramebuffer
        blit(None, _rect(whole), buffer, _rect(buffer.size()), gl.GL_COLOR_BUFFER_BIT, gl.GL_LINEAR)
        gl.glFinish()
        self.quality.drew(time.perf_counter() - begin, draft=draft)

    def _draw_into(self, size: QSize, whole: QSize) -> None:
        """Map the pixels of the widget onto those of a buffer.

        VisPy's stack of viewports is left alone: it forgets the mapping and then assumes the next one to be known.
        """
        pixels = (size.width(), size.height())
        self.context.set_viewport(0, 0, *pixels)
        self.transforms.configure(
            viewport=(0, 0, *pixels), fbo_size=pixels, fbo_rect=(0, 0, whole.width(), whole.height())
        )

    def let_go(self) -> None:
        """Release the buffers while the context lives."""
        self._backend.makeCurrent()
        self._smooth = self._rough = None

    def _buffer(self, whole: QSize, draft: bool) -> QOpenGLFramebufferObject:
        if draft:
            share = self.quality.share
            size = QSize(max(1, round(whole.width() * share)), max(1, round(whole.height() * share)))
            self._rough = _fitting(self._rough, size, 0)
            return self._rough
        self._smooth = _fitting(self._smooth, whole, SAMPLES)
        return self._smooth


def _fitting(buffer: QOpenGLFramebufferObject | None, size: QSize, samples: int) -> QOpenGLFramebufferObject:
    """The buffer if it has the right size, otherwise a new one."""
    if buffer is not None and buffer.size() == size:
        return buffer
    wanted = QOpenGLFramebufferObjectFormat()
    wanted.setSamples(samples)
    wanted.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
    return QOpenGLFramebufferObject(size, wanted)


def _rect(size: QSize) -> QRect:
    return QRect(QPoint(0, 0), size)
