"""Imports of the viewer ahead of its first picture: some on another thread, those of Qt on the GUI thread."""

from __future__ import annotations

from contextlib import suppress


def import_without_qt() -> None:
    """Import VisPy and OpenGL on the window's other thread, without PySide6."""
    import vispy.scene  # noqa: F401

    from clics_gui.viewer.gl import import_opengl

    with suppress(RuntimeError, ImportError, OSError):  # is raised again, and told, when a crystal is to be drawn
        import_opengl()


def import_with_qt() -> None:
    """Import the viewer and VisPy's Qt backend on the GUI thread.

    :mod:`clics_gui.engine_thread.qt_type_preload` explains why only there.
    """
    import clics_gui.viewer.view  # noqa: F401
    from clics_gui.viewer.gl import prepare

    with suppress(RuntimeError):  # is raised again, and told, when a crystal is to be drawn
        prepare()
