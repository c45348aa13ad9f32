"""The primitive cell and its reduced lattice, in numpy: they make a graph independent of the chosen cell.

Only pure translations are searched for, never rotations: no symmetry finder's output enters the model.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_SAMPLE = 4
"""Atoms on which a candidate translation is tried first; most candidates fail there."""


def primitive_cell(
    lattice: Array, numbers: NDArray[np.int64], frac: Array, tolerance: float = 0.01
) -> tuple[Array, NDArray[np.int64], Array, NDArray[np.int64]]:
    """Find the smallest cell whose lattice translations map every atom onto one of the same element.

    Args:
        lattice: rows (3, 3) in Å.
        numbers: (n,) atomic numbers.
        frac: (n, 3) fractional coordinates.
        tolerance: largest distance in Å of an atom from the image of its equivalent.

    Returns:
        Minkowski-reduced lattice (3, 3), atomic numbers (p,) and fractional coordinates (p, 3) of the primitive cell, and for
        each atom that was given the atom of the primitive cell that it maps to (n,). Atoms that fall together are averaged,
        so that the result does not depend on their order.
    """
    translations = _pure_translations(lattice, numbers, frac, tolerance)
    primitive_atom = np.arange(len(numbers))
    if len(translations) > 1:
        lattice, numbers, frac, primitive_atom = _fold(lattice, numbers, frac, translations)
    reduced = minkowski_reduced(lattice)
    cartesian = frac @ lattice
    wrapped = np.asarray(np.linalg.solve(reduced.T, cartesian.T).T % 1.0, np.float64)
    return reduced, numbers, wrapped, primitive_atom


def minkowski_reduced(lattice: Array) -> Array:
    """A Minkowski-reduced basis (3, 3): the three successive minima of a lattice (rows, Å), shortest first.

    Greedy reduction in three dimensions (Nguyen and Stehlé, ACM Trans. Algorithms 5, 46 (2009), doi 10.1145/1597036.1597050).
    """
    basis = np.array(lattice, dtype=np.float64)
    steps = np.array(list(itertools.product((-1, 0, 1), repeat=2)), dtype=np.float64)
    for _ in range(100):
        basis = basis[np.argsort(np.linalg.norm(basis, axis=1), kind="stable")]
        a, b, c = basis
        b = b - np.round(a @ b / (a @ a)) * a
        gram = np.array([[a @ a, a @ b], [a @ b, b @ b]])
        nearest = np.round(np.linalg.solve(gram, np.array([a @ c, b @ c])))
        candidates = c - (nearest + steps) @ np.stack([a, b])
        c = candidates[np.argmin((candidates**2).sum(1))]
        shorter = np.stack([a, b, c])
        if np.linalg.norm(shorter, axis=1).sum() > np.linalg.norm(basis, axis=1).sum() * (1 - 1e-9):
            return shorter[np.argsort(np.linalg.norm(shorter, axis=1), kind="stable")]
        basis = shorter
    return basis


def shortest_vectors(reduced: Array, count: int) -> Array:
    """Lengths in Å of the shortest lattice vectors.

    Args:
        reduced: a Minkowski-reduced basis (3, 3), rows.
        count: number of vectors; v and −v count once.

    Returns:
        (count,), ascending.
    """
    steps = np.array([s for s in itertools.product(range(-4, 5), repeat=3) if s > (0, 0, 0)], dtype=np.float64)
    return np.sort(np.linalg.norm(steps @ reduced, axis=1))[:count]


def _pure_translations(lattice: Array, numbers: NDArray[np.int64], frac: Array, tolerance: float) -> Array:
    """Fractional translations (m, 3), zero first, that map the crystal onto itself."""
    elements, counts = np.unique(numbers, return_counts=True)
    if np.gcd.reduce(counts) == 1:
        return np.zeros((1, 3))
    # a translation maps the first atom of the rarest element onto another atom of it
    rarest = np.flatnonzero(numbers == elements[np.argmin(counts)])
    candidates = frac[rarest] - frac[rarest[0]]
    for atom in np.linspace(0, len(frac) - 1, min(_SAMPLE, len(frac))).astype(int):
        if len(candidates) == 1:
            break
        same = frac[numbers == numbers[atom]]
        gap = candidates[:, None] + frac[atom] - same[None]
        candidates = candidates[_length(gap, lattice).min(1) < tolerance]
    kept = [np.zeros(3)]
    for candidate in candidates[1:]:
        if _maps_onto_itself(candidate, lattice, numbers, frac, tolerance):
            kept.append(candidate)
    return np.array(kept)


def _maps_onto_itself(shift: Array, lattice: Array, numbers: NDArray[np.int64], frac: Array, tolerance: float) -> bool:
    for element in np.unique(numbers):
        same = frac[numbers == element]
        if (_length(same[:, None] + shift - same[None], lattice).min(1) >= tolerance).any():
            return False
    return True


def _length(gap: Array, lattice: Array) -> Array:
    """Length in Å of fractional differences (..., 3) after taking the nearest image of each coordinate."""
    length: Array = np.linalg.norm((gap - np.round(gap)) @ lattice, axis=-1)
    return length


def _fold(
    lattice: Array, numbers: NDArray[np.int64], frac: Array, translations: Array
) -> tuple[Array, NDArray[np.int64], Array, NDArray[np.int64]]:
    """Fold a crystal into the cell that ``translations`` (m, 3) and its own lattice span."""
    m = len(translations)
    integers = np.round(translations * m).astype(np.int64)
    basis = _row_style_basis(np.vstack([np.eye(3, dtype=np.int64) * m, integers]))
    if round(m**3 / abs(np.linalg.det(basis))) != m:  # the translations do not close into a lattice: keep the cell
        return lattice, numbers, frac, np.arange(len(numbers))
    small = basis / m
    new_lattice = small @ lattice
    new_frac = np.linalg.solve(small.T, frac.T).T
    primitive_atom = np.full(len(frac), -1, dtype=np.int64)
    out_numbers: list[int] = []
    out_frac: list[Array] = []
    for atom in range(len(frac)):
        if primitive_atom[atom] >= 0:
            continue
        candidates = np.flatnonzero((primitive_atom < 0) & (numbers == numbers[atom]))
        gap = new_frac[candidates] - new_frac[atom]
        gap -= np.round(gap)
        order = np.argsort(np.linalg.norm(gap @ new_lattice, axis=1), kind="stable")[:m]
        primitive_atom[candidates[order]] = len(out_numbers)
        out_numbers.append(int(numbers[atom]))
        out_frac.append(new_frac[atom] + gap[order].mean(0))
    return new_lattice, np.array(out_numbers), np.array(out_frac), primitive_atom


def _row_style_basis(vectors: NDArray[np.int64]) -> NDArray[np.int64]:
    """Triangular basis (3, 3) of the integer lattice that rows of ``vectors`` span (Hermite normal form by Euclid)."""
    rows = [row for row in vectors.tolist() if any(row)]
    basis = []
    for column in range(3):
        while True:
            live = sorted((r for r in rows if r[column]), key=lambda r: abs(r[column]))
            if len(live) <= 1:
                break
            pivot = live[0]
            for row in live[1:]:
                q = row[column] // pivot[column]
                for k in range(3):
                    row[k] -= q * pivot[k]
        basis.append(live[0])
        rows = [r for r in rows if r is not live[0] and any(r)]
    return np.array(basis, dtype=np.int64)
