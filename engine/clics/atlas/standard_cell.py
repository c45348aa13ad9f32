"""A crystal as its space group, the cell parameters that are free, and the free coordinates of one atom of each orbit.

That is what a CIF in the standard setting has. It takes less than half the numbers of a cell of all atoms, and every atom on a
special position comes back exactly there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from clics.symmetry.settings import standard_setting
from clics.symmetry.space_groups import by_number

if TYPE_CHECKING:
    from clics.symmetry.approximate_operations import Floats, Ints

LARGEST_MOVE = 1e-4
"""Å; no atom and no end of a cell vector moves further, apart from a rigid motion of the whole."""
_TOLERANCES = (1e-2, 2e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5)
"""Å; spglib's, the largest at which the crystal is kept within :data:`LARGEST_MOVE` is taken."""
LENGTH_UNIT = 5e-5
"""Å of one step of a cell length."""
ANGLE_UNIT = 1e-4
"""Degrees of one step of a cell angle."""
_COORDINATE_UNIT = 6e-5
"""Å of one step of a coordinate, at most."""
_SPECIAL = 24
"""Every constant of a special position is a multiple of 1/24, and each axis has a multiple of so many steps."""
_SAME = 1e-6
"""Fractional distance below which two points on exact positions are one."""
_PRIMITIVE = {
    "P": np.eye(3),
    "A": np.array([[1, 0, 0], [0, 0.5, -0.5], [0, 0.5, 0.5]]),
    "C": np.array([[0.5, 0.5, 0], [-0.5, 0.5, 0], [0, 0, 1]]),
    "I": np.array([[-0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.5, 0.5, -0.5]]),
    "F": np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]),
    "R": np.array([[2, 1, 1], [-1, 1, 1], [-1, -2, 1]]) / 3,
}
"""Rows: a primitive basis in terms of the conventional one, by the letter of the lattice."""

Form = tuple[int, ...]
"""A special position: twice the matrix (3, r) that takes r free coordinates to x, y, z, row by row; 24 times the constant (3,);
the index of the axis of each free coordinate (r,). Its length is 4 r + 3."""


@dataclass(frozen=True, slots=True)
class StandardCell:
    """A crystal in the standard setting of its group, in whole numbers.

    Attributes:
        group: Number of the space group, 1 to 230; the setting is :func:`clics.symmetry.settings.standard_setting`.
        cell: The free cell parameters, lengths in :data:`LENGTH_UNIT`, angles in :data:`ANGLE_UNIT`; by crystal system.
        orbits: For each orbit the atomic number, the special position, and its free coordinates in steps of its axes.
    """

    group: int
    cell: tuple[int, ...]
    orbits: tuple[tuple[int, Form, tuple[int, ...]], ...]

    def arrays(self) -> tuple[Floats, Ints, Floats]:
        """The primitive cell: rows a, b, c in Å (3, 3), atomic numbers (n,), fractional coordinates (n, 3)."""
        lattice = _lattice(self.group, self.cell)
        basis = _PRIMITIVE[by_number(self.group).symbol[0]]
        to_primitive = np.linalg.inv(basis)
        numbers, parts = [], []
        for number, form, steps in self.orbits:
            frac = _images(self.group, _position(form, steps, _axis_steps(lattice))) @ to_primitive
            distinct = _distinct(frac)
            numbers += [number] * len(distinct)
            parts.append(distinct)
        return basis @ lattice, np.array(numbers, np.int64), np.concatenate(parts)


def standard_cell(lattice: Floats, numbers: Ints, frac: Floats) -> StandardCell:
    """The shortest description that keeps a crystal within :data:`LARGEST_MOVE`.

    Args:
        lattice: Rows a, b, c in Å (3, 3), of a primitive or any other cell.
        numbers: Atomic numbers (n,).
        frac: Fractional coordinates (n, 3).

    Raises:
        ValueError: spglib finds no symmetry at any tolerance, as for atoms on top of each other.
    """
    import spglib

    for tolerance in _TOLERANCES:
        first = spglib.get_symmetry_dataset((lattice, frac, numbers), tolerance)
        if first is None:
            continue
        hall_number = standard_setting(int(first.number)).hall_number
        found = spglib.get_symmetry_dataset((lattice, frac, numbers), tolerance, hall_number=hall_number)
        made = None if found is None else _from_dataset(found)
        if made is not None and _keeps(made, found, lattice, numbers, frac):
            return made
    raise ValueError("spglib finds no symmetry of the cell")


