"""The compiled kernel of ``engine/graph_kernel``; :mod:`clics.model.compiled_graph` says what its arguments are."""

from typing import Any

from numpy.typing import NDArray

def build(
    lattice: NDArray[Any],
    numbers: NDArray[Any],
    frac: NDArray[Any],
    neighbours: int,
    range_neighbours: int,
    tie_width: float,
    /,
    *tables: Any,
) -> tuple[bytearray, ...] | None: ...
