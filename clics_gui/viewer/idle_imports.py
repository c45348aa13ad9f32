"""What the viewer imports when it first draws, imported beforehand: what knows no Qt on a lane, the rest on the GUI thread."""

from __future__ import annotations

from contextlib import suppress


def import_foreign() -> None:
    """VisPy, OpenGL and SciPy's geometry: a second that the window need not wait for. Nothing of it imports PySide6."""
    import scipy.spatial  # noqa: F401
    import vispy.scene  # noqa: F401

    from clics_gui.viewer.gl import import_opengl

    with suppress(RuntimeError, ImportError, OSError):  # is raised again, and told, when a crystal is to be drawn
        import_opengl()


def import_own() -> None:
    """The viewer itself and VisPy's part for Qt; on the GUI thread (:mod:`clics_gui.shell.qt_type_preload` says why)."""
    import clics_gui.viewer.view  # noqa: F401
    from clics_gui.viewer.gl import prepare

    with suppress(RuntimeError):  # is raised again, and told, when a crystal is to be drawn
        prepare()
