"""Atoms of the picture: the cell, its repeats, and the images on its faces, edges and corners."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from clics_gui.viewer.element_styles import element

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from clics_gui.viewer.protocols import AtomsLike, Species

ON_FACE = 0.05
"""Å from a face of the cell within which an atom counts as lying on it, and so has images on the opposite face."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Atoms of the picture.

    Attributes:
        site: Index (m,) of the site.
        cell: Cells (m, 3) by which each atom is shifted from the position of :func:`home`.
    """

    site: NDArray[np.int64]
    cell: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.site)

    def plus(self, other: Placed) -> Placed:
        """Concatenation of two sets."""
        return Placed(np.concatenate([self.site, other.site]), np.concatenate([self.cell, other.cell]))


def home(atoms: AtomsLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Fractional coordinates (n, 3) moved into the cell, and the cells (n, 3) by which each was moved.

    An atom within :data:`ON_FACE` below an upper face goes to the lower one, so that 0.9999 and −0.0001 are the same
    position and every supercell has exactly as many atoms as its volume requires.
    """
    frac = np.asarray(atoms.frac, dtype=np.float64).reshape(-1, 3)
    moved = -np.floor(frac + _tolerance(atoms)).astype(np.int64)
    return frac + moved, moved


def fill(atoms: AtomsLike, repeats: tuple[int, int, int] = (1, 1, 1), *, images: bool = False) -> Placed:
    """Atoms of ``repeats`` cells: exactly n × a × b × c; with ``images`` also those on the far faces."""
    if min(repeats) < 1:
        raise ValueError(f"A picture shows at least one cell along each axis, not {repeats}.")
    wrapped, _ = home(atoms)
    sites = np.arange(len(wrapped))
    cells = np.array(list(product(*(range(n) for n in repeats))), dtype=np.int64).reshape(-1, 3)
    placed = Placed(np.tile(sites, len(cells)), np.repeat(cells, len(sites), axis=0))
    if not images:
        return placed
    on_face = np.abs(wrapped) <= _tolerance(atoms)
    for far in product((0, 1), repeat=3):
        if not any(far):
            continue
        chosen = sites[on_face[:, np.flatnonzero(far)].all(axis=1)]
        ranges = [(repeats[k],) if far[k] else range(repeats[k]) for k in range(3)]
        cells = np.array(list(product(*ranges)), dtype=np.int64)
        placed = placed.plus(Placed(np.tile(chosen, len(cells)), np.repeat(cells, len(chosen), axis=0)))
    return placed


def positions(atoms: AtomsLike, placed: Placed) -> NDArray[np.float64]:
    """Cartesian positions (m, 3) in Å."""
    wrapped, _ = home(atoms)
    result: NDArray[np.float64] = (wrapped[placed.site] + placed.cell) @ np.asarray(atoms.lattice, dtype=np.float64)
    return result


def edges(lattice: NDArray[np.float64], repeats: tuple[int, int, int] = (1, 1, 1)) -> NDArray[np.float64]:
    """End points (m, 2, 3) in Å of the edges of all cells, each edge once."""
    lines = []
    for axis in range(3):
        others = [k for k in range(3) if k != axis]
        for corner in product(range(repeats[others[0]] + 1), range(repeats[others[1]] + 1)):
            start = np.zeros(3)
            start[others] = corner
            for step in range(repeats[axis]):
                start[axis] = step
                end = start.copy()
                end[axis] = step + 1
                lines.append((start.copy(), end))
    result: NDArray[np.float64] = np.array(lines) @ np.asarray(lattice, dtype=np.float64)
    return result


def symbols(species: Iterable[Species]) -> list[str]:
    """Majority element of every site; ``"?"`` for an empty site."""
    return [max(parts, key=lambda part: part[1])[0] if parts else "?" for parts in species]


def bare(symbol: str) -> str:
    """Element of a species: ``"Fe"`` of ``"Fe3+"``; deuterium stays ``"D"``."""
    known = element(symbol).symbol
    return symbol if known == "?" or symbol in {"D", "T"} else known


def _tolerance(atoms: AtomsLike) -> NDArray[np.float64]:
    """:data:`ON_FACE` as a fraction of the distances between the faces (3,), at most 2 %."""
    lattice = np.asarray(atoms.lattice, dtype=np.float64)
    heights = 1.0 / np.linalg.norm(np.linalg.inv(lattice), axis=0)
    result: NDArray[np.float64] = np.minimum(ON_FACE / heights, 0.02)
    return result
