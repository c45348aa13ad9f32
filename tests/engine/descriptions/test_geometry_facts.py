"""The facts of geometry of textbook structures.

Expected values are those of textbooks: A. F. Wells, Structural Inorganic Chemistry, 5th ed. (1984), chapters 4 to 6, 12 and 23;
F. Liebau, Structural Chemistry of Silicates (1985), for silicates. Counts of shared corners and edges were derived by hand from
the drawings there.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
import textbook
from clics.crystals.crystal import Crystal
from clics.descriptions.describe import describe
from clics.descriptions.facts.roles import NEUTRAL, polarity
from clics.library.codec import pack_description, unpack_description
from clics.results.description import Description
from clics.results.facts import BondGroup, Bonding, GeometryFacts, Network
from pymatgen.core import Lattice, Structure


def facts(structure: Structure) -> GeometryFacts:
    found = describe(Crystal("a crystal", structure)).geometry
    assert found is not None
    return found


def cations(found: GeometryFacts) -> dict[str, str | None]:
    """Label of every cation → formula of its polyhedron."""
    return {site.label: site.polyhedron for site in found.sites if site.role == "cation"}


def shared(found: GeometryFacts, site: str, to: str) -> dict[str, int]:
    """Way of sharing → how many polyhedra of ``to`` one of ``site`` shares so with."""
    return {each.sharing: each.count for each in found.connections if (each.site, each.to) == (site, to)}


def networks(found: GeometryFacts, polyhedron: str) -> set[tuple[tuple[str, ...], int, tuple[int, ...] | None]]:
    """Sharing, dimensionality and indices of the networks of a polyhedron."""
    return {(n.sharing, n.dimensionality, n.indices) for n in found.networks if n.polyhedron == polyhedron}


@pytest.mark.parametrize(
    ("structure", "polyhedra"),
    [
        (textbook.RUTILE, {"Ti": "TiO6"}),
        (textbook.ANATASE, {"Ti": "TiO6"}),
        (textbook.PEROVSKITE, {"Sr": "SrO12", "Ti": "TiO6"}),
        (textbook.SPINEL, {"Mg": "MgO4", "Al": "AlO6"}),
        (textbook.GARNET, {"Mg": "MgO8", "Al": "AlO6", "Si": "SiO4"}),
        (textbook.QUARTZ, {"Si": "SiO4"}),
        (textbook.DIOPSIDE, {"Ca": "CaO8", "Mg": "MgO6", "Si": "SiO4"}),
        (textbook.FORSTERITE, {"Mg1": "MgO6", "Mg2": "MgO6", "Si": "SiO4"}),
        (textbook.BERYL, {"Be": "BeO4", "Al": "AlO6", "Si": "SiO4"}),
        (textbook.PHLOGOPITE, {"K": "KO12", "Mg1": "MgO4F2", "Mg2": "MgO4F2", "Si": "SiO4"}),
        (textbook.MOLYBDENITE, {"Mo": "MoS6"}),
        (textbook.CADMIUM_IODIDE, {"Cd": "CdI6"}),
        (textbook.LICOO2, {"Li": "LiO6", "Co": "CoO6"}),
        (textbook.YBCO, {"Ba": "BaO10", "Y": "YO8", "Cu1": "CuO4", "Cu2": "CuO5"}),
        (textbook.LA2CUO4, {"La": "LaO9", "Cu": "CuO6"}),
        (textbook.NASICON, {"Na": "NaO6", "Zr": "ZrO6", "P": "PO4"}),
        (textbook.CALCITE, {"Ca": "CaO6", "C": "CO3"}),
        (textbook.DRY_ICE, {"C": "CO2"}),
        (textbook.GRAPHITE, {}),
        (textbook.ARGON, {}),
    ],
    ids=lambda value: value.reduced_formula if isinstance(value, Structure) else "",
)
def test_cations_come_first_with_their_polyhedra(structure: Structure, polyhedra: dict[str, str]) -> None:
    found = facts(structure)
    assert cations(found) == polyhedra
    assert [site.label for site in found.sites][: len(polyhedra)] == list(polyhedra)
    assert {site.role for site in found.sites[len(polyhedra) :]} <= {"anion", "neutral"}


@pytest.mark.parametrize(
    ("structure", "site", "to", "expected"),
    [
        (textbook.RUTILE, "Ti", "Ti", {"corner": 8, "edge": 2}),
        (textbook.ANATASE, "Ti", "Ti", {"corner": 4, "edge": 4}),
        (textbook.PEROVSKITE, "Ti", "Ti", {"corner": 6}),
        (textbook.PEROVSKITE, "Ti", "Sr", {"face": 8}),
        (textbook.PEROVSKITE, "Sr", "Sr", {"corner": 12, "face": 6}),
        (textbook.SPINEL, "Al", "Al", {"edge": 6}),
        (textbook.SPINEL, "Al", "Mg", {"corner": 6}),
        (textbook.SPINEL, "Mg", "Al", {"corner": 12}),
        (textbook.SPINEL, "Mg", "Mg", {}),
        (textbook.GARNET, "Si", "Al", {"corner": 4}),
        (textbook.GARNET, "Si", "Mg", {"corner": 4, "edge": 2}),
        (textbook.QUARTZ, "Si", "Si", {"corner": 4}),
        (textbook.FORSTERITE, "Mg1", "Mg1", {"edge": 2}),
        (textbook.FORSTERITE, "Si", "Mg1", {"corner": 2, "edge": 2}),
        (textbook.MOLYBDENITE, "Mo", "Mo", {"edge": 6}),
        (textbook.CADMIUM_IODIDE, "Cd", "Cd", {"edge": 6}),
        (textbook.LICOO2, "Co", "Co", {"edge": 6}),
        (textbook.LICOO2, "Co", "Li", {"corner": 6, "edge": 6}),
        (textbook.YBCO, "Cu1", "Cu1", {"corner": 2}),
        (textbook.YBCO, "Cu2", "Cu2", {"corner": 4}),
        (textbook.YBCO, "Cu2", "Cu1", {"corner": 1}),
        (textbook.LA2CUO4, "Cu", "Cu", {"corner": 4}),
        (textbook.NASICON, "Zr", "P", {"corner": 6}),
        (textbook.NASICON, "Zr", "Na", {"face": 1}),
        (textbook.CALCITE, "C", "C", {}),
    ],
)  # fmt: skip
def test_what_cation_centred_polyhedra_share(
    structure: Structure, site: str, to: str, expected: dict[str, int]
) -> None:
    assert shared(facts(structure), site, to) == expected


def test_no_copper_polyhedra_of_the_cuprate_share_faces_though_oxygen_polyhedra_do() -> None:
    found = facts(textbook.YBCO)
    copper = [each for each in found.connections if {each.site[:2], each.to[:2]} == {"Cu"}]
    assert {each.sharing for each in copper} == {"corner"}
    assert any(each.sharing == "face" for each in found.connections if each.site[0] == "O" == each.to[0])
    assert not any(each.site[0] == "O" != each.to[0] for each in found.connections)


@pytest.mark.parametrize(
    ("structure", "polyhedron", "expected"),
    [
        (textbook.RUTILE, "TiO6", {(("corner", "edge"), 3, None), (("corner",), 3, None), (("edge",), 1, (0, 0, 1))}),
        (textbook.PEROVSKITE, "TiO6", {(("corner",), 3, None)}),
        (textbook.SPINEL, "MgO4", {((), 0, None)}),
        (textbook.SPINEL, "AlO6", {(("edge",), 3, None)}),
        (textbook.DIOPSIDE, "MgO6", {(("edge",), 1, (0, 0, 1))}),
        (textbook.DIOPSIDE, "SiO4", {(("corner",), 1, (0, 0, 1))}),
        (textbook.BERYL, "(Be,Si)O4", {(("corner",), 3, None)}),
        (textbook.PHLOGOPITE, "MgO4F2", {(("edge",), 2, (0, 0, 1))}),
        (textbook.MOLYBDENITE, "MoS6", {(("edge",), 2, (0, 0, 1))}),
        (textbook.CADMIUM_IODIDE, "CdI6", {(("edge",), 2, (0, 0, 1))}),
        (textbook.LICOO2, "CoO6", {(("edge",), 2, (0, 0, 1))}),
        (textbook.YBCO, "CuO4", {(("corner",), 1, (0, 1, 0))}),
        (textbook.YBCO, "CuO5", {(("corner",), 2, (0, 0, 1))}),
        (textbook.LA2CUO4, "CuO6", {(("corner",), 2, (0, 0, 1))}),
        (textbook.NASICON, "ZrO6", {((), 0, None)}),
    ],
)  # fmt: skip
def test_networks_of_cation_centred_polyhedra(
    structure: Structure, polyhedron: str, expected: set[tuple[tuple[str, ...], int, tuple[int, ...] | None]]
) -> None:
    assert networks(facts(structure), polyhedron) == expected


@pytest.mark.parametrize(
    ("structure", "polyhedron", "name"),
    [
        (textbook.FORSTERITE, "SiO4", "nesosilicate"),
        (textbook.GARNET, "SiO4", "nesosilicate"),
        (textbook.BERYL, "SiO4", "cyclosilicate"),
        (textbook.DIOPSIDE, "SiO4", "inosilicate (single chain)"),
        (textbook.PHLOGOPITE, "SiO4", "phyllosilicate"),
        (textbook.QUARTZ, "SiO4", "tectosilicate"),
        (textbook.NASICON, "PO4", "orthophosphate"),
        (textbook.CALCITE, "CO3", "carbonate"),
    ],
)
def test_names_of_the_field(structure: Structure, polyhedron: str, name: str) -> None:
    assert {network.name for network in facts(structure).networks if network.name} == {name}
    assert all(network.polyhedron == polyhedron for network in facts(structure).networks if network.name)


def test_rings_of_beryl_have_six_tetrahedra() -> None:
    rings = [n for n in facts(textbook.BERYL).networks if n.polyhedron == "SiO4"]
    assert rings == [Network("SiO4", rings[0].symbol, ("Si",), ("corner",), 0, size=6, name="cyclosilicate")]


@pytest.mark.parametrize(
    ("structure", "dimensionality", "indices", "extent"),
    [
        (textbook.RUTILE, 3, None, "crystal"),
        (textbook.GRAPHITE, 2, (0, 0, 1), "crystal"),
        (textbook.MOLYBDENITE, 2, (0, 0, 1), "crystal"),
        (textbook.DRY_ICE, 0, None, "crystal"),
        (textbook.ARGON, 0, None, "atoms"),
        (textbook.HELIUM, 0, None, "atoms"),
        (textbook.benzene(12), 0, None, "molecule"),
        (textbook.platinum_slab(5, 12), 2, (0, 0, 1), "slab"),
    ],
)
def test_bonding_and_extent(
    structure: Structure, dimensionality: int, indices: tuple[int, ...] | None, extent: str
) -> None:
    bonding = facts(structure).bonding
    assert (bonding.dimensionality, bonding.indices, bonding.extent) == (dimensionality, indices, extent)


def test_a_slab_has_its_vacuum_and_the_coordination_of_its_surface() -> None:
    found = facts(textbook.platinum_slab(5, 12))
    assert found.bonding.vacuum == pytest.approx(12)
    assert sorted(site.coordination_number for site in found.sites) == [9, 12, 12]  # (111) terrace: 9


def test_sites_as_a_chemist_writes_them() -> None:
    found = facts(textbook.MOLYBDENITE)
    molybdenum, sulphur = found.sites
    assert (molybdenum.multiplicity, molybdenum.wyckoff, molybdenum.site_symmetry) == (2, "c", "-6m2")
    assert molybdenum.bonds == (BondGroup("S", pytest.approx(2.4176, abs=1e-4), 6),)  # type: ignore[arg-type]
    assert (sulphur.label, sulphur.polyhedron, sulphur.role) == ("S", "SMo3", "anion")
    quartz = facts(textbook.QUARTZ)
    assert quartz.site("O").angle == pytest.approx(143.73, abs=0.05)  # Levien et al. give 143.73(7)
    assert facts(textbook.SPINEL).site("O").polyhedron == "OMgAl3"
    assert facts(textbook.DRY_ICE).site("C").angle == pytest.approx(180)


def test_indices_refer_to_the_cell_as_it_was_read_where_it_is_a_conventional_one() -> None:
    """Forsterite in Pbnm has its chains of edge-sharing octahedra along c, in Pnma along b."""
    as_read = facts(textbook.FORSTERITE)
    assert as_read.axes == "read"
    assert (("edge",), 1, (0, 0, 1)) in networks(as_read, "MgO6")
    turned = textbook.FORSTERITE.copy()
    turned.make_supercell([[0, 1, 0], [0, 0, 1], [1, 0, 0]])  # a(Pnma) = b(Pbnm), b = c, c = a
    assert (("edge",), 1, (0, 1, 0)) in networks(facts(turned), "MgO6")
    doubled = facts(textbook.FORSTERITE * (2, 1, 1))
    assert doubled.axes == "standard"
    assert (("edge",), 1, (0, 1, 0)) in networks(doubled, "MgO6")


def test_facts_do_not_depend_on_the_cell() -> None:
    generator = np.random.default_rng(5)
    for structure in (textbook.SPINEL, textbook.RUTILE, textbook.LICOO2, textbook.YBCO):
        whole = facts(structure)
        cell = structure.get_primitive_structure() * (1, 1, 2)
        order = generator.permutation(len(cell))
        other = facts(
            Structure(cell.lattice, [cell[i].specie for i in order], cell.frac_coords[order] + generator.random(3))
        )
        assert {(n.polyhedron, n.sharing, n.dimensionality) for n in other.networks} == {
            (n.polyhedron, n.sharing, n.dimensionality) for n in whole.networks
        }
        assert sorted((s.polyhedron or "", s.multiplicity) for s in other.sites) == sorted(
            (s.polyhedron or "", s.multiplicity) for s in whole.sites
        )


def test_json_keeps_every_fact() -> None:
    for structure in (textbook.BERYL, textbook.ARGON, textbook.platinum_slab(3, 10), textbook.QUARTZ):
        found = describe(Crystal("a crystal", structure))
        assert Description.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_libraries_keep_every_fact() -> None:
    found = describe(Crystal("a crystal", textbook.YBCO))
    assert unpack_description(pack_description(found)).geometry == found.geometry


def test_a_description_of_an_earlier_version_has_no_facts() -> None:
    data = describe(Crystal("a crystal", textbook.RUTILE)).to_json()
    del data["geometry"]
    assert Description.from_json(data).geometry is None


def test_the_bonding_of_parts() -> None:
    assert facts(textbook.MOLYBDENITE).bonding == Bonding(2, (0, 0, 1), "crystal", (("MoS2", 2),))


@pytest.mark.parametrize(
    ("structure", "extent", "dimensionality"),
    [
        (textbook.platinum_slab(3, 8), "slab", 2),
        (Structure(Lattice.orthorhombic(1.3, 12, 13), ["C"], [[0, 0, 0]]), "wire", 1),
        (Structure(Lattice.hexagonal(2.46, 20), ["C", "C"], [[1 / 3, 2 / 3, 0.5], [2 / 3, 1 / 3, 0.5]]), "slab", 2),
        (textbook.HELIUM_CRYSTAL, "atoms", 0),
        (textbook.IODINE, "crystal", 0),
        (textbook.SELENIUM, "crystal", 1),
    ],
    ids=["slab", "carbyne", "graphene", "helium", "iodine", "selenium"],
)
def test_what_ends_in_vacuum_and_what_does_not(structure: Structure, extent: str, dimensionality: int) -> None:
    bonding = facts(structure).bonding
    assert (bonding.extent, bonding.dimensionality) == (extent, dimensionality)


def test_parts_have_the_formulas_of_molecules_and_layers() -> None:
    assert facts(textbook.benzene(12)).bonding.parts == (("C6H6", 0),)
    assert facts(textbook.IODINE).bonding.parts == (("I2", 0),)
    assert facts(textbook.ARGON).bonding.parts == (("Ar", 0),)
    assert facts(textbook.GRAPHITE).bonding.parts == (("C", 2),)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (("Na", "Cl"), 1),
        (("Mo", "Te"), 1),  # the metal of a chalcogenide, although Pauling's scale says -0.06
        (("Hg", "Te"), 1),
        (("Cs", "Au"), 1),  # caesium auride
        (("Na", "Au"), 0),
        (("La", "Ni"), 0),
        (("Ni", "Ti"), 0),
        (("Mg", "Si"), 1),
        (("Mo", "Si"), 0),
        (("Fe", "B"), 0),
        (("Pt", "H"), 1),
        (("Si", "O"), 1),
        (("Cl", "O"), 1),  # perchlorate
        (("N", "H"), -1),
        (("C", "H"), 0),
        (("C", "C"), 0),
        (("He", "He"), 0),
    ],
)
def test_which_of_two_bonded_elements_is_the_cation(pair: tuple[str, str], expected: int) -> None:
    first, second = pair
    value = polarity(first, second)
    assert np.sign(value) * (abs(value) >= NEUTRAL) == expected
    assert polarity(second, first) == -value


@pytest.mark.parametrize(
    "structure",
    [
        Structure(Lattice.cubic(6), ["Na", "Cl", "O"], [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]),
        Structure(Lattice.cubic(6), ["Na", "Cl", "O"], [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0.52]]),
        Structure(Lattice.cubic(1.2), ["Fe"], [[0, 0, 0]]),
        Structure(Lattice.orthorhombic(3, 3, 25), ["Na", "Cl"], [[0, 0, 0.5], [0.5, 0.5, 0.5]]),
        Structure(Lattice.from_parameters(3, 3, 40, 20, 25, 30), ["Fe", "O"], [[0, 0, 0], [0.5, 0.5, 0.1]]),
        Structure(Lattice.cubic(20), ["N"] * 30 + ["O"] * 30, np.random.default_rng(1).random((60, 3))),
        textbook.PEROVSKITE.copy().apply_strain([0.05, -0.03, 0.01], inplace=False),
    ],
    ids=["coinciding", "nearly coinciding", "dense", "planar", "skew", "gas", "strained"],
)
def test_odd_cells_have_facts(structure: Structure) -> None:
    text = json.dumps(facts(structure).to_json(), allow_nan=False)
    assert GeometryFacts.from_json(json.loads(text)) == facts(structure)


def test_every_site_of_a_large_cell_without_symmetry_has_facts() -> None:
    disturbed = textbook.SPINEL * (2, 1, 1)
    disturbed.perturb(0.05)
    found = facts(disturbed)
    assert len(found.sites) == len(disturbed) == 112
    assert {site.polyhedron for site in found.sites if site.role == "cation"} == {"MgO4", "AlO6"}
    assert {(n.polyhedron, n.sharing, n.dimensionality) for n in found.networks} == {
        ("MgO4", (), 0),
        ("AlO6", ("edge",), 3),
    }


def test_a_shell_of_which_some_are_left_out_has_no_shape() -> None:
    """Ca7Ge (O. Helleis et al., Z. Anorg. Allg. Chem. 320, 86 (1963)): every atom has twelve neighbours at 3.34 Å."""
    structure = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(9.45), ["Ge", "Ca", "Ca"], [[0, 0, 0], [0.5, 0.5, 0.5], [0, 0.25, 0.25]]
    )
    shapes = {(site.element, site.wyckoff): site.shape and site.shape.symbol for site in facts(structure).sites}
    assert shapes == {("Ca", "d"): None, ("Ca", "b"): "COC-12", ("Ge", "a"): "COC-12"}
