"""Facts of the geometry of a crystal in the field's terms: sites, polyhedra, networks, bonding.

Robocrystallographer's description (:mod:`clics.results.description`) stands beside them: models are trained on its
language. Indices of planes and directions refer to the cell as it was read where it is as large as the conventional cell,
else to the conventional cell of the standard setting (:attr:`GeometryFacts.axes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from clics.results.description import Sharing
from clics.results.plain_values import plain

Role = Literal["cation", "anion", "neutral"]
"""Part of an atom in its bonds by electronegativity: less than that of its neighbours (cation), more (anion), or equal."""
Extent = Literal["crystal", "slab", "wire", "molecule", "atoms"]
"""How far the matter of a cell reaches: everywhere, or with vacuum around it in one, two or three directions; atoms
without bonds."""
Axes = Literal["read", "standard"]
"""Axes of indices: those of the cell as it was read, or of the conventional cell of the standard setting."""
Indices = tuple[int, ...]
"""Miller indices of a plane, or indices of a direction."""


@dataclass(frozen=True, slots=True)
class ShapeMeasure:
    """The continuous shape measure of a coordination polyhedron against one reference shape.

    Attributes:
        symbol: Symbol of the reference shape, for example ``TPR-6``.
        name: Its name, for example ``trigonal prism`` or ``square planar``.
        value: The measure S, 0 (ideal) to 100.
    """

    symbol: str
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a coordination polyhedron by continuous shape measures (doi:10.1021/ic9804925).

    Attributes:
        nearest: The nearest shape that the site symmetry allows; None where no shape is defined.
        second: The second nearest.
        named: The nearest shape is close enough, and the second far enough, to name the polyhedron by it.
        distorted: It is named, but far enough from the ideal to be called distorted.
        excluded: A nearer shape that the site symmetry excludes.
    """

    nearest: ShapeMeasure | None
    second: ShapeMeasure | None = None
    named: bool = False
    distorted: bool = False
    excluded: ShapeMeasure | None = None

    @property
    def symbol(self) -> str | None:
        """Symbol of the shape by which the polyhedron is named; None where it has no ideal shape."""
        return self.nearest.symbol if self.named and self.nearest is not None else None


@dataclass(frozen=True, slots=True)
class BondGroup:
    """The bonds of a site to one element that are of one length.

    Attributes:
        element: The element of the neighbours.
        length: Length in Å.
        count: Number of bonds.
    """

    element: str
    length: float
    count: int


@dataclass(frozen=True, slots=True)
class SiteGeometry:
    """The geometry of one crystallographic orbit.

    Attributes:
        label: Label of the file; without one the element, with a number where it is on several orbits (``O2``).
        element: Its element.
        multiplicity: Atoms of the orbit in the conventional cell.
        wyckoff: Wyckoff letter.
        site_symmetry: Site-symmetry symbol.
        atoms: Indices into the crystal as it was read.
        role: Cation, anion or neutral.
        bonds: The bonds, by element and length, shortest first.
        polyhedron: Formula of the coordination polyhedron, for example ``MoS6``; None without bonds.
        shape: Its shape; None where no shape is defined (no, one, or more than 16 neighbours).
        angle: Bond angle of a two-coordinate site in degrees; None for others.
        shell: Number of neighbours up to the largest gap among their distances, in a metal or alloy where the bonds leave out
            some of them; such a site has no shape. None where the bonds end at a clear gap.
    """

    label: str
    element: str
    multiplicity: int
    wyckoff: str
    site_symmetry: str
    atoms: tuple[int, ...]
    role: Role
    bonds: tuple[BondGroup, ...] = ()
    polyhedron: str | None = None
    shape: Shape | None = None
    angle: float | None = None
    shell: int | None = None

    @property
    def coordination_number(self) -> int:
        """Number of bonds."""
        return sum(group.count for group in self.bonds)


@dataclass(frozen=True, slots=True)
class PolyhedronConnection:
    """The connections of the polyhedra of one orbit to those of another (or of the same) with a centre of the same role.

    Attributes:
        site: Label of the centre.
        to: Label of the centre of the other polyhedra.
        sharing: They share a corner, an edge or a face.
        count: Number of the other polyhedra around one.
        angles: Angles centre–corner–centre in degrees at shared corners, distinct and ascending.
    """

    site: str
    to: str
    sharing: Sharing
    count: int
    angles: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """The network that cation-centred polyhedra of one formula and shape build among themselves.

    Attributes:
        polyhedron: Formula of the polyhedra, for example ``CoO6``.
        symbol: Symbol of their shape; None where they have no ideal shape.
        sites: Labels of the centres.
        sharing: The ways of sharing that are counted, in the order corner, edge, face; none for isolated polyhedra.
        dimensionality: 0 (isolated or finite groups) to 3 (framework).
        size: Polyhedra in one group of dimensionality 0 (1: isolated); 0 for others.
        indices: Plane of the layers or direction of the chains; None for dimensionality 0 and 3.
        name: Name of the field for such a network (``phyllosilicate``); None where there is none.
    """

    polyhedron: str
    symbol: str | None
    sites: tuple[str, ...]
    sharing: tuple[Sharing, ...]
    dimensionality: int
    size: int = 0
    indices: Indices | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class MixedNetwork:
    """The network that cation-centred polyhedra of two kinds build together: ZrO6 and PO4 in NaZr2(PO4)3.

    A kind is all polyhedra of one formula, of one shape, or of both; every network has polyhedra of each.

    Attributes:
        polyhedra: Formulas of the polyhedra, the more electropositive centre first.
        sites: Labels of the centres.
        sharing: The ways of sharing that are counted, in the order corner, edge, face, between polyhedra of any kind.
        dimensionality: 0 (finite groups) to 3 (framework).
        size: Polyhedra in one group of dimensionality 0; 0 for others.
        indices: Plane of the layers or direction of the chains; None for dimensionality 0 and 3.
    """

    polyhedra: tuple[str, ...]
    sites: tuple[str, ...]
    sharing: tuple[Sharing, ...]
    dimensionality: int
    size: int = 0
    indices: Indices | None = None


