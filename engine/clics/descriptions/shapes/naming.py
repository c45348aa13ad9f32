"""The name of a coordination polyhedron: the nearest reference shape that its site allows, if it is near enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics.descriptions.shapes.measures import near_measures
from clics.descriptions.shapes.reference import all_shapes, family_of, shapes_of
from clics.descriptions.shapes.site_symmetry import allowed_shapes
from clics.results.facts import Shape, ShapeMeasure

if TYPE_CHECKING:
    import numpy as np

NAMED_BELOW = 5.0
"""Largest measure at which a polyhedron is named by a shape that is clearly the nearest."""
CLEARLY = 0.92
"""Ratio of the measures of the nearest and the second nearest shape up to which the nearest clearly is the nearest."""
STRETCHED_BELOW = 12.0
"""The same limit where the site makes all neighbours equivalent: the flat hexagonal prisms in AlB2 still are prisms."""
BY_FAR = 0.4
"""The same ratio where the measure is larger than :data:`NAMED_BELOW`."""
SAME_PLACE = 0.02
"""Distance of two neighbours, in lengths of bonds, below which they are in one place."""
DISTORTED_ABOVE = 2.0
"""Measure above which a named shape is called distorted."""
TINY = 1e-9
LINEAR_FROM = 160.0
"""Angle in degrees from which two bonds are linear."""


def shape_of(vectors: np.ndarray, site_rotations: np.ndarray | None = None) -> Shape:
    """The shape of a coordination polyhedron by continuous shape measures (Pinsky & Avnir, doi:10.1021/ic9804925).

    Args:
        vectors: (n, 3) vectors in Å from the centre to its neighbours.
        site_rotations: (m, 3, 3) Cartesian matrices of the site-symmetry group; None for the trivial group.

    Returns:
        The nearest shape that the site symmetry allows, the next one of other name, allowed or not, and whether the
        nearest names the polyhedron: it does where it is near and all others that are allowed are farther. Without a
        shape where none is defined: for 0, 1, 13 and more than 16 neighbours, neighbours that all coincide with the
        centre, and coordinates that are not finite.
    """
    import numpy as np

    vectors = np.asarray(vectors, dtype=float).reshape(-1, 3)
    values = near_measures(vectors)
    if not values:
        return Shape(None)
    allowed = frozenset(values) if site_rotations is None else allowed_shapes(len(vectors), site_rotations)
    if len(vectors) == 2:
        return _two_coordinate(vectors, values, allowed)
    ranked = sorted(values, key=values.__getitem__)
    excluded = _measure(ranked[0], values) if ranked[0] not in allowed else None
    nearest = next((symbol for symbol in ranked if symbol in allowed), None)
    if nearest is None:
        return Shape(None, excluded=excluded)
    value, family = values[nearest], family_of(nearest)
    others = [symbol for symbol in ranked if values[symbol] >= value and family_of(symbol) != family]
    rivals = [symbol for symbol in others if symbol in allowed]
    ratio = value / max(values[rivals[0]], TINY) if rivals else 0.0
    near = value <= NAMED_BELOW and ratio <= CLEARLY
    stretched = not near and value <= STRETCHED_BELOW and ratio <= BY_FAR and _one_orbit(vectors, site_rotations)
    named = near or stretched
    return Shape(
        nearest=_measure(nearest, values),
        second=_measure(others[0], values) if others else None,
        named=named,
        distorted=named and value > DISTORTED_ABOVE,
        excluded=excluded,
    )


def _one_orbit(vectors: np.ndarray, site_rotations: np.ndarray | None) -> bool:
    """True if the operations of the site make all neighbours equivalent.

    The polyhedron then differs from a shape in few ways: a prism or antiprism in the ratio of its height and edge.
    """
    import numpy as np

    if site_rotations is None or len(site_rotations) < len(vectors):
        return False
    images = np.asarray(site_rotations) @ vectors[0]
    apart = np.linalg.norm(vectors[:, None] - images, axis=2).min(axis=1)
    return bool(apart.max() < SAME_PLACE * np.linalg.norm(vectors[0]))


def _measure(symbol: str, values: dict[str, float]) -> ShapeMeasure:
    return ShapeMeasure(symbol, all_shapes()[symbol].title, round(values[symbol], 4))


def _two_coordinate(vectors: np.ndarray, values: dict[str, float], allowed: frozenset[str]) -> Shape:
    """Linear or bent: an angle has no ideal, so that bent sites are never distorted."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1)
    if lengths.min() == 0:
        return Shape(None)
    cosine = float(np.clip(vectors[0] @ vectors[1] / lengths.prod(), -1, 1))
    linear, *bent = (shape.symbol for shape in shapes_of(2))
    bent.sort(key=values.__getitem__)
    if np.degrees(np.arccos(cosine)) >= LINEAR_FROM or not allowed.intersection(bent):
        return Shape(_measure(linear, values), _measure(bent[0], values), True, values[linear] > DISTORTED_ABOVE)
    return Shape(_measure(bent[0], values), _measure(linear, values), named=True)
