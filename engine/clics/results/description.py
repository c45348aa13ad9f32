"""The facts of a crystal's geometry, as data. Text is made from it; training, badges and the viewer read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import Any, Literal

from clics.elements import ElementClass as ElementClass

Sharing = Literal["corner", "edge", "face"]

DISTORTED_BELOW = 0.6
"""Robocrystallographer calls a geometry distorted when its likeness (order parameter) is below this."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """``count`` bonded neighbours of one kind: the element and symmetry label, for example ``O`` and ``O(2)``."""

    element: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Connection:
    """How a site's polyhedron meets others: shares ``sharing`` with ``count`` polyhedra around ``label``.

    ``geometry`` is the noun phrase as robocrystallographer says it without the plural's count, for example
    ``octahedra``.
    """

    sharing: Sharing
    geometry: str
    element: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Site:
    """One inequivalent site.

    ``atoms`` are indices into the crystal as it was read (empty when the description was read back from text).
    ``geometry`` is robocrystallographer's name (``octahedral``, ``6-coordinate``, ``bent 120 degrees``), ``likeness``
    its order parameter in [0, 1]. ``polyhedra`` is the plural noun (``octahedra``) when the description speaks of the
    site as a connected polyhedron, else None.
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
        """Whether the description says "distorted"."""
        return self.likeness < DISTORTED_BELOW


@dataclass(frozen=True, slots=True)
class SpaceGroup:
    """Hermann–Mauguin symbol in spglib's ASCII spelling (``I4_1/amd``), number 1–230, and the symprec in Å."""

    symbol: str
    number: int
    symprec: float


@dataclass(frozen=True, slots=True)
class Description:
    """What robocrystallographer's rules say of a crystal, typed.

    ``space_group`` is the one found at symprec 0.01 Å (number 0 where only text was known and the symbol is unusual);
    ``space_groups`` holds the same crystal at the other tolerances. ``text`` is the description in words,
    ``plain_text`` the same without bond lengths, which is what the language is made from.
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

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(self.formula)}</b></p><p>{escape(self.text)}</p>"

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary for storage; :meth:`from_json` is its inverse."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Description:
        """Rebuild a description that :meth:`to_json` wrote (tuples may have become lists)."""
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
            }
        )
