"""The environment of every inequivalent site: geometry, neighbours, and what it shares with the neighbours of these.

Robocrystallographer's rules (its ``SiteAnalyzer``) on arrays: each symmetry orbit is looked at once, and all neighbours
of neighbours of a cell are found by one sorting of integers.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.descriptions.robocrys.bonds import STEP, Bonds, ranges
from clics.descriptions.robocrys.element_tables import electronegativity
from clics.descriptions.robocrys.fingerprint import Geometry, geometries
from clics.results.description import Sharing

SAME_LIKENESS = 0.001
SAME_LENGTH = 0.01
"""Å"""
SAME_ANGLE = 0.1
"""Degrees"""
ANGLE_DECIMALS = 8
"""Of a degree; angles that agree in these are the same but for rounding."""

CONNECTED_GEOMETRIES = frozenset(
    {
        "tetrahedral",
        "octahedral",
        "trigonal pyramidal",
        "square pyramidal",
        "trigonal bipyramidal",
        "pentagonal pyramidal",
        "hexagonal pyramidal",
        "pentagonal bipyramidal",
        "hexagonal bipyramidal",
        "cuboctahedral",
    }
)
"""Geometries whose connected polyhedra a description lists, by robocrystallographer's names."""

_SHARING: dict[int, Sharing] = {1: "corner", 2: "edge"}


