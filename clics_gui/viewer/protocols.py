"""Interfaces of crystals and documents for the viewer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Species = tuple[tuple[str, float], ...]
"""Symbol and occupancy of everything that shares a site; the occupancies of a partly empty site sum below 1."""


class AtomsLike(Protocol):
    """Cell and sites."""

    @property
    def lattice(self) -> NDArray[np.float64]:
        """Rows a, b, c in Å, (3, 3)."""

    @property
    def frac(self) -> NDArray[np.float64]:
        """Fractional coordinates (n, 3), in any cell."""

    @property
    def species(self) -> Sequence[Species]:
        """Species of each site."""


class BondLike(Protocol):
    """Bond of site ``i`` to site ``j`` shifted by ``image`` cells; each bond is given once."""

    @property
    def i(self) -> int:
        """First site."""

    @property
    def j(self) -> int:
        """Second site."""

    @property
    def image(self) -> tuple[int, int, int]:
        """Cells between them."""


class DocumentLike(Protocol):
    """An open crystal. The four signals are Qt's."""

    crystal_changed: Any
    geometry_changed: Any
    selection_changed: Any
    highlight_changed: Any

    @property
    def title(self) -> str:
        """Short name."""

    @property
    def atoms(self) -> AtomsLike:
        """Cell and sites."""

    @property
    def geometry(self) -> Any:
        """``bonds`` and ``description`` of the crystal; None until known."""

    @property
    def selection(self) -> frozenset[int]:
        """Selected sites."""

    @property
    def highlighted(self) -> frozenset[int] | None:
        """Highlighted sites; None: no site is faded."""

    def select(self, sites: Iterable[int]) -> None:
        """Select these sites and no others."""
