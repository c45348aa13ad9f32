"""``ConvexHull`` and ``QhullError`` of scipy, imported without the rest of ``scipy.spatial``.

The package brings k-d trees, rotations, special functions and sparse matrices, which take longer to import than a crystal
takes to describe (docs/lab-notebook/startup.md). Its compiled module for hulls needs none of them. It is loaded under its
own name, so that a later ``import scipy.spatial`` finds it in place: there is one class ``ConvexHull`` in a process.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scipy.spatial import ConvexHull, QhullError

__all__ = ["ConvexHull", "QhullError"]

PACKAGE = "scipy.spatial"


def _module_of_hulls() -> ModuleType:
    """The compiled module of hulls; the whole package where it is imported already, or has no such module."""
    name = f"{PACKAGE}._qhull"
    scipy = importlib.util.find_spec("scipy")
    if PACKAGE in sys.modules or name in sys.modules or scipy is None or scipy.origin is None:
        return sys.modules.get(name) or importlib.import_module(PACKAGE)
    spec = PathFinder.find_spec(name, [str(Path(scipy.origin).parent / "spatial")])
    if spec is None or spec.loader is None:
        return importlib.import_module(PACKAGE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if not TYPE_CHECKING:
    _hulls = _module_of_hulls()
    ConvexHull, QhullError = _hulls.ConvexHull, _hulls.QhullError
