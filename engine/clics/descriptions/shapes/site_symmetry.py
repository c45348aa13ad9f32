"""Which reference shapes a site symmetry allows.

A coordination polyhedron has every operation of its site. It can be named by a shape only if the point group of the shape
contains the site-symmetry group: on a site of symmetry -6m2 there can be a trigonal prism, but no pentagonal pyramid.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np

from clics import data
from clics.descriptions.shapes.reference import shapes_of

Kind = tuple[int, int]
"""Determinant and trace of an operation: equal for operations of one kind, as all twofold rotations."""


def allowed_shapes(coordination_number: int, rotations: np.ndarray) -> frozenset[str]:
    """Symbols of the reference shapes whose point group contains a site-symmetry group.

    Args:
        coordination_number: Number of vertices.
        rotations: (m, 3, 3) Cartesian matrices of the site-symmetry group; none stand for the trivial group.

    Returns:
        The symbols of that coordination number; all where the matrices are no crystallographic point group, as those
        that were found with a large tolerance can be.
    """
    shapes = shapes_of(coordination_number)
    group = point_group_of(rotations) if len(rotations) > 1 else "1"
    return frozenset(shape.symbol for shape in shapes if group is None or group in shape.site_symmetries)


def point_group_of(rotations: np.ndarray) -> str | None:
    """The crystallographic point group of matrices, by the number of operations of each kind.

    Args:
        rotations: (m, 3, 3) Cartesian matrices.

    Returns:
        Hermann–Mauguin symbol in the spelling of ``point_groups.tsv``; None if they are no group of that table.
    """
    return _groups().get(frozenset(Counter(kinds_of(rotations)).items()))


def kinds_of(matrices: np.ndarray) -> list[Kind]:
    """The kind of each of (m, 3, 3) Cartesian matrices."""
    matrices = np.asarray(matrices, dtype=float)
    traces, determinants = np.trace(matrices, axis1=1, axis2=2), np.linalg.det(matrices)
    return [(round(float(d)), round(float(t))) for d, t in zip(determinants, traces, strict=True)]


@cache
def _groups() -> dict[frozenset[tuple[Kind, int]], str]:
    return {
        frozenset(((int(d), int(t)), int(n)) for d, t, n in (part.split(":") for part in operations.split())): symbol
        for symbol, operations in data.read_rows("point_groups.tsv")
    }
