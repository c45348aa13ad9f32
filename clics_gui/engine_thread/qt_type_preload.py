"""PySide6's types, made on the GUI thread before another thread paints with them.

PySide6 makes a Python type when it is first asked for, by name, as an argument or as a result. It leaves its tables
open meanwhile and runs Python code (enums), at which another thread may take its turn; if that one asks for a type too,
the process dies of a segmentation fault, then or later. So only the GUI thread may make types, which means: modules
that import PySide6 are imported there, and painting on an engine thread waits for :func:`make_all`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache, partial
from types import ModuleType

from PySide6 import QtCore, QtGui

TOGETHER = 20
"""Types made in one go, in some 3 ms."""


def slices() -> list[Callable[[], None]]:
    """All types of QtCore and QtGui, a few by each function; nothing paints widgets on another thread."""
    names = [(module, name) for module in (QtCore, QtGui) for name in dir(module)]
    return [partial(_make, names[start : start + TOGETHER]) for start in range(0, len(names), TOGETHER)]


@cache
def make_all() -> None:
    """Make what is not made yet; from then on images may be painted on any thread. Call it on the GUI thread."""
    for one in slices():
        one()


def _make(names: list[tuple[ModuleType, str]]) -> None:
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("Types of Qt are made on the GUI thread alone.")
    for module, name in names:
        getattr(module, name)
