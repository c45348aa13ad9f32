"""The compiled kernel of shape measures, where it is installed.

Its C sources (``engine/shape_kernel``) follow :mod:`clics.descriptions.shapes.small` and ``large`` step by step, one assignment
and one start at a time. Those modules are the reference, and search where the kernel is not installed
(``tests/engine/descriptions/test_compiled_shapes.py``).
"""

from __future__ import annotations

from types import ModuleType

kernel: ModuleType | None
"""The compiled module; None where it is not installed."""
try:
    from clics.descriptions.shapes import _shape_kernel as kernel
except ImportError:
    kernel = None
