"""``ConvexHull`` and ``QhullError`` of scipy, imported without the rest of ``scipy.spatial`` and ``scipy.linalg``.

The packages bring k-d trees, rotations, special functions and sparse matrices, which take longer to import than a crystal
takes to describe (docs/lab-notebook/startup.md). The compiled module for hulls needs none of them. It, and the module of
LAPACK that it asks for, are loaded under their own names, so that a later ``import scipy.spatial`` finds them in place: there
is one class ``ConvexHull`` in a process.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scipy.spatial import ConvexHull, QhullError

__all__ = ["ConvexHull", "QhullError"]

_bootstrap: Any = importlib._bootstrap
HULLS = "scipy.spatial._qhull"
NEEDED = ("scipy.linalg.cython_lapack",)
"""Compiled modules that the one of hulls imports."""


def _module_of_hulls() -> ModuleType:
    """The compiled module of hulls; the whole package where this scipy is laid out in another way."""
    scipy = importlib.util.find_spec("scipy")
    for name in (*NEEDED, HULLS):
        package = name.rpartition(".")[0]
        if name in sys.modules or package in sys.modules:
            continue
        folder = Path(scipy.origin).parent / package.partition(".")[2] if scipy is not None and scipy.origin else None
        spec = None if folder is None else PathFinder.find_spec(name, [str(folder)])
        if spec is None:
            return importlib.import_module("scipy.spatial")
        with _bootstrap._ModuleLockManager(name):  # as an import does it: another thread may import the package now
            if name not in sys.modules:
                _bootstrap._load_unlocked(spec)
    return importlib.import_module(HULLS)


if not TYPE_CHECKING:
    _hulls = _module_of_hulls()
    ConvexHull, QhullError = _hulls.ConvexHull, _hulls.QhullError
