"""Facts of geometry in words; the expected texts are written by hand in the field's usual form.

Numbers: 2H-MoS2, Mo–S 2.417 Å (Bronsema et al., Z. anorg. allg. Chem. 540/541, 15 (1986)); rutile, Ti–O 1.948 and 1.980 Å
(Burdett et al., J. Am. Chem. Soc. 109, 3639 (1987)); quartz, Si–O–Si 143.7°.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from clics.results.description import Description, SpaceGroup
from clics.results.facts import (
    BondGroup,
    Bonding,
    GeometryFacts,
    Network,
    PolyhedronConnection,
    Shape,
    ShapeMeasure,
    SiteGeometry,
)
from clics.results.geometry_text import MOST_ORBITS, geometry_text
from clics.results.geometry_words import (
    bond_words,
    is_adjective,
    measure_words,
    network_words,
    orbit_entries,
    orbit_lines,
    plural,
    shape_words,
    telling_networks,
)
from clics.results.table import to_table

PRISM = Shape(ShapeMeasure("TPR-6", "trigonal prism", 0.31), ShapeMeasure("OC-6", "octahedron", 16.4), named=True)
PYRAMID = Shape(ShapeMeasure("vT-3", "trigonal pyramid", 2.2), named=True, distorted=True)
MO = SiteGeometry(
    "Mo", "Mo", 2, "c", "-6m2", (0, 1), "cation", (BondGroup("S", 2.417, 6),), "MoS6", PRISM
)  # fmt: skip
S = SiteGeometry("S", "S", 4, "f", "3m", (2, 3, 4, 5), "anion", (BondGroup("Mo", 2.417, 3),), "SMo3", PYRAMID)
LAYERS = Network("MoS6", "TPR-6", ("Mo",), ("edge",), 2, indices=(0, 0, 1))
MOS2 = GeometryFacts(
    (MO, S), (PolyhedronConnection("Mo", "Mo", "edge", 6),), (LAYERS,), Bonding(2, (0, 0, 1), parts=(("MoS2", 2),))
)


def described(facts: GeometryFacts | None, formula: str = "MoS2") -> Description:
    return Description(
        formula, SpaceGroup("P6_3/mmc", 194, 0.01), "hexagonal", 2, (), "robocrystallographer's text", geometry=facts
    )


def test_one_line_an_orbit() -> None:
    assert orbit_lines(MOS2) == [
        "Mo 2c · CN 6 · trigonal prism (TPR-6, S 0.3) · MoS6 · Mo–S 2.417 Å ×6 · "
        "layers of edge-sharing MoS6 parallel to (001)",
        "S 4f · CN 3 · distorted trigonal pyramid (vT-3, S 2.2) · SMo3 · S–Mo 2.417 Å ×3",
    ]


def test_sentences() -> None:
    assert geometry_text(described(MOS2)) == (
        "MoS2 crystallizes in the hexagonal space group P6_3/mmc (194). Its atoms are bonded into layers parallel to (001). "
        "Mo (2c) has six S neighbours (Mo–S 2.417 Å ×6); its polyhedron MoS6 is a trigonal prism (TPR-6, S 0.3), and shares "
        "edges with six MoS6. "
        "S (4f) has three Mo neighbours (S–Mo 2.417 Å ×3); its polyhedron SMo3 is a distorted trigonal pyramid (vT-3, S 2.2). "
        "Its cation-centred polyhedra form layers of edge-sharing MoS6 parallel to (001)."
    )


def test_text_of_an_earlier_version_has_no_facts() -> None:
    old = described(None)
    assert old.summary == ""
    assert str(old) == "robocrystallographer's text"
    assert str(described(MOS2)).startswith("Mo 2c · CN 6")


def test_sites_without_an_ideal_shape_and_without_bonds() -> None:
    odd = Shape(ShapeMeasure("TPR-6", "trigonal prism", 7.24), ShapeMeasure("OC-6", "octahedron", 8.1))
    assert shape_words(replace(MO, shape=odd)) == "no ideal shape (closest: trigonal prism, S 7.2)"
    alone = replace(MO, bonds=(), polyhedron=None, shape=None)
    atoms = GeometryFacts((alone,), (), (), Bonding(0, extent="atoms"))
    assert orbit_lines(atoms) == ["Mo 2c · no bonds"]
    assert geometry_text(described(atoms)).endswith("It consists of isolated atoms without bonds.")


@pytest.mark.parametrize(
    ("shape", "angle", "words"),
    [
        (Shape(ShapeMeasure("vT-2", "bent", 0.4), named=True), 143.7, "bent (143.7°)"),
        (Shape(ShapeMeasure("L-2", "linear", 0.0), named=True), 180.0, "linear"),
        (None, 97.0, "bent (97.0°)"),
    ],
)
def test_two_neighbours(shape: Shape | None, angle: float, words: str) -> None:
    oxygen = replace(S, bonds=(BondGroup("Si", 1.61, 2),), shape=shape, angle=angle)
    assert shape_words(oxygen) == words


def test_bond_lengths_are_grouped_and_many_become_a_range() -> None:
    titanium = replace(MO, element="Ti", bonds=(BondGroup("O", 1.948, 4), BondGroup("O", 1.98, 2)))
    assert bond_words(titanium) == "Ti–O 1.948 Å ×4, 1.980 Å ×2"
    mixed = replace(titanium, bonds=(BondGroup("F", 1.9, 2), BondGroup("O", 1.95, 4)))
    assert bond_words(mixed) == "Ti–F 1.900 Å ×2; Ti–O 1.950 Å ×4"
    many = replace(titanium, bonds=tuple(BondGroup("O", length, 1) for length in (2.0, 2.1, 2.2, 2.35)))
    assert bond_words(many) == "Ti–O 2.000–2.350 Å ×4"


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Network("SiO4", "T-4", ("Si",), (), 0, 1), "isolated SiO4"),
        (Network("SiO4", "T-4", ("Si",), ("corner",), 0, 2), "pairs of corner-sharing SiO4"),
        (Network("SiO4", "T-4", ("Si",), ("corner",), 0, 6), "groups of six of corner-sharing SiO4"),
        (Network("TiO6", "OC-6", ("Ti",), ("edge",), 1, 0, (0, 0, 1)), "chains of edge-sharing TiO6 along [001]"),
        (Network("TiO6", "OC-6", ("Ti",), ("corner", "edge"), 3), "framework of corner- and edge-sharing TiO6"),
        (Network("AlO6", None, ("Al",), ("corner", "edge", "face"), 2, 0, (1, -1, 10)),
         "layers of corner-, edge- and face-sharing AlO6 parallel to (1 -1 10)"),
    ],
)  # fmt: skip
def test_networks(network: Network, words: str) -> None:
    assert network_words(network) == words


def test_a_network_that_a_wider_one_repeats_is_not_told_twice() -> None:
    corner = Network("MoS6", "TPR-6", ("Mo",), ("corner",), 2, indices=(0, 0, 1))
    both = Network("MoS6", "TPR-6", ("Mo",), ("corner", "edge"), 2, indices=(0, 0, 1))
    facts = replace(MOS2, networks=(LAYERS, corner, both))
    assert orbit_entries(facts)[0]["networks"] == "layers of corner- and edge-sharing MoS6 parallel to (001)"


def test_of_parts_of_a_framework_only_that_of_the_strongest_sharing_is_told() -> None:
    """Corundum has pairs of face-sharing octahedra; anatase's framework is edge-sharing, its corner-sharing layers no unit."""
    whole = Network("AlO6", "OC-6", ("Al",), ("corner", "edge", "face"), 3)
    layers = Network("AlO6", "OC-6", ("Al",), ("edge",), 2, indices=(0, 0, 1))
    pairs = Network("AlO6", "OC-6", ("Al",), ("face",), 0, 2)
    assert telling_networks((whole, layers, pairs)) == [whole, pairs]
    anatase = Network("TiO6", "OC-6", ("Ti",), ("corner", "edge"), 3)
    edges = Network("TiO6", "OC-6", ("Ti",), ("edge",), 3)
    corners = Network("TiO6", "OC-6", ("Ti",), ("corner",), 2, indices=(0, 0, 1))
    assert telling_networks((anatase, corners, edges)) == [anatase]


