"""The compiled kernel of ``engine/shape_kernel``; see :mod:`clics.descriptions.shapes.compiled`."""

from typing import Any

from numpy.typing import NDArray

def small(points: NDArray[Any], references: NDArray[Any], rows: NDArray[Any], begins: NDArray[Any], /) -> bytearray: ...
def large(
    points: NDArray[Any],
    reference: NDArray[Any],
    vertices: NDArray[Any],
    centres: NDArray[Any],
    keep: NDArray[Any],
    damping: float,
    tiny: float,
    room: int,
    /,
) -> tuple[float, bytearray]: ...
