"""Checks that a structure is a crystal, and that the model can embed it. Every refusal has a stable kind.

Kinds of :func:`check_structure`: ``no-cell``, ``empty``, ``not-finite``, ``absurd-coordinates``, ``absurd-volume``,
``atoms-too-close``, ``unknown-element``. Kinds of :func:`check_for_model`: ``disordered``, ``too-large``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clics.errors import CrystalError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pymatgen.core import Structure

    from clics.crystals.crystal import Crystal

MIN_DISTANCE = 0.5  # Å; the shortest bond there is, H–H, has 0.74
MIN_VOLUME_PER_ATOM = 1.0  # Å³; diamond has 5.7, hydrogen at 500 GPa still more than 1
ROOMY_VOLUME_PER_ATOM = 250.0  # Å³; solid caesium has 115, open zeolites and MOFs stay below 100
MAX_VOLUME_PER_ATOM = 1e6  # Å³; an atom alone within 100 Å is a mistaken unit, not a crystal
MAX_LENGTH = 1e5  # Å; the longest polytypes have 1e4
MAX_FRACTIONAL = 1e4  # beyond, wrapping into the cell has lost the digits that matter
FAR_FRACTIONAL = 100.0  # atoms that diffuse in a long run come some cells far
MAX_MODEL_SITES = 500
FEW_PAIRS = 100_000  # distances that are quicker computed one and all than with the import of a search tree


def check_structure(structure: Structure, *, where: str) -> list[str]:
    """Check that a structure is a crystal.

    Disordered structures are allowed: sites may lie close together if they cannot be occupied at the same time.

    Args:
        structure: The structure.
        where: File and block, with which messages begin.

    Returns:
        Warnings about unusual values.

    Raises:
        CrystalError: The structure is not a crystal; the kinds are listed in the module's docstring.
    """
    occupancies = np.array([sum(site.species.values()) for site in structure], dtype=float)
    warnings = _check_species(structure, where)
    return warnings + check_geometry(structure.lattice.matrix, structure.frac_coords, occupancies, where=where)


def check_geometry(
    lattice: NDArray[np.float64], coords: NDArray[np.float64], occupancies: NDArray[np.float64], *, where: str
) -> list[str]:
    """Check that arrays are a crystal, as :func:`check_structure` does.

    Args:
        lattice: Rows a, b, c in Å (3, 3).
        coords: Fractional coordinates (n, 3).
        occupancies: Total occupancy of each site (n,).
        where: File and block, with which messages begin.

    Returns:
        Warnings about unusual values.

    Raises:
        CrystalError: The arrays are not a crystal.
    """
    count = len(coords)
    if count == 0:
        raise CrystalError(f"{where}: there are no atoms in it.", kind="empty")
    if not np.isfinite(lattice).all() or not np.isfinite(coords).all() or not np.isfinite(occupancies).all():
        raise CrystalError(
            f"{where}: a cell length, coordinate or occupancy is not a finite number.", kind="not-finite"
        )
    if not lattice.any():
        raise CrystalError(f"{where}: there is no unit cell; only periodic crystals can be read.", kind="no-cell")
    if np.abs(coords).max() > MAX_FRACTIONAL:
        raise CrystalError(
            f"{where}: an atom lies more than {MAX_FRACTIONAL:.0f} cells away; check whether the coordinates are "
            "fractional.", kind="absurd-coordinates")  # fmt: skip
    with np.errstate(over="ignore", invalid="ignore"):
        volume = float(abs(np.linalg.det(lattice))) / count
    if np.abs(lattice).max() > MAX_LENGTH:
        raise CrystalError(
            f"{where}: the cell is longer than {MAX_LENGTH:.0f} Å; check lengths and units.", kind="absurd-volume"
        )
    if not MIN_VOLUME_PER_ATOM <= volume <= MAX_VOLUME_PER_ATOM:
        raise CrystalError(
            f"{where}: the cell has {volume:.3g} Å³ per atom, which no crystal has; check lengths, angles and units.",
            kind="absurd-volume")  # fmt: skip
    warnings = [f"{volume:.0f} Å³ per atom: mostly empty space."] if volume > ROOMY_VOLUME_PER_ATOM else []
    far = np.abs(coords).max(axis=1)
    if far.max() > FAR_FRACTIONAL:
        warnings.append(f"atom {int(far.argmax()) + 1} lies {far.max():.0f} cells away from the origin; is its coordinate "
                        "a slip?")  # fmt: skip
    return warnings + _check_distances(lattice, coords, occupancies, where)


def check_for_model(crystal: Crystal) -> None:
    """Check that the model can embed a crystal.

    Raises:
        CrystalError: The crystal is disordered (kind ``disordered``) or has more than :data:`MAX_MODEL_SITES` sites
            (``too-large``).
    """
    if not crystal.is_ordered:
        site = next(site for site in crystal.structure if not site.is_ordered)
        raise CrystalError(
            f"{crystal.id}: the structure is disordered (partial occupancies, for example {site.species_string}). The model "
            "needs an ordered structure: choose one ordering, if necessary in a supercell.",
            kind="disordered")  # fmt: skip
    if crystal.num_sites > MAX_MODEL_SITES:
        raise CrystalError(
            f"{crystal.id}: {crystal.num_sites} sites are more than the {MAX_MODEL_SITES} the model takes; give the "
            "primitive cell.", kind="too-large")  # fmt: skip


def _check_species(structure: Structure, where: str) -> list[str]:
    from clics.crystals.atom_symbols import element_symbol

    # The symbol of deuterium is "H" in pymatgen, its name "D"; dummies have no name.
    names = [getattr(specie, "name", "") or specie.symbol for specie in structure.elements]
    notes = {element_symbol(name, where=where)[1] for name in names}
    return sorted(note for note in notes if note)


def _check_distances(
    lattice: NDArray[np.float64], coords: NDArray[np.float64], occupancies: NDArray[np.float64], where: str
) -> list[str]:
    reduced, wrapped = _reduced(lattice, coords)
    shortest = float(np.linalg.norm(reduced, axis=1).min())
    if shortest < MIN_DISTANCE:
        raise _too_close(where, shortest)  # an atom and its own image
    points, owner = _with_images(reduced, wrapped)
    if len(coords) * len(points) <= FEW_PAIRS and _nearest_pair(points, len(coords)) > MIN_DISTANCE + 1e-6:
        return []
    from scipy.spatial import cKDTree  # slower to import than most files are to read

    # A full site is refused for its nearest neighbour; alternative positions of disorder need a few more to compare.
    neighbours = min(2 if (occupancies > 0.999).all() else 12, len(points))
    distances, nearest = cKDTree(points).query(
        points[: len(coords)], k=np.arange(1, neighbours + 1), distance_upper_bound=MIN_DISTANCE
    )
    atom, column = np.nonzero(np.isfinite(distances) & (nearest != np.arange(len(coords))[:, None]))
    if len(atom) == 0:
        return []
    both_full = occupancies[atom] + occupancies[owner[nearest[atom, column]]] > 1.0 + 1e-3
    if both_full.any():
        raise _too_close(where, float(distances[atom, column][both_full].min()))
    return ["alternative positions of disordered atoms lie closer than 0.5 Å."]


def _nearest_pair(points: NDArray[np.float64], count: int) -> float:
    """Shortest distance in Å between one of the first ``count`` points (m, 3) and another; inf for a single point."""
    squares = ((points[:count, None] - points) ** 2).sum(axis=2)
    squares[np.arange(count), np.arange(count)] = np.inf
    return float(np.sqrt(squares.min()))


def _too_close(where: str, distance: float) -> CrystalError:
    return CrystalError(
        f"{where}: two atoms are {distance:.2f} Å apart, closer than {MIN_DISTANCE} Å; look for doubled atoms, a wrong "
        "cell or a wrong symmetry.", kind="atoms-too-close")  # fmt: skip


def _reduced(
    lattice: NDArray[np.float64], coords: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The crystal on an LLL-reduced cell, which is compact: one layer of images contains all short distances."""
    from pymatgen.core import Lattice

    reduced = np.array(Lattice(lattice).get_lll_reduced_lattice().matrix)
    fractional = coords @ lattice @ np.linalg.inv(reduced)
    return reduced, fractional - np.floor(fractional)


def _with_images(
    lattice: NDArray[np.float64], coords: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Cartesian positions of the atoms and of their images within 0.5 Å of the cell; the atom of each position."""
    margins = MIN_DISTANCE * np.linalg.norm(np.linalg.inv(lattice), axis=0)  # 0.5 Å as a fraction of each cell height
    reach = np.ceil(margins).astype(int)
    points, owners = coords, np.arange(len(coords))
    for axis in range(3):
        steps = [step for step in range(-reach[axis], reach[axis] + 1) if step]
        moved = np.concatenate([points, *(points + step * np.eye(3)[axis] for step in steps)])
        along = moved[:, axis]
        near = (along > -margins[axis]) & (along < 1 + margins[axis])
        points, owners = moved[near], np.tile(owners, len(steps) + 1)[near]
    return points @ lattice, owners
