"""The description of a crystal: the facts of its geometry, by the rules of robocrystallographer."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from clics.elements import ElementClass as ElementClass
from clics.results.plain_values import plain

if TYPE_CHECKING:
    from pandas import DataFrame

    from clics.results.facts import GeometryFacts
    from clics.results.table import Table

Sharing = Literal["corner", "edge", "face"]

DISTORTED_BELOW = 0.6
"""Order parameter (likeness) below which robocrystallographer calls a geometry distorted."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Bonded neighbours of a site that are on one symmetry-inequivalent site.

    Attributes:
        element: Their element.
        label: Label of their site, for example ``O(2)``.
        count: Their number.
    """

    element: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Connection:
    """The connection of a site's polyhedron to others.

    Attributes:
        sharing: The polyhedra share a corner, an edge or a face.
        geometry: Plural noun of the other polyhedra, for example ``octahedra``.
        element: Central element of the other polyhedra.
        label: Label of their central site.
        count: Their number.
    """

    sharing: Sharing
    geometry: str
    element: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Site:
    """A symmetry-inequivalent site.

    Attributes:
        label: Element and number, for example ``Ti(1)``.
        element: Its element.
        element_class: Metal, nonmetal or metalloid.
        atoms: Indices into the crystal as it was read; empty for a description that was parsed from text.
        geometry: Robocrystallographer's name of the geometry (``octahedral``, ``6-coordinate``, ``bent 120 degrees``).
        likeness: Order parameter of the geometry, in [0, 1].
        neighbours: The bonded neighbours.
        polyhedra: Plural noun of the polyhedron (``octahedra``), where the description states its connections.
        connections: The connections of the polyhedron.
    """

    label: str
    element: str
    element_class: ElementClass
    atoms: tuple[int, ...]
    geometry: str
    likeness: float
    neighbours: tuple[Neighbours, ...]
    polyhedra: str | None = None
    connections: tuple[Connection, ...] = ()

    @property
    def distorted(self) -> bool:
        """True if the description calls the geometry distorted."""
        return self.likeness < DISTORTED_BELOW


@dataclass(frozen=True, slots=True)
class SpaceGroup:
    """A space group.

    Attributes:
        symbol: Hermann–Mauguin symbol in spglib's ASCII spelling, for example ``I4_1/amd``.
        number: 1 to 230; 0 for an unusual symbol that was parsed from text.
        symprec: Tolerance of the symmetry search in Å.
    """

    symbol: str
    number: int
    symprec: float


@dataclass(frozen=True, slots=True, repr=False)
class Description:
    """The description of a crystal, printed as text; its data frame has one row for each orbit.

    Attributes:
        formula: Reduced formula.
        space_group: Space group at a tolerance of 0.01 Å.
        crystal_system: Crystal system.
        dimensionality: Dimensionality of the bonded network, 0 (molecules) to 3 (framework).
        sites: The symmetry-inequivalent sites.
        text: The description in words.
        space_groups: Space groups at the other tolerances.
        mineral: Name of the structure type, where it was looked up and found.
        components: Formula and dimensionality of each bonded component.
        plain_text: The text without bond lengths, from which training texts are made.
        geometry: The facts of geometry in the field's terms; None in a description that an earlier version stored.
    """

    formula: str
    space_group: SpaceGroup
    crystal_system: str
    dimensionality: int
    sites: tuple[Site, ...]
    text: str
    space_groups: tuple[SpaceGroup, ...] = ()
    mineral: str | None = None
    components: tuple[dict[str, Any], ...] = ()
    plain_text: str = ""
    geometry: GeometryFacts | None = None

    def __str__(self) -> str:
        return "\n".join([*self._orbit_lines(), self.summary or self.text])

    def __repr__(self) -> str:
        return f"Description({self.summary or self.text!r})"

    def _repr_html_(self) -> str:
        heading = f"<p><b>{escape(self.formula)}</b></p><p>{escape(self.summary or self.text)}</p>"
        return heading + (self._table().to_html() if self.sites else "")

    @property
    def summary(self) -> str:
        """The description in sentences made from the facts of geometry; empty where these are missing."""
        from clics.results.geometry_text import geometry_text

        return geometry_text(self)

    def _orbit_lines(self) -> list[str]:
        from clics.results.geometry_words import orbit_lines

        return orbit_lines(self.geometry) if self.geometry is not None else []

    def to_dataframe(self) -> DataFrame:
        """The inequivalent sites as a pandas data frame, one row each.

        Raises:
            ClicsError: ``no-pandas`` where pandas is not installed.
        """
        return self._table().to_dataframe()

    def _table(self) -> Table:
        from clics.results.table import to_table

        if self.geometry is not None:
            from clics.results.geometry_words import orbit_entries

            return to_table(orbit_entries(self.geometry))
        return to_table(
            {
                "site": site.label,
                "element": site.element,
                "geometry": site.geometry,
                "distorted": site.distorted,
                "order_parameter": site.likeness,
                "neighbours": [f"{near.count} {near.label}" for near in site.neighbours],
                "connections": [
                    f"{to.count} {to.sharing}-sharing {to.geometry} ({to.label})" for to in site.connections
                ],
                "atoms": list(site.atoms),
            }
            for site in self.sites
        )

    def to_json(self) -> dict[str, Any]:
        """The description as a plain dictionary; :meth:`from_json` is the inverse."""
        facts: dict[str, Any] = plain(self)
        return facts

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Description:
        """The description of a dictionary from :meth:`to_json`, in which tuples may have become lists."""
        from clics.results.facts import GeometryFacts

        geometry = data.get("geometry")
        sites = tuple(
            Site(
                **{
                    **site,
                    "atoms": tuple(site["atoms"]),
                    "neighbours": tuple(Neighbours(**n) for n in site["neighbours"]),
                    "connections": tuple(Connection(**c) for c in site["connections"]),
                }
            )
            for site in data["sites"]
        )
        return cls(
            **{
                **data,
                "space_group": SpaceGroup(**data["space_group"]),
                "space_groups": tuple(SpaceGroup(**g) for g in data["space_groups"]),
                "sites": sites,
                "components": tuple(data["components"]),
                "geometry": None if geometry is None else GeometryFacts.from_json(geometry),
            }
        )
