"""What the viewer imports when it first draws, imported beforehand on another thread. No Qt object is made here."""

from __future__ import annotations

from contextlib import suppress


def import_everything() -> None:
    """VisPy, SciPy's geometry and the viewer itself; some tenths of a second that the window need not wait for."""
    import scipy.spatial  # noqa: F401
    import vispy.scene  # noqa: F401

    import clics_gui.viewer.view  # noqa: F401
    from clics_gui.viewer.gl import prepare

    with suppress(RuntimeError):  # is raised again, and told, when a crystal is to be drawn
        prepare()
