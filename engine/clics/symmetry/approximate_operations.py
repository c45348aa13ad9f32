"""Approximate symmetry operations of a cell, each with how far it misses.

A tolerance finds the operations that miss by less than it. Here every operation that misses by less than a generous limit is
found, with the size of its miss: of the lattice as a strain, of the atoms in Å. Noise moves all true operations by similar
amounts, so that the sizes tell more than the answer at any one tolerance.

Atoms are compared by fractional coordinates: a strain of the cell does not count as a displacement of atoms.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clics.progress import CancelToken

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST_STRAIN = 0.1
"""Frobenius norm of the Lagrangian strain between a lattice and its image, above which no operation is sought."""

LARGEST_MISS = 0.75
"""Å; distance between an atom's image and the nearest like atom, above which no operation is sought."""

LARGEST_RMS = 0.4
"""Å; as :data:`LARGEST_MISS`, root of the mean square over the atoms."""

IDENTITY = np.eye(3, dtype=np.int64)

_REACH = 2  # largest coefficient of a basis vector's image: a strained lattice is only nearly reduced
_VECTORS = np.array(list(np.ndindex(*3 * [2 * _REACH + 1])), dtype=np.int64) - _REACH
_FINITE = 12  # every crystallographic operation to this power is the identity
_MOST_DISTANCES = 500_000  # held at a time
_FIRST_ATOMS = 3  # of each kind, looked at one by one
_ATOMS_AT_A_TIME = 16


@dataclass(frozen=True, slots=True)
class Operations:
    """Approximate operations ``x → R x + t`` of a cell, on columns of fractional coordinates.

    Attributes:
        rotations: (m, 3, 3) integers R.
        translations: (m, 3) t; the one with which the atoms miss least.
        permutations: (m, n); atom ``i`` falls on atom ``permutations[k, i]``.
        rms: (m,) root mean square miss in Å.
        largest: (m,) largest miss in Å.
        strain: (m,) Frobenius norm of the strain between the lattice and its image.
    """

    rotations: Ints
    translations: Floats
    permutations: Ints
    rms: Floats
    largest: Floats
    strain: Floats

    def __len__(self) -> int:
        return len(self.rotations)

    def taken(self, which: ArrayLike) -> Operations:
        """The operations of these indices."""
        indices = np.asarray(which, dtype=np.int64)
        return Operations(*(getattr(self, field.name)[indices] for field in fields(self)))


def lattice_rotations(lattice: Floats, largest_strain: float = LARGEST_STRAIN) -> tuple[Ints, Floats]:
    """Integer matrices of finite order that map a reduced lattice nearly onto itself, and their strains.

    Args:
        lattice: Rows a, b, c in Å (3, 3), reduced.
        largest_strain: Largest Frobenius norm of the strain.

    Returns:
        Matrices (m, 3, 3) that act on columns of fractional coordinates, and strains (m,); the identity is the first.
    """
    metric = lattice @ lattice.T
    ratio = np.einsum("vi,ij,vj->v", _VECTORS, metric, _VECTORS)[:, None] / np.diag(metric)
    near = np.abs(ratio - 1.0) < 2.0 * largest_strain
    grid = np.meshgrid(*(np.flatnonzero(near[:, i]) for i in range(3)), indexing="ij")
    matrices = np.stack([_VECTORS[part.ravel()] for part in grid], axis=2)
    determinants = np.einsum("ki,ki->k", matrices[:, :, 0], np.cross(matrices[:, :, 1], matrices[:, :, 2]))
    matrices = matrices[np.abs(determinants) == 1]
    inverse = np.linalg.inv(lattice)
    images = matrices.transpose(0, 2, 1) @ metric @ matrices
    strains = np.linalg.norm(0.5 * (inverse @ images @ inverse.T - np.eye(3)), axis=(1, 2))
    kept = strains < largest_strain
    kept[kept] = (np.linalg.matrix_power(matrices[kept], _FINITE) == IDENTITY).all(axis=(1, 2))
    matrices, strains = matrices[kept], strains[kept]
    first = np.lexsort((np.round(strains, 9), ~(matrices == IDENTITY).all(axis=(1, 2))))
    return matrices[first], strains[first]


