"""Networks that polyhedra of two kinds build together, of minerals and battery materials, and by an independent count.

What is expected is textbook knowledge: W. A. Deer, R. A. Howie & J. Zussman, An Introduction to the Rock-Forming Minerals, 3rd
ed. (2013), for garnet, olivine, beryl and mica; A. F. Wells, Structural Inorganic Chemistry, 5th ed. (1984), for spinel;
J. B. Goodenough et al., Mater. Res. Bull. 11, 203 (1976), for NASICON; A. K. Padhi et al., J. Electrochem. Soc. 144, 1188
(1997), for LiFePO4.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import textbook
from clics.crystals.crystal import Crystal
from clics.descriptions.describe import describe
from clics.descriptions.facts.labelled import labelled
from clics.descriptions.facts.polyhedra_kinds import MOST_KINDS, polyhedra_kinds
from clics.results.facts import BondGroup, GeometryFacts, MixedNetwork, SiteGeometry
from clics.results.geometry_words import network_words, orbit_lines, telling_mixed
from pymatgen.core import Structure
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

CRYSTALS: dict[str, Structure] = {
    "garnet": textbook.GARNET, "forsterite": textbook.FORSTERITE, "nasicon": textbook.NASICON, "spinel": textbook.SPINEL,
    "triphylite": textbook.TRIPHYLITE, "phlogopite": textbook.PHLOGOPITE, "beryl": textbook.BERYL,
    "diopside": textbook.DIOPSIDE,
}  # fmt: skip


@cache
def facts(name: str) -> GeometryFacts:
    found = describe(Crystal(name, CRYSTALS[name])).geometry
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "polyhedra", "sharing", "dimensionality"),
    [
        ("garnet", ("AlO6", "SiO4"), ("corner",), 3),
        ("garnet", ("MgO8", "AlO6"), ("edge",), 3),
        ("nasicon", ("ZrO6", "PO4"), ("corner",), 3),
        ("nasicon", ("NaO6", "ZrO6"), ("face",), 0),  # "lanterns" of three octahedra
        ("triphylite", ("FeO6", "PO4"), ("corner", "edge"), 3),
        ("triphylite", ("FeO6", "PO4"), ("edge",), 0),
        ("triphylite", ("LiO6", "PO4"), ("corner", "edge"), 2),
        ("forsterite", ("MgO6", "SiO4"), ("corner", "edge"), 3),
        ("spinel", ("MgO4", "AlO6"), ("corner",), 3),
        ("phlogopite", ("MgO4F2", "SiO4"), ("corner", "edge"), 2),  # the 2:1 layer of a mica
        ("beryl", ("BeO4", "AlO6"), ("edge",), 2),
        ("beryl", ("AlO6", "SiO4"), ("corner",), 3),
        ("diopside", ("MgO6", "SiO4"), ("corner", "edge"), 3),
    ],
)
def test_of_textbooks(name: str, polyhedra: tuple[str, ...], sharing: tuple[str, ...], dimensionality: int) -> None:
    networks = [(each.polyhedra, each.sharing, each.dimensionality) for each in facts(name).mixed or ()]
    assert (polyhedra, sharing, dimensionality) in networks


@pytest.mark.parametrize("name", CRYSTALS)
def test_dimensionality_by_counting_groups_in_a_supercell(name: str) -> None:
    """A network of d dimensions falls into n^(3-d) times as many pieces in an n × n × n cell whose borders are joined."""
    structure, known = CRYSTALS[name], facts(name)
    reach = {site.polyhedron: (site.element, max(group.length for group in site.bonds) + 0.01) for site in known.sites}
    checked = 0
    for network in known.mixed or ():
        formulas = dict(reach[formula] for formula in network.polyhedra)
        whole = [site for site in known.sites if site.element in formulas and site.role == "cation"]
        if {site.label for site in whole} != set(network.sites) or len(formulas) != len(network.polyhedra):
            continue  # a part of the orbits of its elements
        if network.sharing != _all_ways(known, network):
            continue  # by some ways of sharing alone
        pieces = [_pieces(structure * (n, n, n), formulas) for n in (1, 5)]
        assert pieces[1] == pieces[0] * 5 ** (3 - network.dimensionality), network
        checked += 1
    assert checked


def _all_ways(known: GeometryFacts, network: MixedNetwork) -> tuple[str, ...]:
    ways = {each.sharing for each in known.connections if {each.site, each.to} <= set(network.sites)}
    return tuple(way for way in ("corner", "edge", "face") if way in ways)


def _pieces(structure: Structure, reach: dict[str, float]) -> int:
    """Connected pieces of centres that share anions within the reach of each element."""
    elements = [site.specie.symbol for site in structure]
    begin, end, _, length = structure.get_neighbor_list(max(reach.values()))
    bonds = [
        (i, j)
        for i, j, r in zip(begin.tolist(), end.tolist(), length.tolist(), strict=True)
        if elements[j] in ("O", "F") and r <= reach.get(elements[i], 0)
    ]
    rows, columns = np.array(bonds).T
    graph = coo_matrix((np.ones(len(bonds)), (rows, columns)), shape=(len(structure),) * 2)
    label = connected_components(graph, directed=False)[1]
    return len({label[i] for i, element in enumerate(elements) if element in reach})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nasicon", "framework of corner-sharing ZrO6 and PO4"),
        ("garnet", "framework of corner-sharing AlO6 and SiO4"),
        ("triphylite", "framework of corner- and edge-sharing FeO6 and PO4"),
        ("diopside", "framework of corner- and edge-sharing MgO6 and SiO4"),
    ],
)
def test_the_one_that_tells_most_is_told(name: str, words: str) -> None:
    (network,) = telling_mixed(facts(name))
    assert network_words(network) == words
    lines = [line for line in orbit_lines(facts(name)) if line.endswith(words)]
    assert [line.split()[0] for line in lines] == list(network.sites)


@pytest.mark.parametrize("name", ["forsterite", "spinel", "phlogopite"])
def test_none_is_told_that_extends_no_further_than_its_parts(name: str) -> None:
    assert telling_mixed(facts(name)) == []


def test_they_are_stored_and_read_back_and_missing_in_facts_of_earlier_versions() -> None:
    known = facts("garnet")
    assert GeometryFacts.from_json(known.to_json()) == known
    old = known.to_json()
    del old["mixed"]
    assert GeometryFacts.from_json(old) == replace(known, mixed=None)
    assert telling_mixed(GeometryFacts.from_json(old)) == []


def test_they_have_the_labels_of_the_file() -> None:
    crystal = Crystal("garnet", CRYSTALS["garnet"])
    labels = [f"{site.specie.symbol}_file" for site in crystal.structure]
    known = labelled(describe(crystal), labels).geometry
    assert known is not None
    assert known.mixed is not None
    assert {label for network in known.mixed for label in network.sites} == {"Mg_file", "Al_file", "Si_file"}
    assert orbit_lines(known)[1].endswith("framework of corner-sharing AlO6 and SiO4")


def test_kinds_of_many_polyhedra_are_bounded() -> None:
    def site(number: int) -> SiteGeometry:
        bonds = (BondGroup("O", 2.0, number + 3),)
        return SiteGeometry(f"La{number}", "La", 4, "e", "1", (number,), "cation", bonds, f"LaO{number + 3}")

    few, complete = polyhedra_kinds([site(number) for number in range(MOST_KINDS)])
    assert (len(few), complete) == (MOST_KINDS, True)
    many, complete = polyhedra_kinds([site(number) for number in range(MOST_KINDS + 4)])
    assert (len(many), complete) == (MOST_KINDS, False)


def test_polyhedra_of_one_kind_have_no_mixed_network() -> None:
    rutile = describe(Crystal("rutile", textbook.RUTILE)).geometry
    assert rutile is not None
    assert rutile.mixed == ()
