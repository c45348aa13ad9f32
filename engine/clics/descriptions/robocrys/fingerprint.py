"""The fingerprint of a site: weights of its coordination numbers times order parameters.

The same entries as matminer's ``CrystalNNFingerprint_ops`` (Zimmermann & Jain, RSC Adv. 10, 6063 (2020),
doi:10.1039/C9RA07755C), computed from neighbourhoods that are already known.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clics.data import read_json_lines
from clics.descriptions.robocrys.crystal_nn import Neighbourhood
from clics.descriptions.robocrys.order_parameters import Parameters, angles_of, order_parameter

LEAST_GEOMETRY = 0.4
"""A site whose best entry is below this has no geometry but its coordination number."""


class Entry(NamedTuple):
    """One entry of the fingerprint; ``kind`` is None for the weight of the coordination number alone."""

    label: str
    coordination: int
    kind: str | None
    parameters: Parameters | None


class Geometry(NamedTuple):
    """Robocrystallographer's name of a site's geometry, and how close the site comes to it, 0 to 1."""

    type: str
    likeness: float


@functools.cache
def entries() -> tuple[Entry, ...]:
    """The entries in matminer's order, read once per process (``clics/data/site_fingerprint.jsonl``)."""
    return tuple(
        Entry(row["label"], row["coordination"], row.get("order_parameter"), row.get("parameters"))
        for row in read_json_lines("site_fingerprint.jsonl")
    )


@functools.cache
def _entries_at(coordination: int) -> tuple[tuple[int, Entry], ...]:
    """Place and entry of those that belong to a coordination number."""
    return tuple((place, entry) for place, entry in enumerate(entries()) if entry.coordination == coordination)


def site_fingerprints(neighbourhoods: Sequence[Neighbourhood]) -> NDArray[np.float64]:
    """Compute the fingerprints of sites.

    Args:
        neighbourhoods: Of s sites.

    Returns:
        (s, e) values from 0 to 1, in the order of :func:`entries`: the weight of a coordination number, times the order
        parameter of a geometry. Entries of coordination numbers without weight are 0.
    """
    table = np.zeros((len(neighbourhoods), len(entries())))
    # All sites that may have n neighbours are computed at once: an order parameter costs much per call, little per site.
    for number in sorted({number for around in neighbourhoods for number in around.weights}):
        places = _entries_at(number)
        sites = [site for site, around in enumerate(neighbourhoods) if around.weights.get(number, 0) != 0]
        if not places or not sites:
            continue
        weight = np.array([neighbourhoods[site].weights[number] for site in sites])
        table[sites, places[0][0]] = weight
        if len(places) == 1:
            continue
        angles = angles_of(np.array([neighbourhoods[site].vector[:number] for site in sites]))
        for place, entry in places:
            value = weight if entry.kind is None else weight * order_parameter(entry.kind, entry.parameters, angles)
            table[sites, place] = value
    return table


@functools.cache
def _names() -> tuple[NDArray[np.bool_], tuple[str, ...], tuple[str, ...]]:
    """Mask (e,) of the entries that are geometries; for each entry the names of its geometry and coordination number."""
    labels = [entry.label for entry in entries()]
    shapes = [" ".join(label.split()[:-1]) for label in labels]
    return (
        np.array(["wt" not in label for label in labels]),
        tuple("single-bond" if shape == "sgl_bd" else shape for shape in shapes),
        tuple(f"{entry.coordination}-coordinate" for entry in entries()),
    )


def geometries(fingerprints: NDArray[np.float64]) -> list[Geometry]:
    """Name the geometry of each site.

    Args:
        fingerprints: (s, e), of :func:`site_fingerprints`.

    Returns:
        The geometry with the largest order parameter; where that is below :data:`LEAST_GEOMETRY`, the coordination
        number with the largest weight.
    """
    shaped, shapes, numbers = _names()
    best = np.where(shaped, fingerprints, 0.0).argmax(axis=1).tolist()
    largest = fingerprints.argmax(axis=1).tolist()
    geometries = []
    for site, (shape, number) in enumerate(zip(best, largest, strict=True)):
        likeness = float(fingerprints[site, shape])
        if likeness < LEAST_GEOMETRY:
            geometries.append(Geometry(numbers[number], 1.0))
        else:
            geometries.append(Geometry(shapes[shape], likeness))
    return geometries
