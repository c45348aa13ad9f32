"""The facts of the geometry of a crystal, put together from its standard cell and its bonds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clics.descriptions.facts.bonding import find_bonding
from clics.descriptions.facts.connections import find_connections
from clics.descriptions.facts.groups import adjacency
from clics.descriptions.facts.indices import is_conventional, on_axes
from clics.descriptions.facts.left_out import leave_out_equals
from clics.descriptions.facts.metal_shells import shells_of_metal
from clics.descriptions.facts.mixed_networks import find_mixed_networks
from clics.descriptions.facts.networks import cation_centres, find_networks
from clics.descriptions.facts.orbits import Orbit, find_orbits, site_rotations
from clics.descriptions.facts.polyhedra import bond_angle, bond_groups, polyhedron_formula
from clics.descriptions.facts.roles import ROLES, signs_of_sites
from clics.descriptions.facts.shared_ligands import shared_ligands
from clics.descriptions.robocrys.bonds import Bonds
from clics.descriptions.robocrys.components import Part
from clics.descriptions.robocrys.conventional_cell import Cell
from clics.descriptions.robocrys.element_tables import electronegativity
from clics.descriptions.shapes.naming import shape_of
from clics.results.facts import GeometryFacts, Indices, Role, Shape, SiteGeometry

_ORDER: tuple[Role, ...] = ("cation", "neutral", "anion")


def geometry_facts(cell: Cell, bonds: Bonds, parts: Sequence[Part], *, corrected: bool = False) -> GeometryFacts:
    """The facts of a crystal.

    Args:
        cell: Its standard cell.
        bonds: The bonds of that cell.
        parts: The connected parts of that cell.
        corrected: The bonds are those of a user's rules.
    """
    as_read = is_conventional(cell.to_read @ np.linalg.inv(cell.to_standard), cell.number)
    transformation = cell.to_read if as_read else cell.to_standard

    def to_axes(indices: Sequence[int], rank: int) -> Indices:
        return on_axes(indices, rank, transformation)

    sign = signs_of_sites(bonds, cell.symbols)
    orbits = sorted(find_orbits(cell), key=lambda orbit: _order(orbit, ROLES[int(sign[orbit.first])]))
    first = [orbit.first for orbit in orbits]
    # a user's bonds are meant as they are
    odd = np.zeros(len(first), np.bool_) if corrected else leave_out_equals(cell, bonds, first)
    shells = [None] * len(first) if corrected else shells_of_metal(cell, bonds, first)
    rows = zip(orbits, site_rotations(cell, first), odd.tolist(), shells, strict=True)
    sites = tuple(
        _site(cell, bonds, orbit, ROLES[int(sign[orbit.first])], None if left_out or shell else own, shell)
        for orbit, own, left_out, shell in rows
    )
    firsts = np.zeros(len(sign), dtype=bool)
    firsts[[orbit.first for orbit in orbits]] = True
    pairs = shared_ligands(bonds, sign, firsts | (sign > 0))
    places: dict[int, list[int]] = {orbit.first: [] for orbit in orbits}
    for place, of_orbit in enumerate(cell.orbit.tolist()):
        places[of_orbit].append(place)
    centres = cation_centres(
        sites,
        {orbit.label: places[orbit.first] for orbit in orbits},
        adjacency(pairs, (sign > 0).tolist()),
        to_axes,
    )
    return GeometryFacts(
        sites=sites,
        connections=tuple(find_connections(pairs, {orbit.first: orbit.label for orbit in orbits}, cell.orbit.tolist())),
        networks=find_networks(centres),
        bonding=find_bonding(cell, parts, to_axes),
        axes="read" if as_read else "standard",
        corrected=corrected,
        mixed=find_mixed_networks(centres),
    )


def _order(orbit: Orbit, role: Role) -> tuple[int, float, str, int]:
    """Cations before neutral sites and anions, each by electronegativity, the orbits of an element by their numbers."""
    x = electronegativity(orbit.element)
    number = int(orbit.label.removeprefix(orbit.element) or 0)
    return _ORDER.index(role), 9.0 if np.isnan(x) else x, orbit.element, number


def _site(
    cell: Cell, bonds: Bonds, orbit: Orbit, role: Role, rotations: NDArray[np.float64] | None, shell: int | None
) -> SiteGeometry:
    """The facts of a site; without ``rotations``, the operations of its symmetry, its neighbours have no shape."""
    return SiteGeometry(
        label=orbit.label,
        element=orbit.element,
        multiplicity=orbit.multiplicity,
        wyckoff=orbit.wyckoff,
        site_symmetry=orbit.site_symmetry,
        atoms=orbit.atoms,
        role=role,
        bonds=bond_groups(bonds, orbit.first, cell.symbols),
        polyhedron=polyhedron_formula(bonds, orbit.first, cell.symbols),
        shape=None if rotations is None else _shape(bonds, orbit.first, rotations),
        angle=None if shell is not None else bond_angle(bonds, orbit.first),
        shell=shell,
    )


def _shape(bonds: Bonds, site: int, rotations: NDArray[np.float64]) -> Shape | None:
    """The shape of a site's polyhedron, from the operations of its symmetry; None where no shape is defined."""
    vectors = bonds.vector[bonds.bounds[site] : bonds.bounds[site + 1]]
    if len(vectors) < 2:
        return None
    shape = shape_of(vectors, rotations)
    return None if shape.nearest is None and shape.excluded is None else shape
