"""Shapes, networks and dimensionality that a library stores, against facts computed from the crystals and textbooks.

The crystals are those of ``tests/engine/descriptions/textbook.py``; the words are those of A. F. Wells, Structural Inorganic
Chemistry, 5th ed. (1984), and F. Liebau, Structural Chemistry of Silicates (1985).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import textbook
from clics.crystals.crystal import Crystal
from clics.descriptions.describe import describe
from clics.library.add import add
from clics.library.store import Library
from clics.query.filters import parse_filter
from clics.results.facts import GeometryFacts
from clics.results.library import LibraryGeometryRow
from pymatgen.core import Lattice, Structure

STRUCTURES = {
    "garnet": textbook.GARNET, "forsterite": textbook.FORSTERITE, "nasicon": textbook.NASICON, "spinel": textbook.SPINEL,
    "diopside": textbook.DIOPSIDE, "rutile": textbook.RUTILE, "quartz": textbook.QUARTZ, "perovskite": textbook.PEROVSKITE,
    "licoo2": textbook.LICOO2,
    "molybdenite": Structure.from_spacegroup(
        "P6_3/mmc", Lattice.hexagonal(3.161, 12.295), ["Mo", "S"], [(1 / 3, 2 / 3, 0.25), (1 / 3, 2 / 3, 0.6225)]
    ),
    "selenium": Structure.from_spacegroup("P3_121", Lattice.hexagonal(4.366, 4.9536), ["Se"], [(0.2254, 0, 1 / 3)]),
    "dry ice": Structure.from_spacegroup("Pa-3", Lattice.cubic(5.624), ["C", "O"], [(0, 0, 0), (0.1185,) * 3]),
    "copper": Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.615), ["Cu"], [(0, 0, 0)]),
}  # fmt: skip
DIMENSIONALITIES = {"molybdenite": 2, "selenium": 1, "dry ice": 0}  # of all others 3
UNITS = ("isolated", "chains", "layers", "framework")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("columns") / "columns.clics", "create") as library:
        add(library, [Crystal(name, structure) for name, structure in STRUCTURES.items()], None)
        yield library


@pytest.fixture(scope="module")
def rows(library: Library) -> dict[str, LibraryGeometryRow]:
    return {row.id: row for row in library.geometry_rows()}


@pytest.fixture(scope="module")
def facts() -> dict[str, GeometryFacts]:
    """The facts, computed from the crystals and never stored."""
    described = {name: describe(Crystal(name, structure)).geometry for name, structure in STRUCTURES.items()}
    return {name: facts for name, facts in described.items() if facts is not None}


def test_shapes(rows: dict[str, LibraryGeometryRow], facts: dict[str, GeometryFacts]) -> None:
    """All shapes that name a polyhedron around a cation or neutral atom, and no others."""
    for name, row in rows.items():
        shapes = [(site.role, site.shape) for site in facts[name].sites]
        named = {s.nearest.symbol for role, s in shapes if s and s.named and s.nearest and role != "anion"}
        assert len(row.shapes) == len(named), name
    assert rows["garnet"].shapes == ("cube", "octahedron", "tetrahedron")
    assert rows["molybdenite"].shapes == ("trigonal prism",)
    assert rows["copper"].shapes == ("cuboctahedron",)
    assert rows["perovskite"].shapes == ("cuboctahedron", "octahedron")
    assert rows["dry ice"].shapes == ("linear group",)


def test_networks(rows: dict[str, LibraryGeometryRow], facts: dict[str, GeometryFacts]) -> None:
    """One for each kind of polyhedra and dimensionality of its networks, with most ways of sharing."""
    for name, row in rows.items():
        of_facts = {(each.polyhedron, each.dimensionality) for each in facts[name].networks}
        assert len(row.networks) == len(of_facts), (name, row.networks, of_facts)
        for polyhedron, dimensionality in of_facts:
            told = [words for words in row.networks if words.endswith(polyhedron)]
            assert any(dimensionality == _dimensionality(words) for words in told), (name, polyhedron, told)
    assert set(rows["rutile"].networks) == {
        "Framework of corner- and edge-sharing TiO6", "Chains of edge-sharing TiO6",
    }  # fmt: skip
    assert "Isolated SiO4" in rows["forsterite"].networks
    assert "Chains of corner-sharing SiO4" in rows["diopside"].networks
    assert rows["quartz"].networks == ("Framework of corner-sharing SiO4",)
    assert rows["molybdenite"].networks == ("Layers of edge-sharing MoS6",)
    assert rows["copper"].networks == rows["selenium"].networks == ()


def _dimensionality(words: str) -> int:
    begins = {"framework": 3, "layers": 2, "chains": 1}
    return begins.get(words.split()[0].lower(), 0)


def test_dimensionality(rows: dict[str, LibraryGeometryRow], facts: dict[str, GeometryFacts]) -> None:
    for name, row in rows.items():
        assert row.dimensionality == facts[name].bonding.dimensionality == DIMENSIONALITIES.get(name, 3), name


def test_networks_of_two_kinds_of_polyhedra(library: Library, facts: dict[str, GeometryFacts]) -> None:
    """A filter finds exactly the crystals whose facts have such a network of these two polyhedra."""
    asked: dict[tuple[str, int], set[str]] = {}
    for name, each in facts.items():
        for network in each.mixed or ():
            if len(network.polyhedra) == 2 and network.dimensionality:
                asked.setdefault(("+".join(sorted(network.polyhedra)), network.dimensionality), set()).add(name)
    assert len(asked) >= 6
    for (polyhedra, dimensionality), names in asked.items():
        condition = parse_filter(f"network:{UNITS[dimensionality]}@{polyhedra}")
        assert {row.id for row in library.geometry_rows(condition)} == names, (polyhedra, dimensionality)
    assert asked["PO4+ZrO6", 3] == {"nasicon"}
    assert asked["AlO6+SiO4", 3] == {"garnet"}
