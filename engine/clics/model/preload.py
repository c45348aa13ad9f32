"""Torch's native libraries, loaded while other threads go on.

``import torch`` has the system load half a gigabyte of machine code and resolve its symbols while it holds the lock that
all threads of Python share: a window stands still for a fifth of a second with warm files, for seconds with cold ones. A
foreign function called through ctypes gives that lock back, so the same work is done by a call of ``dlopen`` before; the
import finds the libraries in place. Windows needs nothing of it: there torch itself loads its libraries through ctypes.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

LIBRARIES = ("c10", "torch_cpu", "torch_python")
"""In the order of their dependence. What belongs to CUDA is left to torch, which knows where its parts are."""


def load_torch_libraries() -> bool:
    """Load them; whether that was done. What cannot be loaded so is left to ``import torch`` to load or to report."""
    if "torch" in sys.modules or os.name != "posix":
        return False
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None:
        return False
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    open_library = ctypes.CDLL(None).dlopen
    open_library.argtypes, open_library.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    paths = [Path(found.origin).parent / "lib" / f"lib{name}{suffix}" for name in LIBRARIES]
    loaded = [open_library(os.fsencode(path), os.RTLD_NOW) for path in paths]
    return all(loaded)
