"""What the viewer needs of a crystal and of an open document; ``clics.crystal_service`` and ``clics_gui.state.documents`` have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Species = tuple[tuple[str, float], ...]
"""Symbol and occupancy of everything that shares a site; the occupancies of a partly empty site sum below 1."""


class AtomsLike(Protocol):
    """Cell and sites: ``lattice`` (3, 3) rows a, b, c in Å; ``frac`` (n, 3) fractional coordinates, any cell."""

    @property
    def lattice(self) -> NDArray[np.float64]:
        """Rows a, b, c in Å."""

    @property
    def frac(self) -> NDArray[np.float64]:
        """Fractional coordinates (n, 3)."""

    @property
    def species(self) -> Sequence[Species]:
        """What sits on each site."""


class BondLike(Protocol):
    """Site ``i`` of the cell is bonded to site ``j`` moved by ``image`` cells; each bond is given once."""

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
    lit_changed: Any

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
    def lit(self) -> frozenset[int] | None:
        """Sites kept bright; None: all."""

    def select(self, sites: Iterable[int]) -> None:
        """Select these sites and no others."""
