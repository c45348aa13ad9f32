"""Atoms with the same surroundings, so that the tower computes each kind of surroundings once.

Message passing gives two atoms the same vector whenever colour refinement cannot tell them apart (Weisfeiler and Leman; Xu
et al., ICLR 2019, arXiv 1810.00826). Such atoms are found here from the tower's own inputs, distances, angles and who is
where, to within a tolerance far below what it resolves. In the primitive cells of the Materials Project it leaves fewer
than half of the atoms (benchmarks/embed.py) and changes no vector beyond rounding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_FUNCTIONS = 6
_DEGREES = 4
_ROUNDS = 12
_TOLERANCE = 3e-4


def same_surroundings(
    numbers: NDArray[np.int64],
    ranges: Array,
    offsets: NDArray[np.int64],
    target: NDArray[np.int64],
    vector: Array,
    weights: Array,
) -> NDArray[np.int64]:
    """Class (n,) of each atom, numbered 0… in order of first appearance.

    The graph: atomic numbers (n,), neighbour distances as far as the atom channels see (n, R) Å, edge offsets (n + 1,), far
    atoms (E,), vectors (E, 3) Å, weights (E,).
    """
    counts = np.diff(offsets)
    n, width = len(numbers), int(counts.max())
    slot = np.arange(width)
    real = slot < counts[:, None]
    edge = np.where(real, offsets[:-1, None] + slot, 0)
    distance = np.linalg.norm(vector, axis=1)[edge]
    unit = vector[edge] / distance[..., None]
    amplitude = np.where(real, weights[edge], 0.0)
    far = target[edge]
    cosine = np.einsum("nki,nli->nkl", unit, unit)
    powers = [np.ones_like(cosine)]
    for _ in range(_DEGREES):
        powers.append(powers[-1] * cosine)
    rng = np.random.default_rng(0)
    frequency = rng.uniform(1.0, 4.0, _FUNCTIONS)
    phases = rng.uniform(0.0, 2 * np.pi, (n, _FUNCTIONS))
    classes = _clusters(np.unique(numbers, return_inverse=True)[1], ranges)
    for _ in range(_ROUNDS):
        wave = amplitude[..., None] * np.cos(distance[..., None] * frequency + phases[classes[far]])
        parts = [(wave * (p @ wave)).sum(1) for p in powers[1:]]
        signature = np.concatenate([wave.sum(1), *parts], 1) / counts.mean()
        refined = _clusters(classes, signature)
        if refined.max() == classes.max():
            return refined
        classes = refined
    return classes


def _clusters(classes: NDArray[np.int64], signature: Array) -> NDArray[np.int64]:
    """Split each class where signatures (n, F) differ by more than the tolerance."""
    refined = np.full(len(classes), -1, dtype=np.int64)
    count = 0
    for atom in range(len(classes)):
        if refined[atom] < 0:
            mates = (refined < 0) & (classes == classes[atom])
            mates &= np.abs(signature - signature[atom]).max(1) < _TOLERANCE
            refined[mates] = count
            count += 1
    return refined
