"""Rotations spread over all orientations, and orthogonal matrices nearest to others, many at once."""

from __future__ import annotations

import numpy as np

SINGULAR = 1e-6
"""Determinant of a normalised matrix, and norm of a matrix, below which they are taken as this."""


def spiral(count: int) -> np.ndarray:
    """Nearly uniform rotations, the super-Fibonacci spiral (M. Alexa, CVPR 2022, doi:10.1109/CVPR52688.2022.00811).

    Args:
        count: Number of rotations.

    Returns:
        (count, 3, 3) rotation matrices.
    """
    step = np.arange(count) + 0.5
    share, turn = step / count, 2 * np.pi * step
    alpha, beta = turn / np.sqrt(2), turn / 1.533751168755204288118041
    short, long = np.sqrt(share), np.sqrt(1 - share)
    x, y, z, w = short * np.sin(alpha), short * np.cos(alpha), long * np.sin(beta), long * np.cos(beta)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.array(rows).transpose(2, 0, 1)


def cofactors(matrices: np.ndarray) -> np.ndarray:
    """Cofactor matrices of (3, 3, m) matrices, in the same layout."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = matrices
    return np.array(
        [
            [yy * zz - yz * zy, yz * zx - yx * zz, yx * zy - yy * zx],
            [xz * zy - xy * zz, xx * zz - xz * zx, xy * zx - xx * zy],
            [xy * yz - xz * yy, xz * yx - xx * yz, xx * yy - xy * yx],
        ]
    )


def nearest_orthogonal(matrices: np.ndarray, rounds: int = 4) -> np.ndarray:
    """Orthogonal matrices nearest to others, by Newton's iteration (N. Higham, doi:10.1137/0907079).

    Args:
        matrices: (3, 3, m) matrices; of a singular one some orthogonal matrix comes out.
        rounds: Number of iterations.

    Returns:
        (3, 3, m) matrices, nearly orthogonal after a few rounds.
    """
    norms = np.sqrt(np.einsum("abm,abm->m", matrices, matrices))
    result = matrices * (np.sqrt(3) / np.maximum(norms, SINGULAR))
    for _ in range(rounds):
        inverse = cofactors(result)
        determinants = np.einsum("bm,bm->m", result[0], inverse[0])
        inverse /= np.where(np.abs(determinants) < SINGULAR, SINGULAR, determinants)
        scale = (np.einsum("abm,abm->m", inverse, inverse) / np.einsum("abm,abm->m", result, result)) ** 0.25
        result = 0.5 * (result * scale + inverse / scale)
    return np.asarray(result)
