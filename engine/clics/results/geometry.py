"""A crystal to draw and its geometry: cell, symmetry, Wyckoff positions, bonds, phrases with their sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clics.crystals.crystal import Crystal
    from clics.results.analysis import Failure, Symmetry
    from clics.results.description import Description


CellKind: TypeAlias = Literal["read", "primitive", "conventional", "niggli"]
"""The cell as it was read, the standard primitive and conventional cells, and the Niggli cell."""

Image = tuple[int, int, int]
"""Lattice translation of a bond's second site, in cells along a, b and c."""


@dataclass(frozen=True, slots=True)
class Bond:
    """Site ``i`` of the cell is bonded to site ``j`` in the lattice image ``image``; ``length`` in Å."""

    i: int
    j: int
    image: Image
    length: float


@dataclass(frozen=True, slots=True)
class WyckoffRow:
    """One orbit.

    ``label`` numbers the orbits of an ``element`` (``O2``; the plain symbol where there is one orbit only);
    ``multiplicity`` counts its atoms in the conventional cell, as *International Tables* do; ``position`` is the first
    atom's (fractional, in the cell shown), ``atoms`` all of them as indices into that cell. A shared site has
    ``element`` "Fe/Ni".
    """

    label: str
    element: str
    multiplicity: int
    letter: str
    site_symmetry: str
    position: tuple[float, float, float]
    atoms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PhraseSites:
    """A true phrase and the sites that make it true, as indices into the crystal as it was described.

    ``atoms`` are the sites whose own geometry or polyhedron the phrase speaks of; ``partners`` those at the other end
    of a connection (the tetrahedra of "octahedra that share corners with tetrahedra"), themselves included where a
    polyhedron meets its own kind. Both ascend. ``listed``: lists for people show it; polyhedra and full patterns repeat
    what environments and connections tell.
    """

    kind: str
    phrase: str
    atoms: tuple[int, ...]
    partners: tuple[int, ...] = ()
    listed: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """A cell to draw: ``lattice`` (3, 3) rows a, b, c in Å, ``frac`` (n, 3) fractional coordinates.

    ``species``: for each site the symbols that share it with their occupancies; those of a partly empty site sum to
    less than 1.
    """

    lattice: NDArray[np.float64]
    frac: NDArray[np.float64]
    species: tuple[tuple[tuple[str, float], ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A crystal as it was read: opaque ``crystal`` for further questions, ``atoms`` to draw, ``title`` for a tab.

    ``warnings`` are what the reader of the file had to say.
    """

    crystal: Crystal
    atoms: Atoms
    title: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellParameters:
    """Edges a, b, c in Å and angles α, β, γ in degrees."""

    a: float
    b: float
    c: float
    alpha: float
    beta: float
    gamma: float


@dataclass(frozen=True, slots=True)
class Geometry:
    """What symmetry analysis and the description say of a crystal.

    ``density`` in g/cm³, ``volume`` in Å³ of the cell as it is shown. Where there is no description, ``undescribed``
    says why (and ``warnings`` does), and there are neither ``bonds`` nor ``phrases``. All indices are of the crystal's
    own sites.
    """

    formula: str
    density: float
    volume: float
    parameters: CellParameters
    sites: int
    symmetry: Symmetry | None
    wyckoff: tuple[WyckoffRow, ...]
    description: Description | None
    undescribed: Failure | None
    bonds: tuple[Bond, ...]
    phrases: tuple[PhraseSites, ...]
    warnings: tuple[str, ...]
