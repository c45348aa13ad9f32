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

CifSymmetry: TypeAlias = Literal["file", "p1", "symmetrised"]
"""The symmetry with which a CIF is written: that of the file, none, or that found at a tolerance."""

Image = tuple[int, int, int]
"""Lattice translation of a bond's second site, in cells along a, b and c."""


@dataclass(frozen=True, slots=True)
class Bond:
    """A bond between two sites.

    Attributes:
        i: First site of the cell.
        j: Second site of the cell.
        image: Lattice translation of the second site.
        length: Length in Å.
    """

    i: int
    j: int
    image: Image
    length: float


@dataclass(frozen=True, slots=True)
class WyckoffRow:
    """An occupied Wyckoff position.

    Attributes:
        label: Label of the file; without one the element, with a number where it is on several orbits (``O2``).
        element: Element; "Fe/Ni" for a shared site.
        multiplicity: Number of atoms in the conventional cell, as in the *International Tables*.
        letter: Wyckoff letter.
        site_symmetry: Site-symmetry symbol.
        position: Fractional coordinates of the first atom, in the cell shown.
        atoms: Indices of all atoms of the orbit in that cell.
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
    """A phrase that is true of a crystal, and the sites that make it true.

    Attributes:
        kind: Kind of the concept.
        phrase: Its phrase.
        atoms: Sites whose geometry or polyhedron the phrase states; ascending indices into the crystal.
        partners: Sites at the other end of a connection (the tetrahedra in "octahedra that share corners with
            tetrahedra"); ascending indices. Polyhedra that share with others of the same kind are in both lists.
        listed: Shown in lists; polyhedra and full patterns are not, because they repeat environments and connections.
    """

    kind: str
    phrase: str
    atoms: tuple[int, ...]
    partners: tuple[int, ...] = ()
    listed: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """A cell to draw.

    Attributes:
        lattice: Rows a, b, c in Å (3, 3).
        frac: Fractional coordinates (n, 3).
        species: For each site, symbols and occupancies; those of a partly occupied site sum to less than 1.
        labels: For each site, the label of the file, empty where there is none; an empty tuple without any.
    """

    lattice: NDArray[np.float64]
    frac: NDArray[np.float64]
    species: tuple[tuple[tuple[str, float], ...], ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A crystal that was opened in the window.

    Attributes:
        crystal: The crystal, for further requests.
        atoms: The cell to draw.
        title: Title of the tab.
        warnings: Warnings of the reader.
    """

    crystal: Crystal
    atoms: Atoms
    title: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoreToCome:
    """Stands for the crystals beyond a limit, which were not read; ``shown`` were."""

    shown: int


@dataclass(frozen=True, slots=True)
class CellParameters:
    """Cell parameters: edges a, b, c in Å, angles α, β, γ in degrees."""

    a: float
    b: float
    c: float
    alpha: float
    beta: float
    gamma: float


@dataclass(frozen=True, slots=True)
class Geometry:
    """Symmetry and description of a crystal. All indices refer to the crystal's own sites.

    Attributes:
        formula: Reduced formula.
        density: Density in g/cm³.
        volume: Volume of the cell in Å³.
        parameters: Cell parameters.
        sites: Number of sites.
        symmetry: Space group by symmetry analysis; None where none was found.
        wyckoff: The occupied Wyckoff positions.
        description: The description; None where the crystal could not be described.
        undescribed: Why it could not be described.
        bonds: Bonds by CrystalNN; none without description.
        phrases: True phrases with their sites; none without description.
        warnings: Warnings of symmetry analysis and description.
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
