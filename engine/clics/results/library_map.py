"""The map of a library: its crystals in the plane of the two principal components of their vectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """Two principal axes, on which vectors are projected.

    Attributes:
        centre: Mean vector (m,), which is projected on the origin.
        directions: Orthonormal axes (m, 2).
        explained: Fraction of the variance along each axis, in [0, 1].
    """

    centre: NDArray[np.float64]
    directions: NDArray[np.float64]
    explained: tuple[float, float]

    def project(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Coordinates (n, 2) of vectors (n, m)."""
        coordinates = (vectors.astype("float64") - self.centre) @ self.directions
        projected: NDArray[np.float32] = coordinates.astype("float32")
        return projected


@dataclass(frozen=True, slots=True, eq=False)
class LibraryMap:
    """The n crystals of a library that have a vector, in the order in which they were added.

    Attributes:
        library: Name of the library.
        revision: Its revision when the map was made.
        keys: Keys (n,) of the crystals.
        ids: Their ids.
        formulas: Reduced formulas.
        crystal_systems: Crystal systems; empty where not known.
        elements: Elements of each crystal.
        space_groups: Space-group symbols; empty where not known.
        xy: Coordinates (n, 2) on the principal axes.
        axes: The principal axes.
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
        """Fraction of the variance of all vectors along each axis, in [0, 1]."""
        return self.axes.explained

    def without_texts(self) -> LibraryMap:
        """The same crystals and axes without ids and other texts: enough for scores, and sent fast to another process."""
        return replace(self, ids=(), formulas=(), crystal_systems=(), elements=(), space_groups=())


@dataclass(frozen=True, slots=True, eq=False)
class MapScores:
    """The scores of a query for the crystals of a map.

    Attributes:
        scores: Scores (n,) in [-1, 1]; NaN for a crystal that was removed meanwhile.
        position: Coordinates of the query on the map; None for a phrase.
    """

    scores: NDArray[np.float32]
    position: tuple[float, float] | None