def test_the_formula_of_the_page_begins_the_sentences() -> None:
    assert geometry_text(described(MOS2), "S2Mo").startswith("S2Mo crystallizes in")


def test_many_orbits_are_folded() -> None:
    sites = tuple(replace(MO, label=f"Mo{number}") for number in range(1, MOST_ORBITS + 3))
    facts = replace(MOS2, sites=sites, connections=(), networks=())
    assert "Twelve Mo orbits have coordination number 6 (MoS6, trigonal prism)." in geometry_text(described(facts))
    assert orbit_lines(facts, most=3)[-1] == f"… and {MOST_ORBITS - 1} more orbits"
    assert len(orbit_lines(facts, most=None)) == MOST_ORBITS + 2


def test_measures_and_plurals() -> None:
    assert [measure_words(value) for value in (0.0, 0.004, 0.046, 0.31, 12.04)] == ["0", "0", "0.05", "0.3", "12.0"]
    assert plural("octahedron") == "octahedra"
    assert plural("trigonal prism") == "trigonal prisms"
    assert plural("square planar") == "square planar units"
    assert is_adjective("T-shaped")
    assert not is_adjective("cube")


def test_tables_hold_the_same_words_as_the_lines() -> None:
    description = described(MOS2)
    table = to_table([description])
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["orbits"] == " | ".join(orbit_lines(MOS2))
    assert row["summary"] == description.summary
    entries = orbit_entries(MOS2)
    assert [entry["shape"] for entry in entries] == [
        "trigonal prism (TPR-6, S 0.3)",
        "distorted trigonal pyramid (vT-3, S 2.2)",
    ]
    assert entries[0]["atoms"] == [0, 1]


def test_facts_survive_json() -> None:
    import json

    assert GeometryFacts.from_json(json.loads(json.dumps(MOS2.to_json()))) == MOS2


def test_of_many_networks_the_telling_ones_remain() -> None:
    """Rutile's chains in its framework; Mn3O4: the octahedra of MnO6 build a framework by themselves."""
    rutile = [
        Network("TiO6", "OC-6", ("Ti",), ("corner", "edge"), 3),
        Network("TiO6", "OC-6", ("Ti",), ("corner",), 3),
        Network("TiO6", "OC-6", ("Ti",), ("edge",), 1, 0, (0, 0, 1)),
    ]
    assert telling_networks(rutile) == [rutile[0], rutile[2]]
    tetrahedra = Network("MnO4", "T-4", ("Mn1",), (), 0, 1)
    octahedra = Network("MnO6", "OC-6", ("Mn2",), ("edge",), 3)
    both = Network("MnO4/MnO6", None, ("Mn1", "Mn2"), ("corner", "edge"), 3)
    part = Network("MnO4/MnO6", None, ("Mn1", "Mn2"), ("edge",), 3)
    assert telling_networks([tetrahedra, octahedra, both, part]) == [tetrahedra, octahedra, both]
    assert telling_networks([octahedra, replace(both, sites=("Mn2",))]) == [octahedra]
