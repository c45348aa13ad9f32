"""Connections and networks again, by naive loops over lattice images and by pymatgen's analysis of dimensionality.

The loops use the bonds in the cell as it was read, every site by itself, so that the standard cell, its symmetry and the arrays
of :mod:`clics.descriptions.facts` have no part in them. Dimensionality is that of ``get_dimensionality_larsen`` (P. M. Larsen et
al., Phys. Rev. Mater. 3, 034003 (2019)).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import pytest
from clics.crystals.crystal import Crystal
from clics.descriptions.bonds_as_read import bonds_as_read, count_otherwise
from clics.descriptions.describe import describe
from clics.results.facts import GeometryFacts
from pymatgen.analysis.dimensionality import get_dimensionality_larsen
from pymatgen.analysis.graphs import StructureGraph
from pymatgen.core import Structure

from benchmarks.robocrys_baseline import SHARED, prototypes, shared_crystals

Image = tuple[int, int, int]
SHARING = {1: "corner", 2: "edge"}


def neighbours(crystal: Crystal) -> dict[int, set[tuple[int, Image]]]:
    near: dict[int, set[tuple[int, Image]]] = defaultdict(set)
    for bond in bonds_as_read(crystal):
        near[bond.i].add((bond.j, bond.image))
        near[bond.j].add((bond.i, (-bond.image[0], -bond.image[1], -bond.image[2])))
    return near


def shared_ligands(crystal: Crystal, found: GeometryFacts) -> dict[tuple[int, int, Image], int]:
    """Number of ligands that the polyhedra of two sites of one role share."""
    role = {atom: site.role for site in found.sites for atom in site.atoms}
    near = neighbours(crystal)
    shared: Counter[tuple[int, int, Image]] = Counter()
    for begin in range(crystal.num_sites):
        if role[begin] == "neutral" or len(near[begin]) < 3:
            continue
        for ligand, first in near[begin]:
            if role[ligand] == role[begin]:
                continue
            for end, second in near[ligand]:
                image = (first[0] + second[0], first[1] + second[1], first[2] + second[2])
                if role[end] == role[begin] and len(near[end]) >= 3 and (begin != end or any(image)):
                    shared[begin, end, image] += 1
    return shared


def dimensionality(crystal: Crystal, atoms: list[int], edges: Iterable[tuple[int, int, Image]]) -> int:
    """Dimensionality of a graph of some atoms of a crystal by pymatgen."""
    graph = StructureGraph.from_empty_graph(Structure.from_sites([crystal.structure[atom] for atom in atoms]))
    place = {atom: number for number, atom in enumerate(atoms)}
    for begin, end, image in edges:
        if (begin, (0, 0, 0)) < (end, image):  # pymatgen walks an edge both ways
            graph.add_edge(place[begin], place[end], to_jimage=image, warn_duplicates=False)
    return int(get_dimensionality_larsen(graph))


def crystals() -> Iterator[Crystal]:
    yield from (crystal for crystal in list(prototypes())[::6] if crystal.num_sites <= 40)
    if SHARED.is_file():
        yield from shared_crystals(40, 40)


@pytest.fixture(scope="module")
def described() -> list[tuple[Crystal, GeometryFacts]]:
    found = []
    for crystal in crystals():
        description = describe(crystal)
        if count_otherwise(description, bonds_as_read(crystal), crystal.num_sites) == 0:  # borderline bonds apart
            assert description.geometry is not None
            found.append((crystal, description.geometry))
    assert len(found) > 35
    return found


def test_connections_are_those_of_naive_loops(described: list[tuple[Crystal, GeometryFacts]]) -> None:
    for crystal, found in described:
        label = {atom: site.label for site in found.sites for atom in site.atoms}
        counts: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
        for (begin, end, _), shared in shared_ligands(crystal, found).items():
            counts[begin][label[end], SHARING.get(shared, "face")] += 1
        for site in found.sites:
            expected = {(each.to, each.sharing): each.count for each in found.connections if each.site == site.label}
            for atom in site.atoms:
                assert dict(counts[atom]) == expected, (crystal.id, site.label)


def test_networks_have_the_dimensionality_of_larsen(described: list[tuple[Crystal, GeometryFacts]]) -> None:
    for crystal, found in described:
        pairs = shared_ligands(crystal, found)
        cations = [site for site in found.sites if site.role == "cation" and site.coordination_number >= 3]
        for formula in {site.polyhedron for site in cations}:
            atoms = {atom for site in cations if site.polyhedron == formula for atom in site.atoms}
            edges = [pair for pair in pairs if pair[0] in atoms and pair[1] in atoms]
            ours = [network.dimensionality for network in found.networks if network.polyhedron == formula]
            assert max(ours) == dimensionality(crystal, sorted(atoms), edges), (crystal.id, formula)


def test_the_bonded_network_has_the_dimensionality_of_larsen(described: list[tuple[Crystal, GeometryFacts]]) -> None:
    for crystal, found in described:
        edges = [(bond.i, bond.j, bond.image) for bond in bonds_as_read(crystal)]
        ours = found.bonding.dimensionality
        assert ours == dimensionality(crystal, list(range(crystal.num_sites)), edges), crystal.id