@dataclass(frozen=True, slots=True)
class Beyond:
    """A neighbour's neighbour: ``site``, what the two share, and the angles at the shared atoms in degrees."""

    site: int
    sharing: Sharing
    angles: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment of an inequivalent site; other sites are given by their representative inequivalent sites.

    ``lengths[s]`` are the bonds to s in Å, shortest first; ``shared[sharing][s]`` counts the s that share a corner, an
    edge or a face; ``tilts[s]`` are the angles in degrees at shared corners. ``polyhedron`` is the formula of the
    polyhedron's corners (``O6``), None for a site that the description does not call one. ``labels`` are its symmetry
    labels.
    """

    element: str
    geometry: Geometry
    labels: tuple[int, ...]
    lengths: dict[int, list[float]]
    shared: dict[Sharing, Counter[int]]
    tilts: dict[int, list[float]]
    polyhedron: str | None


@dataclass(frozen=True, slots=True)
class Environments:
    """``same_as[i]`` is the inequivalent site that stands for site i; ``of`` holds the environments of those."""

    same_as: list[int]
    of: dict[int, Environment]


def find_environments(
    bonds: Bonds, fingerprints: NDArray[np.float64], symbols: list[str], labels_by: list[int]
) -> Environments:
    """Find the inequivalent sites of a cell and their environments.

    Args:
        bonds: Of the cell.
        fingerprints: (s, e), of the first sites of its orbits.
        symbols: Elements (n,).
        labels_by: For each site the first site of its orbit; labels count these from 1 within an element.
    """
    geometry = dict(zip(bonds.firsts, geometries(fingerprints), strict=True))
    orbit = bonds.orbit.tolist()
    beyond = _neighbours_beyond(bonds)
    same_as = _inequivalent(bonds, symbols, geometry, beyond)
    labels = _labels(symbols, labels_by)
    of_site = [same_as[first] for first in orbit]
    labels_of = defaultdict(set)
    for site, kind in enumerate(of_site):
        labels_of[kind].add(labels[site])
    environments = {}
    # In the order of a set, as robocrystallographer has its sites.
    for kind in set(of_site):
        bonded = slice(bonds.bounds[kind], bonds.bounds[kind + 1])
        ends = bonds.end[bonded].tolist()
        lengths: dict[int, list[float]] = {}
        for end, length in zip(ends, bonds.length[bonded].tolist(), strict=True):
            lengths.setdefault(of_site[end], []).append(length)
        shared: dict[Sharing, Counter[int]] = {}
        tilts: dict[int, list[float]] = {}
        for far in beyond[kind]:
            other = of_site[far.site]
            shared.setdefault(far.sharing, Counter())[other] += 1
            if far.sharing == "corner":
                tilts.setdefault(other, []).extend(far.angles)
        spoken = geometry[kind].type in CONNECTED_GEOMETRIES and any(
            geometry[orbit[far.site]].type in CONNECTED_GEOMETRIES for far in beyond[kind]
        )
        polyhedron = corners_formula([symbols[end] for end in ends]) if spoken else None
        environments[kind] = Environment(
            symbols[kind], geometry[kind], tuple(labels_of[kind]), lengths, shared, tilts, polyhedron
        )
    return Environments(of_site, environments)


def corners_formula(elements: list[str]) -> str | None:
    """For example ``O4F2``, by electronegativity; None for nothing."""
    counts = Counter(elements)
    ordered = sorted(counts, key=lambda element: [electronegativity(element), element])
    return "".join(f"{element}{counts[element] if counts[element] > 1 else ''}" for element in ordered) or None


def _labels(symbols: list[str], labels_by: list[int]) -> list[int]:
    """For each site the number, from 1 within its element, of the first site it is equivalent to."""
    seen: dict[str, dict[int, int]] = {}
    labels = []
    for element, first in zip(symbols, labels_by, strict=True):
        known = seen.setdefault(element, {})
        labels.append(known.setdefault(first, len(known) + 1))
    return labels


def _neighbours_beyond(bonds: Bonds) -> dict[int, list[Beyond]]:
    """For the first site of every orbit the neighbours of its neighbours, without itself."""
    beyond: dict[int, list[Beyond]] = {first: [] for first in bonds.firsts}
    firsts = np.array(bonds.firsts)
    # Every way of two bonds from a first site: bond ``out`` to the middle, bond ``on`` from there.
    _, out = ranges(bonds.bounds[firsts], bonds.bounds[firsts + 1])
    middle = bonds.end[out]
    way, on = ranges(bonds.bounds[middle], bonds.bounds[middle + 1])
    out = out[way]
    start, end, image = bonds.begin[out], bonds.end[on], bonds.image[out] + bonds.image[on]
    away = (start != end) | (image != 0)
    out, on, start, end, image = out[away], on[away], start[away], end[away], image[away]
    if len(out) == 0:
        return beyond
    cosine = -(bonds.vector[out] * bonds.vector[on]).sum(axis=1) / (bonds.length[out] * bonds.length[on])
    angle = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    # Ways to the same end pass the atoms that the two sites share.
    key = (start * len(bonds.orbit) + end) * STEP**3 + image
    order = np.argsort(key, kind="stable")
    changes = np.flatnonzero(np.diff(key[order])) + 1
    bounds = [0, *changes.tolist(), len(order)]
    start, end, angles = start[order].tolist(), end[order].tolist(), angle[order].tolist()
    for first, last in itertools.pairwise(bounds):
        sharing = _SHARING.get(last - first, "face")
        beyond[start[first]].append(Beyond(end[first], sharing, tuple(angles[first:last])))
    return beyond


def _inequivalent(
    bonds: Bonds, symbols: list[str], geometry: dict[int, Geometry], beyond: dict[int, list[Beyond]]
) -> dict[int, int]:
    """For the first site of every orbit the first one with the same element, geometry and (next) neighbours."""
    orbit = bonds.orbit.tolist()
    same_as: dict[int, int] = {}
    kinds: dict[tuple[str, str], list[int]] = {}
    for site in bonds.firsts:
        known = kinds.setdefault((symbols[site], geometry[site].type), [])
        for other in known:
            if (
                abs(geometry[site].likeness - geometry[other].likeness) < SAME_LIKENESS
                and _same_neighbours(bonds, symbols, site, other)
                and _same_beyond(beyond[site], beyond[other], symbols, geometry, orbit)
            ):
                same_as[site] = other
                break
        else:
            same_as[site] = site
            known.append(site)
    return same_as


def _same_neighbours(bonds: Bonds, symbols: list[str], a: int, b: int) -> bool:
    """True where two sites have the same elements bonded at the same lengths."""
    near = []
    for site in (a, b):
        bonded = slice(bonds.bounds[site], bonds.bounds[site + 1])
        ends, lengths = bonds.end[bonded].tolist(), bonds.length[bonded].tolist()
        near.append(sorted((symbols[end], length) for end, length in zip(ends, lengths, strict=True)))
    return len(near[0]) == len(near[1]) and all(
        x[0] == y[0] and abs(x[1] - y[1]) < SAME_LENGTH for x, y in zip(*near, strict=True)
    )


def _same_beyond(
    a: list[Beyond], b: list[Beyond], symbols: list[str], geometry: dict[int, Geometry], orbit: list[int]
) -> bool:
    """True where two sites have the same neighbours of neighbours, at the same angles.

    Both are sorted by element, geometry, sharing and angles, and compared in that order. Where angles agree but for
    rounding, robocrystallographer leaves the order to the last bit; here the better geometry comes first.
    """
    if len(a) != len(b):
        return False
    far = []
    for around in (a, b):
        rows = []
        for near in around:
            other = geometry[orbit[near.site]]
            angles = sorted(round(angle, ANGLE_DECIMALS) for angle in near.angles)
            rows.append((symbols[near.site], other.type, near.sharing, angles, -other.likeness))
        far.append(sorted(rows))
    return all(
        x[:3] == y[:3]
        and abs(x[4] - y[4]) < SAME_LIKENESS
        and all(abs(p - q) < SAME_ANGLE for p, q in zip(x[3], y[3], strict=False))  # faces may share three or more
        for x, y in zip(*far, strict=True)
    )
