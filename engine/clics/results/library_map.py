"""The map of a library: its crystals on the two principal axes of their vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """Where vectors (n, m) lie on two axes: ``middle`` (m,) goes to the origin, ``directions`` (m, 2) are orthonormal.

    ``explained`` are the shares of the variance of what they were made from that the two carry, in [0, 1].
    """

    middle: NDArray[np.float64]
    directions: NDArray[np.float64]
    explained: tuple[float, float]

    def place(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Coordinates (n, 2) of vectors (n, m)."""
        placed: NDArray[np.float32] = ((vectors.astype("float64") - self.middle) @ self.directions).astype("float32")
        return placed


@dataclass(frozen=True, slots=True, eq=False)
class LibraryMap:
    """Crystals that have a vector, in the order they were added, and where they lie.

    ``xy`` (n, 2) are coordinates on the two axes along which the vectors vary most. ``crystal_systems`` is "" where it is
    not known. ``keys`` (n,) name the crystals inside the library ``library`` as of its ``revision``.
    """

    library: str
    revision: int
    keys: NDArray[np.int64]
    ids: tuple[str, ...]
    formulas: tuple[str, ...]
    crystal_systems: tuple[str, ...]
    elements: tuple[tuple[str, ...], ...]
    space_groups: tuple[str, ...]
    xy: NDArray[np.float32]
    axes: Axes

    @property
    def explained(self) -> tuple[float, float]:
        """The shares of the variance of all vectors that the two axes carry, in [0, 1]."""
        return self.axes.explained


@dataclass(frozen=True, slots=True, eq=False)
class MapScores:
    """A query on a map: how near it is to each crystal, and where it lies.

    ``scores`` (n,) in [-1, 1] are cosines, or of several things their weighed mean; NaN for a crystal that is gone.
    """

    scores: NDArray[np.float32]
    place: tuple[float, float] | None
