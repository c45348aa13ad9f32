"""Checks the screen before Qt does: Qt would end the process without an explanation."""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

NO_SCREEN = (
    "there is no screen to draw on (neither DISPLAY nor WAYLAND_DISPLAY is set). Start it in a desktop session, or use "
    "the command line: clics --help"
)


def screen_fault() -> str:
    """A sentence on why Qt could not open a window, without the program's name; "" where it can."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    if not os.environ.get("DISPLAY"):
        return NO_SCREEN
    return _missing_library() or _refused_connection()


def _missing_library() -> str:
    spec = find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return ""  # a broken installation, which the import tells
    plugin = Path(spec.submodule_search_locations[0]) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if not plugin.exists():  # Qt of a distribution has it elsewhere
        return ""
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return (
            f"a library for windows is missing ({error}). Install the libraries of X11 that Qt needs, on Debian and Ubuntu: "
            "apt install libegl1 libgl1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxkbcommon-x11-0 libdbus-1-3"
        )
    return ""


def _refused_connection() -> str:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if refused:
        return (
            f"the screen {os.environ['DISPLAY']} cannot be opened. Check DISPLAY, and that you may draw on that screen."
        )
    return ""