@dataclass(frozen=True, slots=True)
class Bonding:
    """The bonded network of the whole crystal.

    Attributes:
        dimensionality: 0 (molecules or atoms) to 3 (framework); the largest of all bonded parts.
        indices: Plane of the layers or direction of the chains; None for dimensionality 0 and 3.
        extent: How far the matter reaches.
        parts: Formula and dimensionality of each different bonded part.
        vacuum: Width of the empty layer beside a slab in Å, between centres of atoms; None for others.
    """

    dimensionality: int
    indices: Indices | None = None
    extent: Extent = "crystal"
    parts: tuple[tuple[str, int], ...] = ()
    vacuum: float | None = None


@dataclass(frozen=True, slots=True)
class GeometryFacts:
    """The facts of the geometry of a crystal.

    Attributes:
        sites: The crystallographic orbits, cations first.
        connections: Connections of polyhedra, by centre.
        networks: Networks of cation-centred polyhedra.
        bonding: The bonded network of all atoms.
        axes: The axes that indices refer to.
        corrected: The bonds of a user's rules were used in place of CrystalNN's.
        mixed: Networks of polyhedra of two kinds; None in facts that an earlier version stored.
    """

    sites: tuple[SiteGeometry, ...]
    connections: tuple[PolyhedronConnection, ...]
    networks: tuple[Network, ...]
    bonding: Bonding
    axes: Axes = "standard"
    corrected: bool = False
    mixed: tuple[MixedNetwork, ...] | None = None

    @property
    def pieces_unclear(self) -> bool:
        """True for a metal or alloy whose bonds make molecules, chains or layers only since they leave out neighbours."""
        return self.bonding.dimensionality < 3 and any(site.shell is not None for site in self.sites)

    def site(self, label: str) -> SiteGeometry:
        """The orbit with a label.

        Raises:
            KeyError: There is none.
        """
        for site in self.sites:
            if site.label == label:
                return site
        raise KeyError(label)

    def to_json(self) -> dict[str, Any]:
        """The facts as a plain dictionary; :meth:`from_json` is the inverse."""
        facts: dict[str, Any] = plain(self)
        return facts

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> GeometryFacts:
        """The facts of a dictionary from :meth:`to_json`, in which tuples may have become lists."""
        return cls(
            sites=tuple(_site(site) for site in data["sites"]),
            connections=tuple(
                PolyhedronConnection(**{**each, "angles": tuple(each["angles"])}) for each in data["connections"]
            ),
            networks=tuple(_network(each) for each in data["networks"]),
            bonding=Bonding(
                **{
                    **data["bonding"],
                    "indices": _indices(data["bonding"]["indices"]),
                    "parts": tuple((str(formula), int(number)) for formula, number in data["bonding"]["parts"]),
                }
            ),
            axes=data.get("axes", "standard"),
            corrected=data.get("corrected", False),
            mixed=None if data.get("mixed") is None else tuple(_mixed(each) for each in data["mixed"]),
        )


def _indices(values: Any) -> Indices | None:
    return None if values is None else tuple(values)


def _measure(data: dict[str, Any] | None) -> ShapeMeasure | None:
    return None if data is None else ShapeMeasure(**data)


def _site(data: dict[str, Any]) -> SiteGeometry:
    shape = data["shape"]
    if shape is not None:
        measures = {key: _measure(shape[key]) for key in ("nearest", "second", "excluded")}
        shape = Shape(**{**shape, **measures})
    bonds = tuple(BondGroup(**group) for group in data["bonds"])
    return SiteGeometry(**{**data, "atoms": tuple(data["atoms"]), "bonds": bonds, "shape": shape})


def _network(data: dict[str, Any]) -> Network:
    return Network(
        **{
            **data,
            "sites": tuple(data["sites"]),
            "sharing": tuple(data["sharing"]),
            "indices": _indices(data["indices"]),
        }
    )


def _mixed(data: dict[str, Any]) -> MixedNetwork:
    lists = {key: tuple(data[key]) for key in ("polyhedra", "sites", "sharing")}
    return MixedNetwork(**{**data, **lists, "indices": _indices(data["indices"])})