def approximate_operations(
    lattice: Floats,
    kinds: Ints,
    frac: Floats,
    *,
    largest_rms: float = LARGEST_RMS,
    translations: bool = False,
    cancel: CancelToken | None = None,
) -> Operations:
    """All approximate operations of a cell; the identity is the first.

    Args:
        lattice: Rows a, b, c in Å (3, 3), reduced.
        kinds: (n,); atoms of one kind may fall on each other.
        frac: Fractional coordinates (n, 3).
        largest_rms: Largest root mean square miss in Å.
        translations: Pure translations alone.
        cancel: Checked often.

    Raises:
        Cancelled: ``cancel`` was set.
    """
    cancel = cancel or CancelToken()
    rotations, strains = (IDENTITY[None], np.zeros(1)) if translations else lattice_rotations(lattice)
    members = sorted((np.flatnonzero(kinds == kind) for kind in np.unique(kinds)), key=len)
    rare = members[0]
    turned = np.einsum("kij,nj->kni", rotations, frac)
    # every rotation, with every translation that puts the first atom of the rarest kind on one of its kind
    which = np.repeat(np.arange(len(rotations)), len(rare))
    shifts = (frac[rare][None] - turned[:, rare[0], None]).reshape(-1, 3)
    images = [_images(frac[group], lattice) for group in members]
    for group, of_group in zip(members, images, strict=True):
        for atom in group[:_FIRST_ATOMS]:  # nearly all translations that are none fail here
            cancel.check()
            near = _nearest(turned[which, atom] + shifts, of_group)[1] < LARGEST_MISS**2
            which, shifts = which[near], shifts[near]
    permutations = np.empty((len(which), len(frac)), dtype=np.int64)
    for group, of_group in zip(members, images, strict=True):
        for atoms in np.array_split(group, 1 + len(group) // _ATOMS_AT_A_TIME):
            cancel.check()
            points = turned[which[:, None], atoms] + shifts[:, None, :]
            nearest, squares = _nearest(points.reshape(-1, 3), of_group)
            permutations[:, atoms] = group[nearest].reshape(len(which), len(atoms))
            kept = np.flatnonzero(squares.reshape(len(which), len(atoms)).max(axis=1, initial=0.0) < LARGEST_MISS**2)
            which, shifts, permutations = which[kept], shifts[kept], permutations[kept]
    found = _matched(lattice, frac, turned, which, shifts, permutations, cancel)
    small = [row for row in found if row[3] <= largest_rms and row[4] <= LARGEST_MISS]
    n, chosen = len(frac), [row[0] for row in small]
    return Operations(
        rotations[chosen],
        np.array([row[1] for row in small]).reshape(-1, 3),
        np.array([row[2] for row in small], dtype=np.int64).reshape(-1, n),
        np.array([row[3] for row in small]),
        np.array([row[4] for row in small]),
        strains[chosen],
    )


@dataclass(frozen=True, slots=True)
class _Images:
    """Atoms of a cell, and their images that are nearer to the cell than :data:`LARGEST_MISS`.

    Attributes:
        lattice: Rows a, b, c in Å (3, 3).
        atoms: (m,) index of the atom of each image.
        places: (m, 3) Cartesian coordinates in Å.
        half_squares: (m,) half of their squared lengths, in Å².
    """

    lattice: Floats
    atoms: Ints
    places: Floats
    half_squares: Floats


def _images(frac: Floats, lattice: Floats) -> _Images:
    """The images of atoms (n, 3) in and around the cell."""
    margin = LARGEST_MISS * np.linalg.norm(np.linalg.inv(lattice), axis=0)
    inside = frac % 1.0
    least, most = np.floor(-1.0 - margin).astype(int) + 1, np.ceil(1.0 + margin).astype(int)
    steps = np.stack(np.meshgrid(*(np.arange(a, b) for a, b in zip(least, most, strict=True)), indexing="ij"), axis=-1)
    places = inside[:, None, :] + steps.reshape(-1, 3)
    near = ((places > -margin) & (places < 1.0 + margin)).all(axis=2)
    cartesian = places[near] @ lattice
    return _Images(lattice, np.nonzero(near)[0], cartesian, 0.5 * (cartesian**2).sum(axis=1))


def _nearest(points: Floats, images: _Images) -> tuple[Ints, Floats]:
    """For every point (k, 3) the index of the nearest atom, and its squared distance in Å².

    Where no atom is nearer than :data:`LARGEST_MISS` the index is that of any, and the distance is larger than that.
    """
    inside = (points % 1.0) @ images.lattice
    indices, squares = [np.empty(0, dtype=np.int64)], [np.empty(0)]
    for part in np.array_split(inside, 1 + len(points) * len(images.atoms) // _MOST_DISTANCES):
        halves = images.half_squares - part @ images.places.T
        nearest = halves.argmin(axis=1)
        indices.append(images.atoms[nearest])
        squares.append(2.0 * halves[np.arange(len(part)), nearest] + (part**2).sum(axis=1))
    return np.concatenate(indices), np.concatenate(squares)


def _matched(
    lattice: Floats,
    frac: Floats,
    turned: Floats,
    which: Ints,
    shifts: Floats,
    permutations: Ints,
    cancel: CancelToken,
) -> list[tuple[int, Floats, Ints, float, float]]:
    """Rotation, best translation, permutation, rms and largest miss of what maps the atoms one to one."""
    seen: set[tuple[int, bytes]] = set()
    out = []
    one_to_one = (np.sort(permutations, axis=1) == np.arange(len(frac))).all(axis=1)
    for i in np.flatnonzero(one_to_one).tolist():
        cancel.check()
        k, shift, permutation = int(which[i]), shifts[i], permutations[i]
        key = (k, permutation.tobytes())
        if key in seen:
            continue
        seen.add(key)
        miss = frac[permutation] - turned[k] - shift
        miss -= np.round(miss)
        centre = miss.mean(axis=0)
        squares = (((miss - centre) @ lattice) ** 2).sum(axis=1)
        out.append(
            (k, (shift + centre) % 1.0, permutation, float(np.sqrt(squares.mean())), float(np.sqrt(squares.max())))
        )
    return out
