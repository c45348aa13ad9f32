"""Which reference shapes a site symmetry allows.

A coordination polyhedron has every operation of its site. It can be named by a shape only if the point group of the shape
contains the site-symmetry group: on a site of symmetry -6m2 there can be a trigonal prism, but no pentagonal pyramid.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import product

import numpy as np

from clics.descriptions.shapes.reference import shapes_of, vertices_of
from clics.descriptions.shapes.symmetry import NEARLY_SAME, vertex_isometries

Kind = tuple[int, int]
"""Determinant, and trace in hundredths: equal for operations of one kind, as twofold rotations."""

THREEFOLD: Kind = (1, 0)


def allowed_shapes(coordination_number: int, rotations: np.ndarray) -> frozenset[str]:
    """Symbols of the reference shapes whose point group contains a site-symmetry group.

    Args:
        coordination_number: Number of vertices.
        rotations: (m, 3, 3) Cartesian matrices of the site-symmetry group; none stand for the trivial group.

    Returns:
        The symbols of that coordination number.
    """
    group = np.asarray(rotations, dtype=float).reshape(-1, 3, 3)
    return _allowed(coordination_number, _GroupOfClass(group if len(group) else np.eye(3)[None]))


class _GroupOfClass:
    """A crystallographic point group; two are equal if they are of one geometric class."""

    def __init__(self, matrices: np.ndarray) -> None:
        self.matrices = matrices
        self.counts = tuple(sorted(Counter(_kinds(matrices)).items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _GroupOfClass) and self.counts == other.counts

    def __hash__(self) -> int:
        return hash(self.counts)


@cache
def _allowed(coordination_number: int, group: _GroupOfClass) -> frozenset[str]:
    pairs = zip(shapes_of(coordination_number), _point_groups(coordination_number), strict=True)
    return frozenset(shape.symbol for shape, point_group in pairs if contains(point_group, group.matrices))


@cache
def _point_groups(coordination_number: int) -> tuple[np.ndarray, ...]:
    return tuple(vertex_isometries(vertices, NEARLY_SAME) for vertices in vertices_of(coordination_number))


def _kinds(matrices: np.ndarray) -> list[Kind]:
    traces, determinants = np.trace(matrices, axis1=1, axis2=2), np.linalg.det(matrices)
    return [(round(float(d)), round(100 * float(t)) + 0) for d, t in zip(determinants, traces, strict=True)]


def contains(group: np.ndarray, subgroup: np.ndarray) -> bool:
    """True if a point group has a subgroup that is a rotated copy of another point group.

    Such a copy exists if and only if there is a homomorphism that keeps every trace, because real representations of
    equal character are equivalent.

    Args:
        group: (g, 3, 3) the group; none stand for D∞h.
        subgroup: (h, 3, 3) the group that is looked for.
    """
    wanted = _kinds(subgroup)
    if not len(group):
        return wanted.count(THREEFOLD) <= 2  # every point group but the cubic ones has an axis for itself
    kinds = _kinds(group)
    have = Counter(kinds)
    if len(group) % len(subgroup) or any(have[kind] < number for kind, number in Counter(wanted).items()):
        return False
    generators = _generators(subgroup)
    images = [[g for g, kind in enumerate(kinds) if kind == wanted[h]] for h in generators]
    table, sub_table = _products(group), _products(subgroup)
    return any(
        _keeps_traces(sub_table, table, wanted, kinds, dict(zip(generators, image, strict=True)))
        for image in product(*images)
    )


def _products(group: np.ndarray) -> np.ndarray:
    """Index of the product of every two elements."""
    products = np.einsum("gab,hbc->ghac", group, group)
    return np.asarray(np.abs(products[:, :, None] - group).max(axis=(3, 4)).argmin(axis=2))


def _generators(group: np.ndarray) -> list[int]:
    table = _products(group)
    found = {int(np.trace(group, axis1=1, axis2=2).argmax())}
    chosen: list[int] = []
    for element in range(len(group)):
        if element not in found:
            chosen.append(element)
            while True:
                more = {int(table[a, b]) for a in chosen for b in found} | found | {element}
                if more == found:
                    break
                found = more
    return chosen


def _keeps_traces(
    sub_table: np.ndarray, table: np.ndarray, wanted: list[Kind], kinds: list[Kind], image: dict[int, int]
) -> bool:
    """True if images of generators extend to a homomorphism that keeps determinants and traces."""
    identities = wanted.index((1, 300)), kinds.index((1, 300))
    to = {identities[0]: identities[1]}
    left = [identities[0]]
    while left:
        element = left.pop()
        for generator, its_image in image.items():
            new, its = int(sub_table[generator, element]), int(table[its_image, to[element]])
            if new not in to:
                if wanted[new] != kinds[its]:
                    return False
                to[new] = its
                left.append(new)
            elif to[new] != its:
                return False
    return True
