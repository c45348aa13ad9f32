"""Load torch's native libraries without holding the global interpreter lock.

``import torch`` loads half a gigabyte of machine code and resolves its symbols while it holds that lock: a window freezes for a
fifth of a second with warm files, for seconds with cold ones. A foreign function called through ctypes releases the lock, so
``dlopen`` is called here first; the import then finds the libraries in place. On Windows torch itself loads its libraries through
ctypes.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

LIBRARIES = ("c10", "torch_cpu", "torch_python")
"""In the order of their dependence. CUDA's libraries are left to torch, which knows their folders."""


def load_torch_libraries() -> bool:
    """Load the libraries with ``dlopen``; failures are left to ``import torch``, which reports them.

    Returns:
        Whether all were loaded here; False on Windows and where torch is imported already.
    """
    if "torch" in sys.modules or os.name != "posix":
        return False
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    open_library = ctypes.CDLL(None).dlopen
    open_library.argtypes, open_library.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    paths = [Path(spec.origin).parent / "lib" / f"lib{name}{suffix}" for name in LIBRARIES]
    loaded = [open_library(os.fsencode(path), os.RTLD_NOW) for path in paths]
    return all(loaded)
