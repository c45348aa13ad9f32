"""The networks that cation-centred polyhedra build among themselves by the ligands they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from clics.descriptions.facts.groups import Adjacency, Group, connected_groups
from clics.descriptions.facts.indices import ToAxes
from clics.descriptions.facts.network_names import (
    FRAMEWORK_ELEMENTS,
    SILICATE_ELEMENTS,
    STRONG_ACIDS,
    Oxoanion,
    oxoanions,
    substitutes,
)
from clics.descriptions.facts.polyhedra_kinds import centres_of_polyhedra, family_symbol
from clics.descriptions.facts.shared_ligands import SHARING
from clics.descriptions.robocrys.element_tables import electronegativity
from clics.results.facts import Network, SiteGeometry


@dataclass(frozen=True, slots=True)
class Kind:
    """Polyhedra whose network is looked at.

    Attributes:
        polyhedron: Formula of them all.
        symbol: Symbol of their shape; None where they have several or none.
        sites: Their centres.
        named_by: The oxoanions that give the network its name; None for a network without name.
    """

    polyhedron: str
    symbol: str | None
    sites: tuple[SiteGeometry, ...]
    named_by: Oxoanion | None = None


@dataclass(frozen=True, slots=True)
class Centres:
    """The cation-centred polyhedra of a cell.

    Attributes:
        sites: Their orbits, in the order of the facts.
        places: The sites of the cell on each orbit, by label.
        near: The polyhedra that each shares ligands with.
        to_axes: Takes indices to the axes that facts refer to.
    """

    sites: tuple[SiteGeometry, ...]
    places: dict[str, list[int]]
    near: Adjacency
    to_axes: ToAxes

    def groups(self, sites: Iterable[SiteGeometry], way: int | None = None) -> list[Group]:
        """The connected groups of the polyhedra of some orbits, by one way of sharing or all."""
        places = [place for site in sites for place in self.places[site.label]]
        return connected_groups(places, self.near, self.to_axes, way)


def cation_centres(
    sites: Sequence[SiteGeometry],
    places: dict[str, list[int]],
    near: Adjacency,
    to_axes: ToAxes,
) -> Centres:
    """The cation-centred polyhedra among all orbits; for arguments see :class:`Centres`."""
    return Centres(centres_of_polyhedra(sites), places, near, to_axes)


def find_networks(centres: Centres) -> tuple[Network, ...]:
    """The networks of every kind of cation-centred polyhedra."""
    return tuple(network for kind in _kinds(centres) for network in _networks(kind, centres))


def _kinds(centres: Centres) -> list[Kind]:
    """The kinds of polyhedra, each set of orbits once.

    Polyhedra of one formula and shape, of one formula, and of one element; the oxoanions of an element, alone and with
    those that substitute for them in silicates; and all tetrahedra that make up frameworks together.
    """
    found: dict[frozenset[str], Kind] = {}
    for kind in _candidates(centres):
        key = frozenset(site.label for site in kind.sites)
        if key not in found or (kind.named_by and not found[key].named_by):
            found[key] = kind
    return list(found.values())


def _candidates(centres: Centres) -> Iterator[Kind]:
    sites = centres.sites
    for element in dict.fromkeys(site.element for site in sites):
        of_element = [site for site in sites if site.element == element]
        for formula in dict.fromkeys(site.polyhedron for site in of_element):
            of_formula = [site for site in of_element if site.polyhedron == formula]
            for symbol in dict.fromkeys(family_symbol(site) for site in of_formula):
                yield _kind([site for site in of_formula if family_symbol(site) == symbol])
            yield _kind(of_formula)
        yield _kind(of_element)
    yield from _oxoanions(centres)
    tetrahedra = [site for site in sites if site.polyhedron in {f"{element}O4" for element in FRAMEWORK_ELEMENTS}]
    element_of = {place: site.element for site in tetrahedra for place in centres.places[site.label]}
    several = len({site.element for site in tetrahedra}) > 1
    if several and any(len({element_of[place] for place in group.places}) > 1 for group in centres.groups(tetrahedra)):
        yield _kind(tetrahedra)


def _oxoanions(centres: Centres) -> Iterator[Kind]:
    """The oxoanions that have names; those of silicon with the tetrahedra of other elements that stand for them."""
    site_of = {place: site for site in centres.sites for place in centres.places[site.label]}
    stronger = {
        site.label for row in oxoanions() if row.element in {*STRONG_ACIDS, "Si"} for site in row.centres(centres.sites)
    }
    for row in oxoanions():
        sites = row.centres(centres.sites)
        if row.element not in STRONG_ACIDS:
            sites = [site for site in sites if not _joined(site, stronger, site_of, centres)]
        if not sites:
            continue
        if row.element != "Si":
            yield _kind(sites, row)
            continue
        together = [site for site in centres.sites if site.polyhedron in {f"{e}O4" for e in SILICATE_ELEMENTS}]
        element_of = {place: site.element for place, site in site_of.items()}
        others = substitutes(centres.groups(sites), centres.groups(together), element_of)
        yield _kind(together if others else sites, None if others is None else row)


def _joined(site: SiteGeometry, labels: set[str], site_of: dict[int, SiteGeometry], centres: Centres) -> bool:
    """True where the polyhedra of a site share ligands with polyhedra of other elements that have one of the labels."""
    first = centres.places[site.label][0]
    others = (site_of[place] for place, *_ in centres.near.get(first, ()))
    return any(other.label in labels and other.element != site.element for other in others)


def _kind(sites: Sequence[SiteGeometry], named_by: Oxoanion | None = None) -> Kind:
    symbols = {family_symbol(site) for site in sites}
    symbol = symbols.pop() if len(symbols) == 1 else None
    return Kind(_joint_formula(sites), symbol, tuple(sites), named_by)


def _joint_formula(sites: Sequence[SiteGeometry]) -> str:
    """``SiO4``; ``(Al,Si)O4`` where elements have the same ligands; ``BO3/BO4`` otherwise."""
    elements = sorted({site.element for site in sites}, key=lambda element: (electronegativity(element), element))
    ligands = {(site.polyhedron or "").removeprefix(site.element) for site in sites}
    if len(elements) > 1 and len(ligands) == 1:
        return f"({','.join(elements)}){ligands.pop()}"
    formulas = sorted({(site.coordination_number, site.polyhedron or "") for site in sites})
    return "/".join(formula for _, formula in formulas)


def _networks(kind: Kind, centres: Centres) -> list[Network]:
    """The networks of a kind by all ways of sharing, then by each way where several occur in one group."""
    whole = centres.groups(kind.sites)
    networks = _merged(kind, whole, centres)
    for way in range(len(SHARING)):
        if any(len(group.sharing) > 1 and way in group.sharing for group in whole):
            groups = [group for group in centres.groups(kind.sites, way) if group.sharing]
            networks += [network for network in _merged(kind, groups, centres, named=False) if network not in networks]
    return networks


def _merged(kind: Kind, groups: list[Group], centres: Centres, *, named: bool = True) -> list[Network]:
    """One network for all groups that are alike.

    Groups of the same orbits are equivalent by symmetry; one of their directions or planes is given.
    """
    site_of = {place: site for site in kind.sites for place in centres.places[site.label]}
    first: dict[tuple[object, ...], Group] = {}
    for group in groups:
        labels = frozenset(site_of[place].label for place in group.places)
        key = (labels, group.rank, group.sharing, len(group.places) if group.rank == 0 else 0)
        if key not in first or (group.indices or ()) > (first[key].indices or ()):
            first[key] = group
    labels_of: dict[Network, set[str]] = {}
    for group in first.values():
        members = [site_of[place] for place in group.places]
        network = Network(
            polyhedron=kind.polyhedron,
            symbol=kind.symbol,
            sites=(),
            sharing=tuple(SHARING[way] for way in group.sharing),
            dimensionality=group.rank,
            size=len(group.places) if group.rank == 0 else 0,
            indices=group.indices,
            name=kind.named_by.name_of(group, members) if named and kind.named_by else None,
        )
        labels_of.setdefault(network, set()).update(site.label for site in members)
    return [
        replace(network, sites=tuple(site.label for site in kind.sites if site.label in labels))
        for network, labels in labels_of.items()
    ]