def _from_dataset(found: Any) -> StandardCell | None:
    """The description by spglib's idealised cell; None where a constant is no multiple of 1/24."""
    group = int(found.number)
    cell = _cell_steps(group, np.asarray(found.std_lattice))
    steps = _axis_steps(_lattice(group, cell))
    types, positions = np.asarray(found.std_types), np.asarray(found.std_positions)
    left, orbits = np.ones(len(types), bool), []
    for atom in range(len(types)):
        if not left[atom]:
            continue
        images = _distinct(_images(group, positions[atom]))
        others = np.flatnonzero(left & (types == types[atom]))
        gaps = positions[others][:, None] - images
        left[others[np.any(np.all(np.abs(gaps - np.round(gaps)) < _SAME, axis=-1), axis=1)]] = False
        choices = [_free(group, image, steps) for image in images]
        known = [choice for choice in choices if choice is not None]
        if not known:
            return None
        orbits.append((int(types[atom]), *min(known, key=lambda one: (len(one[1]), one[0], one[1]))))
    return StandardCell(group, cell, tuple(sorted(orbits)))


def _free(group: int, position: Floats, steps: Ints) -> tuple[Form, tuple[int, ...]] | None:
    """The special position of a point and its free coordinates, rounded to steps of the axes."""
    rotations, translations = _operations(group)
    images = rotations @ position + translations
    shifts = np.round(images - position)
    own = (np.abs(images - position - shifts) < _SAME).all(1)
    projector, matrix, axes = _projection(group, tuple(np.flatnonzero(own).tolist()))
    point = projector @ position + (translations[own] - shifts[own]).mean(0)
    constant = _SPECIAL * (point - matrix @ point[axes])
    doubled, whole = np.round(2 * matrix), np.round(constant)
    if np.abs(2 * matrix - doubled).max(initial=0) > _SAME or np.abs(constant - whole).max() > 1e-4:
        return None
    form = (*doubled.astype(int).ravel().tolist(), *whole.astype(int).tolist(), *axes)
    free = np.round(point[axes] * steps[axes]).astype(int) % steps[axes]
    return form, tuple(free.tolist())


@lru_cache(maxsize=4096)
def _projection(group: int, own: tuple[int, ...]) -> tuple[Floats, Floats, list[int]]:
    """The projection (3, 3) onto the directions that operations leave as they are.

    Returns:
        The projection; the matrix (3, r) from the free coordinates to all; the axes (r,) of the free coordinates.
    """
    projector = _operations(group)[0][list(own)].mean(0)
    axes: list[int] = []
    for axis in range(3):  # rows of the projector that are independent
        if np.linalg.matrix_rank(projector[[*axes, axis]], tol=1e-6) > len(axes):
            axes.append(axis)
    return projector, projector @ np.linalg.pinv(projector[axes]) if axes else np.zeros((3, 0)), axes


def _position(form: Form, free: tuple[int, ...], steps: Ints) -> Floats:
    count = len(free)
    matrix = np.array(form[: 3 * count], float).reshape(3, count) / 2
    constant, axes = np.array(form[3 * count : 3 * count + 3]) / _SPECIAL, list(form[3 * count + 3 :])
    return np.asarray(matrix @ (np.array(free, float) / steps[axes]) + constant)


@lru_cache(maxsize=230)
def _operations(group: int) -> tuple[Ints, Floats]:
    return standard_setting(group).operations()


def _images(group: int, position: Floats) -> Floats:
    """The images (m, 3) of a point under all operations of a group, one for each operation."""
    rotations, translations = _operations(group)
    return rotations @ position + translations


