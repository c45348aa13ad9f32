"""The same graphs as :mod:`clics.model.graph` by a compiled kernel, several times faster.

The kernel (C sources in ``engine/graph_kernel``) follows the numpy modules step by step and takes its constants from them. Where
the package was installed without it (no compiler, no wheel of the platform) or a graph has other sizes than its tables, numpy
builds the graph. Both agree but for rounding (``tests/engine/model/test_compiled_graph.py``).
"""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clics.model import channels, equivalence, reflections

if TYPE_CHECKING:
    from clics.model.graph import GraphSettings

kernel: ModuleType | None
"""The compiled module; None where it is not installed."""
try:
    from clics.model import _graph_kernel as kernel
except ImportError:
    kernel = None

Array = NDArray[np.float64]
Fields = tuple[NDArray[Any], ...]
"""The arrays of a :class:`clics.model.graph.CrystalGraph`, in its order."""


def available(settings: GraphSettings) -> bool:
    """True where the kernel is installed and its channels have the sizes that these settings ask for."""
    return kernel is not None and settings.range_neighbours == channels.RANGE


def build(lattice: Array, numbers: NDArray[np.int64], frac: Array, settings: GraphSettings) -> Fields | None:
    """Build the arrays of a graph.

    Args:
        lattice: rows a, b, c (3, 3) in Å.
        numbers: (m,) atomic numbers.
        frac: (m, 3) fractional coordinates.
        settings: of the model that reads the graph; :func:`available` must be true of them.

    Returns:
        The arrays, or None where an atom's neighbours are out of reach.
    """
    assert kernel is not None  # the caller has asked
    made = kernel.build(
        np.ascontiguousarray(lattice), np.ascontiguousarray(numbers), np.ascontiguousarray(frac),
        settings.neighbours, settings.range_neighbours, settings.tie_width,
        *_channel_tables(), *_class_tables(_room(len(numbers))), *_reflection_tables(),
    )  # fmt: skip
    if made is None:
        return None
    shapes = (-1,), (-1,), (-1,), (-1,), (-1, 3), (-1,), (-1, channels.MOMENT), (-1, channels.ATOM)
    rest = (-1, channels.EDGE), (-1,), (-1,), (-1,)
    types = (*[np.int64] * 4, *[np.float32] * 7, np.int64)
    return tuple(
        np.frombuffer(data, kind).reshape(shape)
        for data, kind, shape in zip(made, types, (*shapes, *rest), strict=True)
    )


def _room(atoms: int) -> int:
    """Atoms for which random phases are drawn, in powers of two: a longer table begins with the shorter one."""
    return 1 << max(6, atoms - 1).bit_length()


@cache
def _channel_tables() -> tuple[NDArray[Any], ...]:
    return (
        np.asarray(channels.SPECIAL_COSINES, np.float64),
        np.array(channels.SHELL_TOLERANCES),
        np.array(channels.RADIAL_WIDTHS),
        np.array(channels.NEIGHBOUR_RANKS, np.int64),
        np.array(channels.MONOMIALS, np.int64),
    )


@cache
def _class_tables(atoms: int) -> tuple[Any, ...]:
    frequencies, phases = equivalence.random_waves(atoms)
    return frequencies, phases, equivalence.FUNCTIONS, equivalence.ROUNDS, equivalence.TOLERANCE


@cache
def _reflection_tables() -> tuple[Any, ...]:
    return (
        np.ascontiguousarray(reflections.INDICES, np.int64),
        np.ascontiguousarray(reflections.CHANGES, np.int64),
        np.ascontiguousarray(reflections.FORMS, np.float64),
        reflections.BLEND,
        reflections.LEAST,
        reflections.FLOOR,
    )
