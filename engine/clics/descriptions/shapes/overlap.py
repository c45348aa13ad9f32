"""The overlap of two sets of points at their best rotation.

With both sets centred and normalised, the measure of a polyhedron against a reference is S = 100 (1 − c²), where the
overlap c is the largest trace of RᵀM over rotations and reflections R, M = Σ xᵢ yᵢᵀ. That is the nuclear norm of M, the
sum of its singular values. Scale is free, so that it drops out (Pinsky & Avnir, Inorg. Chem. 37, 5575 (1998),
doi:10.1021/ic9804925).
"""

from __future__ import annotations

import numpy as np

TINY = 1e-12


def normalised(vertices: np.ndarray) -> np.ndarray:
    """Vertices and their centre, about their mean and of norm 1.

    Args:
        vertices: (n, 3) vertices about the centre.

    Returns:
        (n + 1, 3) points, the centre last; zeros where all points coincide.
    """
    points = np.zeros((len(vertices) + 1, 3))
    points[:-1] = vertices
    points -= points.mean(axis=0)
    norm = np.sqrt((points**2).sum())
    return points / norm if norm > TINY else points * 0.0


def nuclear_norms(matrices: np.ndarray, rounds: int) -> np.ndarray:
    """Upper bounds of the sums of singular values of 3 × 3 matrices, which approach them by the factor nine a round.

    With a = Σσᵢ², b = Σσᵢ²σⱼ², d = σ₁σ₂σ₃ the sum s obeys s² = a + 2 √(b + 2 d s); iterating from s = √(3a) falls
    monotonically to it.

    Args:
        matrices: (3, 3, m).
        rounds: Number of iterations.

    Returns:
        (m,) bounds.
    """
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = matrices
    cofactors = (
        yy * zz - yz * zy, yz * zx - yx * zz, yx * zy - yy * zx,
        xz * zy - xy * zz, xx * zz - xz * zx, xy * zx - xx * zy,
        xy * yz - xz * yy, xz * yx - xx * yz, xx * yy - xy * yx,
    )  # fmt: skip
    squares = np.einsum("ijm,ijm->m", matrices, matrices)
    twice_det = 2 * np.abs(xx * cofactors[0] + xy * cofactors[1] + xz * cofactors[2])
    products = cofactors[0] * cofactors[0]
    for cofactor in cofactors[1:]:
        products += cofactor * cofactor
    total = np.sqrt(3 * squares)
    for _ in range(rounds):
        total = np.sqrt(squares + 2 * np.sqrt(products + twice_det * total))
    return np.asarray(total)
