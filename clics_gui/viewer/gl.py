"""Set-up of VisPy: Qt widgets, and the OpenGL functions of instanced drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clics_gui.viewer.frames import FrameCanvas

_ready = False


def import_opengl() -> None:
    """Import the OpenGL functions without Qt, on any thread.

    Raises:
        ImportError: PyOpenGL is missing.
        OSError: There is no OpenGL library.
    """
    import OpenGL

    OpenGL.ERROR_CHECKING = False  # a check after every call halves the frame rate
    OpenGL.ERROR_LOGGING = False
    import vispy.gloo.gl.glplus  # noqa: F401


def prepare() -> None:
    """Choose the backends of VisPy, on the GUI thread and before the first canvas; imports PySide6.

    Raises:
        RuntimeError: OpenGL is not available.
    """
    global _ready
    if _ready:
        return
    try:
        import_opengl()
        import vispy
        from vispy import app

        app.use_app("pyside6")
        vispy.use(gl="gl+")
    except (RuntimeError, ImportError, OSError) as problem:
        raise RuntimeError(f"Crystals cannot be drawn: OpenGL is not available ({problem}).") from problem
    _ready = True


def make_canvas(parent: Any) -> FrameCanvas:
    """A VisPy scene canvas inside a Qt widget."""
    prepare()
    from clics_gui.viewer.frames import FrameCanvas

    return FrameCanvas(parent)


def draw_offscreen(canvas: Any, size: tuple[int, int], background: str) -> Any:
    """Draw the scene of a canvas into ``size`` pixels, as an array (height, width, 4) of bytes.

    VisPy's ``render(size=…)`` fills only a corner if ``size`` differs from that of the canvas: it confuses the pixels
    of the canvas with those of the image. Here one is mapped onto the other.
    """
    from vispy import gloo

    width, height = size
    canvas.set_current()
    target = gloo.FrameBuffer(color=gloo.RenderBuffer((height, width)), depth=gloo.RenderBuffer((height, width)))
    canvas.push_fbo(target, (0, 0), size)
    try:
        whole = (0, 0, *canvas.physical_size)
        canvas.transforms.configure(viewport=(0, 0, width, height), fbo_size=size, fbo_rect=whole)
        canvas.context.clear(color=background, depth=True)
        canvas.draw_visual(canvas.scene)
        return target.read()
    finally:
        canvas.pop_fbo()
        target.delete()
