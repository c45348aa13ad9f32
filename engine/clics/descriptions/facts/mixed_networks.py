"""The networks that cation-centred polyhedra of two kinds build together: "framework of corner-sharing ZrO6 and PO4"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from clics.descriptions.facts.groups import Group
from clics.descriptions.facts.networks import Centres
from clics.descriptions.facts.polyhedra_kinds import polyhedra_kinds
from clics.descriptions.facts.shared_ligands import SHARING
from clics.results.facts import MixedNetwork, SiteGeometry


def find_mixed_networks(centres: Centres) -> tuple[MixedNetwork, ...]:
    """The networks of every two kinds of cation-centred polyhedra that have no orbit in common.

    Each is given by all ways of sharing, and by each way alone where several occur in one group.
    """
    found: list[MixedNetwork] = []
    kinds, _ = polyhedra_kinds(centres.sites)
    for one, other in combinations(kinds, 2):
        if one & other or not _touch(one, other, centres):
            continue
        sites = [site for site in centres.sites if site.label in one or site.label in other]
        whole = centres.groups(sites)
        ways: list[int | None] = [None]
        ways += [way for way in range(len(SHARING)) if any(len(g.sharing) > 1 and way in g.sharing for g in whole)]
        for way in ways:
            for network in _networks(one, other, sites, whole if way is None else centres.groups(sites, way), centres):
                if network not in found:
                    found.append(network)
    return tuple(found)


def _touch(one: frozenset[str], other: frozenset[str], centres: Centres) -> bool:
    """True if polyhedra of two kinds share ligands."""
    there = {place for label in other for place in centres.places[label]}
    return any(end in there for label in one for end, *_ in centres.near.get(centres.places[label][0], ()))


def _networks(
    one: frozenset[str], other: frozenset[str], sites: Sequence[SiteGeometry], groups: list[Group], centres: Centres
) -> list[MixedNetwork]:
    """One network for all groups of the same orbits that have both kinds of polyhedra."""
    label_of = {place: site.label for site in sites for place in centres.places[site.label]}
    first: dict[tuple[object, ...], tuple[frozenset[str], Group]] = {}
    for group in groups:
        labels = frozenset(label_of[place] for place in group.places)
        if labels.isdisjoint(one) or labels.isdisjoint(other):
            continue
        key = (labels, group.rank, group.sharing, len(group.places) if group.rank == 0 else 0)
        if key not in first or (group.indices or ()) > (first[key][1].indices or ()):
            first[key] = labels, group
    networks = []
    for labels, group in first.values():
        members = [site for site in sites if site.label in labels]
        networks.append(
            MixedNetwork(
                polyhedra=tuple(dict.fromkeys(site.polyhedron or "" for site in members)),
                sites=tuple(site.label for site in members),
                sharing=tuple(SHARING[way] for way in group.sharing),
                dimensionality=group.rank,
                size=len(group.places) if group.rank == 0 else 0,
                indices=group.indices,
            )
        )
    return networks
