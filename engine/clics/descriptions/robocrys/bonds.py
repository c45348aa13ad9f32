"""All bonds of a cell as arrays, each symmetry orbit computed once and carried to its other atoms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.descriptions.robocrys.conventional_cell import Cell
from clics.descriptions.robocrys.crystal_nn import Neighbourhood, neighbourhoods
from clics.errors import DescriptionError

ORBIT_TOLERANCE = 1e-4
"""Å. Atoms share a computation only where symmetry maps them on each other this closely (no fact needs more)."""

STEP = 256
"""Lattice images (a, b, c) are one integer, a + 256 b + 256² c, so that adding integers adds images."""

FARTHEST = STEP // 4 - 1
"""Lattice steps a bond may span, so that images of neighbours of neighbours add up without carry."""

_DIGITS = np.array([1, STEP, STEP * STEP])


@dataclass(frozen=True, slots=True)
class Bonds:
    """A cell's symmetry orbits, and its bonds from either end, by site and nearest first.

    ``orbit[i]`` is the first site of i's orbit, ``firsts`` lists these, ``around`` their neighbourhoods by CrystalNN.
    The bonds of site i are those from ``bounds[i]`` to ``bounds[i + 1]``: bond e goes from ``begin[e]`` to site
    ``end[e]`` in the lattice image of number ``image[e]`` (see :data:`STEP`), by ``vector[e]`` (3,) and ``length[e]``
    in Å.
    """

    orbit: NDArray[np.int64]
    firsts: list[int]
    around: list[Neighbourhood]
    bounds: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    image: NDArray[np.int64]
    vector: NDArray[np.float64]
    length: NDArray[np.float64]

    def steps(self) -> NDArray[np.int64]:
        """The lattice images (m, 3) of the bonds' ends."""
        half = STEP // 2
        a = (self.image + half) % STEP - half
        rest = (self.image - a) // STEP
        b = (rest + half) % STEP - half
        return np.column_stack([a, b, (rest - b) // STEP])


def image_steps(number: int) -> tuple[int, int, int]:
    """The lattice image (a, b, c) of a number."""
    half = STEP // 2
    a = (number + half) % STEP - half
    number = (number - a) // STEP
    b = (number + half) % STEP - half
    return a, b, (number - b) // STEP


def ranges(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All numbers from ``first[i]`` to before ``last[i]``, for each i in turn, and beside them the i."""
    count = last - first
    which = np.repeat(np.arange(len(first)), count)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + first[which]


def find_bonds(cell: Cell) -> Bonds:
    """Find the bonds of a cell: a pair is bonded when CrystalNN finds it from either end.

    Raises:
        DescriptionError: ``too-large`` where too many atoms are in sight, ``no-neighbours`` for a cell thinner than a bond.
    """
    orbit, operation = _carriers(cell)
    firsts = np.unique(orbit)
    around = neighbourhoods(cell.matrix, cell.frac, cell.symbols, firsts.tolist())
    begin, end, steps = [], [], []
    members = _members(orbit)
    for first, near in zip(firsts.tolist(), around, strict=True):
        count = near.coordination
        index, image = near.index[:count], near.image[:count]
        begin.append(np.full(count, first))
        end.append(index)
        steps.append(image)
        others = np.flatnonzero(orbit == first)[1:]
        if count and len(others):
            there, shift = _carried(cell, members[orbit[index]], first, others, operation[others], index, image)
            begin.append(np.repeat(others, count))
            end.append(there)
            steps.append(shift)
    return sorted_bonds(cell, orbit, firsts.tolist(), around, *(np.concatenate(part) for part in (begin, end, steps)))


def sorted_bonds(
    cell: Cell,
    orbit: NDArray[np.int64],
    firsts: list[int],
    around: list[Neighbourhood],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    steps: NDArray[np.int64],
) -> Bonds:
    """Bonds given from one end or both, (m,), (m,) and (m, 3), each once from both ends, by site and nearest first.

    Raises:
        DescriptionError: ``no-neighbours`` where one spans more cells than numbers of images can tell.
    """
    if len(begin) == 0:
        none = np.zeros(0, dtype=np.int64)
        bounds = np.zeros(len(orbit) + 1, dtype=np.int64)
        return Bonds(orbit, firsts, around, bounds, none, none, none, np.zeros((0, 3)), np.zeros(0))
    if np.abs(steps).max() > FARTHEST:
        raise DescriptionError(
            f"The cell is so thin that a bond spans more than {FARTHEST} of it.", kind="no-neighbours"
        )
    begin, end, steps = np.concatenate([begin, end]), np.concatenate([end, begin]), np.concatenate([steps, -steps])
    image = steps @ _DIGITS
    _, once = np.unique((begin * len(orbit) + end) * (STEP**3) + image, return_index=True)
    begin, end, steps, image = begin[once], end[once], steps[once], image[once]
    vector = (cell.frac[end] + steps - cell.frac[begin]) @ cell.matrix
    length = np.sqrt((vector * vector).sum(axis=1))
    order = np.lexsort((length, begin))
    begin = begin[order]
    bounds = np.searchsorted(begin, np.arange(len(orbit) + 1))
    return Bonds(orbit, firsts, around, bounds, begin, end[order], image[order], vector[order], length[order])


def _carriers(cell: Cell) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each site the first one of its orbit, and the number of an operation that takes that one to it.

    A standard cell has its symmetry exactly; should spglib ever give one that has not, every site is its own orbit.
    """
    firsts, position = np.unique(cell.orbit, return_inverse=True)
    if len(firsts) == len(cell.orbit):
        return cell.orbit, np.zeros(len(cell.orbit), dtype=np.int64)
    moved = np.einsum("oij,fj->ofi", cell.rotations, cell.frac[firsts]) + cell.translations[:, None, :]
    offset = moved[:, position] - cell.frac
    offset -= np.rint(offset)
    gap = np.abs(offset @ cell.matrix).sum(axis=2)
    if gap.min(axis=0).max() > ORBIT_TOLERANCE:
        return np.arange(len(cell.orbit)), np.zeros(len(cell.orbit), dtype=np.int64)
    return cell.orbit, gap.argmin(axis=0)


def _members(orbit: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sites of each orbit in the row of its first one, which fills up the row; other rows are of no use."""
    counts = np.bincount(orbit, minlength=len(orbit))
    members = np.tile(np.arange(len(orbit))[:, None], (1, int(counts.max())))
    order = np.argsort(orbit, kind="stable")
    starts = np.cumsum(counts) - counts
    members[orbit[order], np.arange(len(orbit)) - starts[orbit[order]]] = order
    return members


def _carried(
    cell: Cell,
    like: NDArray[np.int64],
    first: int,
    sites: NDArray[np.int64],
    operations: NDArray[np.int64],
    index: NDArray[np.int64],
    image: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sites (k m,) and lattice images (k m, 3) of the neighbours of ``sites`` (k,), from those (m,) of ``first``.

    ``operations`` (k,) says which operation takes ``first`` to each, ``like`` (m, s) which sites are on the orbits of the
    neighbours.
    """
    rotation, translation = cell.rotations[operations], cell.translations[operations]
    home = np.rint(rotation @ cell.frac[first] + translation - cell.frac[sites])
    ends = (cell.frac[index] + image) @ rotation.transpose(0, 2, 1) + (translation - home)[:, None, :]
    offset = ends[:, :, None, :] - cell.frac[like]
    shift = np.rint(offset)
    offset -= shift
    nearest = np.abs(offset @ cell.matrix).sum(axis=3).argmin(axis=2)
    there = np.take_along_axis(like, nearest.T, axis=1).T
    steps = np.take_along_axis(shift, nearest[..., None, None], axis=2)
    return there.ravel(), steps.reshape(-1, 3).astype(np.int64)
