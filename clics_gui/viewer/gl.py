"""VisPy set up once for the program: Qt's widgets, and the OpenGL calls that instanced drawing needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clics_gui.viewer.frames import FrameCanvas

_ready = False


def import_opengl() -> None:
    """Import the calls of OpenGL without Qt; any thread. Raises ImportError or OSError where there are none."""
    import OpenGL

    OpenGL.ERROR_CHECKING = False  # a check after every call halves the frame rate
    OpenGL.ERROR_LOGGING = False
    import vispy.gloo.gl.glplus  # noqa: F401


def prepare() -> None:
    """Choose VisPy's backends; to be called before the first canvas is made, on the GUI thread: it imports PySide6.

    Raises RuntimeError, with what to install, where OpenGL cannot be had.
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
        raise RuntimeError(f"Crystals cannot be drawn: OpenGL is not to be had here ({problem}).") from problem
    _ready = True


def make_canvas(parent: Any) -> FrameCanvas:
    """A VisPy scene canvas inside a Qt widget."""
    prepare()
    from clics_gui.viewer.frames import FrameCanvas

    return FrameCanvas(parent)


def draw_offscreen(canvas: Any, size: tuple[int, int], background: str) -> Any:
    """Draw what a canvas shows into ``size`` pixels, as an array (height, width, 4) of bytes.

    VisPy's own ``render(size=…)`` fills only a corner where ``size`` is not the canvas's: it takes the pixels of the
    canvas for those of the image. Here the one is mapped onto the other.
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
