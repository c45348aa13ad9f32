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
_MOST_DISTANCES = 2_000_000  # held at a time


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
    lattice: Floats, kinds: Ints, frac: Floats, *, largest_rms: float = LARGEST_RMS, translations: bool = False
) -> Operations:
    """All approximate operations of a cell; the identity is the first.

    Args:
        lattice: Rows a, b, c in Å (3, 3), reduced.
        kinds: (n,); atoms of one kind may fall on each other.
        frac: Fractional coordinates (n, 3).
        largest_rms: Largest root mean square miss in Å.
        translations: Pure translations alone.
    """
    rotations, strains = (IDENTITY[None], np.zeros(1)) if translations else lattice_rotations(lattice)
    members = sorted((np.flatnonzero(kinds == kind) for kind in np.unique(kinds)), key=len)
    rare = members[0]
    turned = np.einsum("kij,nj->kni", rotations, frac)
    # every rotation, with every translation that puts the first atom of the rarest kind on one of its kind
    which = np.repeat(np.arange(len(rotations)), len(rare))
    shifts = (frac[rare][None] - turned[:, rare[0], None]).reshape(-1, 3)
    for group in members:
        for atom in group:
            near = _nearest(turned[which, atom] + shifts, frac[group], lattice)[1] < LARGEST_MISS
            which, shifts = which[near], shifts[near]
    found = _matched(lattice, members, frac, turned, which, shifts)
    kept = [row for row in found if row[3] <= largest_rms and row[4] <= LARGEST_MISS]
    n, chosen = len(frac), [row[0] for row in kept]
    return Operations(
        rotations[chosen],
        np.array([row[1] for row in kept]).reshape(-1, 3),
        np.array([row[2] for row in kept], dtype=np.int64).reshape(-1, n),
        np.array([row[3] for row in kept]),
        np.array([row[4] for row in kept]),
        strains[chosen],
    )


def _nearest(points: Floats, others: Floats, lattice: Floats) -> tuple[Ints, Floats]:
    """For every point (k, 3) the index of the nearest of ``others`` (m, 3) under the lattice, and its distance in Å."""
    indices, distances = [], []
    for part in np.array_split(points, 1 + len(points) * len(others) // _MOST_DISTANCES):
        difference = part[:, None, :] - others[None, :, :]
        difference -= np.round(difference)
        squares = ((difference @ lattice) ** 2).sum(axis=2)
        indices.append(squares.argmin(axis=1))
        distances.append(np.sqrt(squares.min(axis=1)))
    return np.concatenate(indices), np.concatenate(distances)


def _matched(
    lattice: Floats, members: list[Ints], frac: Floats, turned: Floats, which: Ints, shifts: Floats
) -> list[tuple[int, Floats, Ints, float, float]]:
    """Rotation, best translation, permutation, rms and largest miss of what maps the atoms one to one."""
    seen: set[tuple[int, bytes]] = set()
    out = []
    for k, shift in zip(which.tolist(), shifts, strict=True):
        permutation = np.empty(len(frac), dtype=np.int64)
        for group in members:
            permutation[group] = group[_nearest(turned[k, group] + shift, frac[group], lattice)[0]]
        key = (k, permutation.tobytes())
        if key in seen or len(np.unique(permutation)) < len(frac):
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
