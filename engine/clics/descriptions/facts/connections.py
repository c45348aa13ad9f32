"""Connections of coordination polyhedra by centre."""

from __future__ import annotations

from collections import defaultdict

from clics.descriptions.facts.shared_ligands import SHARING, SharedLigands
from clics.results.facts import PolyhedronConnection

SAME_ANGLE = 0.1
"""Degrees. Angles at corners are listed once where each is nearer than this to the next larger one."""

ANGLE_DECIMALS = 2


def find_connections(pairs: SharedLigands, label_of: dict[int, str], orbit: list[int]) -> list[PolyhedronConnection]:
    """The connections of the polyhedra of every orbit.

    Args:
        pairs: Pairs of polyhedra, at least those that begin at the first sites of the orbits.
        label_of: Label of every orbit, by its first site.
        orbit: For every site the first one of its orbit.
    """
    found: dict[tuple[int, int, int], list[float]] = defaultdict(list)
    for begin, end, sharing, angle in zip(
        pairs.begin.tolist(), pairs.end.tolist(), pairs.sharing.tolist(), pairs.angle.tolist(), strict=True
    ):
        if begin in label_of:
            found[begin, orbit[end], sharing].append(angle)
    place = {first: number for number, first in enumerate(label_of)}
    return [
        PolyhedronConnection(
            label_of[begin], label_of[end], SHARING[sharing], len(angles), _distinct(angles) if sharing == 0 else ()
        )
        for (begin, end, sharing), angles in sorted(
            found.items(), key=lambda item: (place[item[0][0]], place[item[0][1]], item[0][2])
        )
    ]


def _distinct(angles: list[float]) -> tuple[float, ...]:
    """Different angles, ascending; each is the mean of those that are the same."""
    groups: list[list[float]] = []
    for angle in sorted(angles):
        if groups and angle - groups[-1][-1] < SAME_ANGLE:
            groups[-1].append(angle)
        else:
            groups.append([angle])
    return tuple(round(sum(group) / len(group), ANGLE_DECIMALS) for group in groups)
