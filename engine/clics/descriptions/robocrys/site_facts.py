"""Environments → the typed facts of a :class:`~clics.results.description.Description`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from clics.descriptions.element_classes import element_class
from clics.descriptions.robocrys.neighbour_groups import Relations
from clics.results.description import Connection, Neighbours, Site

POLYHEDRON = {
    "octahedral": "octahedra",
    "tetrahedral": "tetrahedra",
    "trigonal pyramidal": "trigonal pyramid",
    "square pyramidal": "square pyramid",
    "trigonal bipyramidal": "trigonal bipyramid",
    "pentagonal pyramidal": "pentagonal pyramid",
    "hexagonal pyramidal": "hexagonal pyramid",
    "pentagonal bipyramidal": "pentagonal bipyramid",
    "hexagonal bipyramidal": "hexagonal bipyramid",
    "cuboctahedral": "cuboctahedra",
}
"""Robocrystallographer's noun for one polyhedron of a geometry (it says "one octahedra")."""


def polyhedra_of(geometry: str) -> str:
    """The noun for several polyhedra of a geometry, for example ``square pyramids``."""
    noun = POLYHEDRON[geometry]
    return f"{noun}s" if noun.endswith("pyramid") else noun


def typed_sites(relations: Relations, site_of_atom: Sequence[int]) -> tuple[Site, ...]:
    """The inequivalent sites, by number; every atom of ``site_of_atom`` is in exactly one."""
    atoms = defaultdict(list)
    for atom, key in enumerate(site_of_atom):
        atoms[key].append(atom)
    return tuple(_site(relations, key, tuple(atoms[key])) for key in sorted(relations.of))


def _site(relations: Relations, key: int, atoms: tuple[int, ...]) -> Site:
    around = relations.of[key]
    return Site(
        label=relations.name(key),
        element=around.element,
        element_class=element_class(around.element),
        atoms=atoms,
        geometry=around.geometry.type,
        likeness=around.geometry.likeness,
        neighbours=tuple(
            Neighbours(near.element, near.element + near.label, near.count) for near in relations.near[key]
        ),
        polyhedra=polyhedra_of(around.geometry.type) if around.polyhedron else None,
        connections=tuple(
            Connection(far.sharing, polyhedra_of(far.geometry), far.element, far.element + far.label, far.count)
            for far in relations.far[key]
        ),
    )
