"""Sites with the same surroundings, so that the tower computes each of them once.

Message passing gives two atoms the same vector whenever colour refinement cannot tell them apart (Weisfeiler and Leman 1968;
Xu et al., ICLR 2019, arXiv 1810.00826). Such atoms are found here from the tower's own inputs (distances, angles,
connectivity), to within a tolerance far below what the tower resolves. They include all symmetry-equivalent atoms. In primitive
cells of the Materials Project fewer than half of the atoms remain (``benchmarks/embed.py``), and no vector changes beyond
rounding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FUNCTIONS = 6
"""Random waves of the distance in a signature."""
_DEGREES = 4
"""Highest power of the cosine of an angle in a signature."""
ROUNDS = 12
"""Rounds of refinement, at most; the tower has eight layers."""
TOLERANCE = 3e-4
"""Difference of signatures (of order 1, of distances in Å) below which atoms count as equal."""


def equivalence_classes(
    numbers: NDArray[np.int64],
    ranges: Array,
    offsets: NDArray[np.int64],
    target: NDArray[np.int64],
    vector: Array,
    weights: Array,
) -> NDArray[np.int64]:
    """Partition the atoms of a crystal graph by colour refinement.

    Args:
        numbers: (n,) atomic numbers.
        ranges: (n, R) ascending neighbour distances in Å, as far as the atom channels see.
        offsets: (n + 1,) first edge of each atom.
        target: (E,) atom at the far end of each edge.
        vector: (E, 3) in Å, from centre to neighbour.
        weights: (E,) edge weights.

    Returns:
        (n,) class of each atom, numbered from 0 in order of first appearance.
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
    # A signature sums, over edges and pairs of edges, waves of the distance whose phase is the neighbour's class. For random
    # phases two different multisets of (distance, class, angle) give different sums almost surely, and the sums are smooth.
    frequency, phases = random_waves(n)
    classes = _clusters(np.unique(numbers, return_inverse=True)[1], ranges)
    for _ in range(ROUNDS):
        wave = amplitude[..., None] * np.cos(distance[..., None] * frequency + phases[classes[far]])
        parts = [(wave * (p @ wave)).sum(1) for p in powers[1:]]
        signature = np.concatenate([wave.sum(1), *parts], 1) / counts.mean()
        refined = _clusters(classes, signature)
        if refined.max() == classes.max():
            return refined
        classes = refined
    return classes


def random_waves(count: int) -> tuple[Array, Array]:
    """Frequencies (FUNCTIONS,) in 1/Å, and phases (count, FUNCTIONS) of as many classes; always the same numbers."""
    rng = np.random.default_rng(0)
    return rng.uniform(1.0, 4.0, FUNCTIONS), rng.uniform(0.0, 2 * np.pi, (count, FUNCTIONS))


def _clusters(classes: NDArray[np.int64], signature: Array) -> NDArray[np.int64]:
    """Split each class where signatures (n, F) differ by more than the tolerance."""
    refined = np.full(len(classes), -1, dtype=np.int64)
    count = 0
    for atom in range(len(classes)):
        if refined[atom] < 0:
            equal = (refined < 0) & (classes == classes[atom])
            equal &= np.abs(signature - signature[atom]).max(1) < TOLERANCE
            refined[equal] = count
            count += 1
    return refined
