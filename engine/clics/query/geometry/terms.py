"""Conditions on the facts of the geometry of a crystal (:class:`~clics.results.facts.GeometryFacts`), as a phrase states them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from clics.results.description import Sharing
from clics.results.facts import Extent, Indices

CentreRole = Literal["cation", "anion", "any"]
"""Centres that a phrase speaks of: cations and atoms that are neither (the default), anions, or all."""


@dataclass(frozen=True, slots=True)
class Polyhedra:
    """Coordination polyhedra, by everything that a phrase says of them; all must be true of one site.

    Attributes:
        shapes: Symbols of families of shapes, any of them.
        numbers: Coordination numbers, any of them.
        least: Least coordination number; 0: any.
        elements: Elements of the centre, any of them.
        group: Name of these elements in the phrase (``"rare earth"``); empty where they are named one by one.
        role: Role of the centre.
        ligands: Elements that are all among the neighbours.
        ligand_group: Name of these elements in the phrase (``"halogen"``), one of which is enough; empty where all are meant.
        formula: Formula of the polyhedron, the centre first, for example ``TiO6``; a letter such as M is any centre.
        distorted: The shape is distorted (True) or regular (False); None: either.
    """

    shapes: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    least: int = 0
    elements: tuple[str, ...] = ()
    group: str = ""
    role: CentreRole = "cation"
    ligands: tuple[str, ...] = ()
    ligand_group: str = ""
    formula: str = ""
    distorted: bool | None = None

    def __bool__(self) -> bool:
        """True if it says anything of the polyhedra."""
        return self != Polyhedra(role=self.role)

    def with_centre(self, other: Polyhedra) -> Polyhedra:
        """The same polyhedra around the centre of others."""
        return replace(self, elements=other.elements, group=other.group, role=other.role)


@dataclass(frozen=True, slots=True)
class GeometryTerm:
    """A part of a phrase as a condition on the facts of geometry; everything in it must be true of the same sites.

    Attributes:
        polyhedra: The polyhedra; empty where the term is about the whole crystal.
        every: They surround every cation, not only one.
        sharing: Ways in which they share ligands, each of which must occur; ``("isolated",)``: they share none.
        either: One of the ways of sharing is enough.
        only: They share in no other way.
        partner: The polyhedra with which they share; None: with those of the same kind.
        network: Dimensionalities of their network, any of them; empty: any.
        network_formula: Formula of the layer, chain or group that they build (``CoO2``).
        ring: They build finite rings.
        name: Name of the field for their network (``phyllosilicate``).
        bonding: Dimensionalities of the bonded network of the whole crystal, any of them.
        extent: How far the matter of the cell reaches.
        direction: Direction [uvw] of chains, or normal to layers.
        plane: Plane (hkl) of layers.
    """

    polyhedra: Polyhedra = Polyhedra()
    every: bool = False
    sharing: tuple[Sharing | Literal["isolated"], ...] = ()
    either: bool = False
    only: bool = False
    partner: Polyhedra | None = None
    network: tuple[int, ...] = ()
    network_formula: str = ""
    ring: bool = False
    name: str = ""
    bonding: tuple[int, ...] = ()
    extent: Extent | None = None
    direction: Indices | None = None
    plane: Indices | None = None

    @property
    def connected(self) -> bool:
        """True if it says how polyhedra are connected."""
        return bool(self.sharing or self.network or self.network_formula or self.name)