def _distinct(frac: Floats) -> Floats:
    """The distinct ones of points, in [0, 1)."""
    wrapped = frac % 1.0
    wrapped[wrapped > 1.0 - _SAME] = 0.0
    gaps = np.abs(wrapped[:, None] - wrapped[None])
    equal = (np.minimum(gaps, 1.0 - gaps) < _SAME).all(-1)
    return np.asarray(wrapped[equal.argmax(1) == np.arange(len(wrapped))])


def _keeps(made: StandardCell, found: Any, lattice: Floats, numbers: Ints, frac: Floats) -> bool:
    """True if a description gives a crystal back within :data:`LARGEST_MOVE`."""
    conventional = np.linalg.inv(found.transformation_matrix).T @ lattice @ np.asarray(found.std_rotation_matrix).T
    own = _lattice(made.group, made.cell)
    if np.abs(conventional - own).max() > LARGEST_MOVE:
        return False
    basis, kinds, points = made.arrays()
    if len(kinds) * round(len(found.std_types) / len(kinds)) != len(found.std_types):
        return False
    here = frac @ np.asarray(found.transformation_matrix).T + found.origin_shift
    here = here @ own @ np.linalg.inv(basis)
    for kind in np.unique(numbers):
        gaps = here[numbers == kind][:, None] - points[kinds == kind][None]
        gaps -= np.round(gaps)
        distances = np.linalg.norm(gaps @ basis, axis=-1)
        if not distances.size or distances.min(1).max() > LARGEST_MOVE or distances.min(0).max() > LARGEST_MOVE:
            return False
    return True


def _axis_steps(lattice: Floats) -> Ints:
    """Steps (3,) into which the axes are divided."""
    lengths = np.linalg.norm(lattice, axis=1)
    return np.asarray(_SPECIAL * np.ceil(lengths / (_SPECIAL * _COORDINATE_UNIT)), np.int64)


# Free parameters, by crystal system: indices of a, b, c, alpha, beta, gamma.
_FREE_CELL = ((2, (0, 1, 2, 3, 4, 5)), (15, (0, 1, 2, 4)), (74, (0, 1, 2)), (142, (0, 2)), (194, (0, 2)), (230, (0,)))


@lru_cache(maxsize=230)
def free_cell(group: int) -> tuple[int, ...]:
    """Which of a, b, c, α, β, γ are free in the standard setting of a group."""
    return next(free for last, free in _FREE_CELL if group <= last)


def _cell_steps(group: int, lattice: Floats) -> tuple[int, ...]:
    lengths = np.linalg.norm(lattice, axis=1)
    unit = lattice / lengths[:, None]
    angles = np.degrees(np.arccos(np.clip([unit[1] @ unit[2], unit[0] @ unit[2], unit[0] @ unit[1]], -1, 1)))
    values = [*(lengths / LENGTH_UNIT), *(angles / ANGLE_UNIT)]
    return tuple(round(values[i]) for i in free_cell(group))


def _lattice(group: int, cell: tuple[int, ...]) -> Floats:
    """Rows a, b, c in Å (3, 3): a along x, b in the plane of x and y, as spglib's standard cells are."""
    own = dict(zip(free_cell(group), cell, strict=True))
    a = own[0]
    b = own.get(1, a)
    c = own.get(2, a)
    alpha, beta, gamma = (np.radians(own[i] * ANGLE_UNIT) if i in own else np.pi / 2 for i in (3, 4, 5))
    if 142 < group <= 194:
        gamma = np.radians(120.0)
    cosines = [_cosine(angle) for angle in (alpha, beta, gamma)]
    sine = np.sqrt(1 - cosines[2] ** 2)
    across = (cosines[0] - cosines[1] * cosines[2]) / sine
    along = np.sqrt(1 - cosines[1] ** 2 - across**2)
    rows = [[a, 0, 0], [b * cosines[2], b * sine, 0], [c * cosines[1], c * across, c * along]]
    return np.array(rows, float) * LENGTH_UNIT


def _cosine(angle: float) -> float:
    return 0.0 if angle == np.pi / 2 else float(np.cos(angle))
