"""How many neighbours metals and alloys have, where CrystalNN's bonds end at no gap, against the literature.

Numbers are those of W. B. Pearson, The Crystal Chemistry and Physics of Metals and Alloys (1972), and J. L. C. Daams, P.
Villars & J. H. N. van Vucht, Atlas of Crystal Structure Types for Intermetallic Phases (1991): 12 in close packings and their
superstructures, 12 to 16 in Frank–Kasper phases (F. C. Frank & J. S. Kasper, Acta Cryst. 12, 483 (1959)), 10 in disilicides.
"""

from __future__ import annotations

from functools import cache

import pytest
import textbook
from clics.crystals.crystal import Crystal
from clics.descriptions.describe import describe
from clics.library.store import Library
from clics.paths import starter_library
from clics.results.facts import GeometryFacts
from clics.results.geometry_text import bonding_sentences
from clics.results.geometry_words import orbit_lines

LITERATURE = {
    "A_cF4_225_a": "Cu 12", "A_hP2_194_c": "Mg 12", "A_hP4_194_ac": "La1 12, La2 12", "A_hR3_166_ac": "Sm1 12, Sm2 12",
    "A_tI2_139_a#2": "In 12", "A_cP1_221_a": "Po 6", "A_oC4_63_c": "U 12", "A2B_cF24_227_d_a": "Mg 16, Cu 12",
    "AB2_hP12_194_f_ah": "Mg 16, Zn1 12, Zn2 12", "AB2_hP24_194_ef_fgh": "Mg1 16, Mg2 16, Ni1 12, Ni2 12, Ni3 12",
    "A3B_cP8_223_c_a": "Cr 14, Si 12", "A_tP30_136_bf2ij": "U1 12, U2 15, U3 14, U4 12, U5 14",
    "sigma_tP30_136_bf2ij": "Cr 12, Fe 14, Ni 14, Pd 12, Rh 15", "A_cI58_217_ac2g": "Mn1 16, Mn2 16, Mn3 12, Mn4 13",
    "A7B6_hR13_166_ah_3c": "Fe1 12, Fe2 12, W1 15, W2 16, W3 14", "AB5_cF24_216_a_ce": "Be1 16, Be2 12, Au 16",
    "AB3_cP4_221_a_c": "Cu 12, Au 12", "A3B_tI8_139_bd_a": "Ti 12, Al1 12, Al2 12",
    "A3B_tI16_139_cde_e": "Zr 12, Al1 12, Al2 12, Al3 12", "A3B_hP8_194_h_c": "Ni 12, Sn 12",
    "A3B_oP8_59_bf_a": "Ti 12, Cu1 12, Cu2 12", "AB4_tI10_87_a_h": "Ni 12, Mo 12", "AB2_oI6_71_a_g": "Mo 12, Pt 12",
    "A8B_tI18_139_hi_a": "Ti 12, Pt1 12, Pt2 12", "AB_hR2_166_a_b": "Cu 12, Pt 12", "AB_tP2_123_a_d": "Cu 12, Au 12",
    "AB3_oC8_65_a_bf": "Cd 12, Pt1 12, Pt2 12", "A7B_cF32_225_bd_a": "Ca1 12, Ca2 12, Ge 12",
    "AB3_tI16_140_b_ah": "U1 12, U2 12, Si 12", "AB5_hP6_191_a_cg": "Ca 18, Cu1 12, Cu2 12",
    "A12B_tI26_139_fij_a": "Th 20, Mn1 12, Mn2 14, Mn3 12", "A2B_tI12_140_h_a": "Al 15, Cu 10", "A12B_cI26_204_g_a": "W 12",
    "A2B_oP12_62_2c_c": "Co1 13, Co2 13, Si 10", "AB2_tI6_139_a_e": "Si 10, Mo 10", "AB2_hP9_180_d_j": "Cr 10, Si 10",
    "A2B_oF24_70_e_a": "Ti 10, Si 10", "A5B8_cI52_217_ce_cg": "Zn1 12, Zn2 11, Cu1 12, Cu2 13",
    "AB2_cF96_227_e_cf": "Ti1 12, Ti2 14, Ni 12", "AB2_hP6_194_c_ad": "In 11, Ni1 14, Ni2 11",
    "A2B_tI24_141_2e_e": "Hf 12, Ga1 12, Ga2 12", "A3B5_oC16_65_ah_bej": "Ga1 12, Ga2 12, Pt1 12, Pt2 12, Pt3 12",
}  # fmt: skip
"""Coordination numbers by site, of crystals of the starter library."""
INNER_SHELL = {"A_cI2_229_a": "W 8", "AB2C_cF16_225_a_c_b": "Mn 8, Al 8, Cu 8", "A_cP20_213_cd": "Mn1 12, Mn2 12"}
"""Shells that end at a gap, though a wider one follows: 8 + 6 in body-centred cubic packings."""


@cache
def facts(name: str) -> GeometryFacts:
    with Library(starter_library(), "read") as library:
        found = describe(library.crystal(name)).geometry
    assert found is not None
    return found


@pytest.mark.parametrize(("name", "numbers"), [*LITERATURE.items(), *INNER_SHELL.items()])
def test_coordination_numbers_of_the_literature(name: str, numbers: str) -> None:
    known = facts(name)
    for label, number in (entry.split() for entry in numbers.split(", ")):
        site = known.site(label)
        assert (site.shell or site.coordination_number) == int(number), label
        assert site.shell is None or (site.shape is None and site.coordination_number < site.shell)


def test_they_are_told_in_words() -> None:
    assert orbit_lines(facts("A2B_cF24_227_d_a"))[0] == (
        "Mg 8b · CN 12 (16 up to the largest gap) · MgCu12 · Mg–Cu 2.910 Å ×12"
    )


def test_an_alloy_whose_bonds_leave_neighbours_out_has_no_molecules() -> None:
    known = facts("A12B_cI26_204_g_a")  # Al12W, whose icosahedra CrystalNN leaves alone
    assert (known.bonding.dimensionality, known.pieces_unclear) == (0, True)
    assert bonding_sentences(known) == [
        "Its bonds end at no clear gap, so that no molecules, chains or layers are told apart."
    ]
    assert facts("A3B_cP8_223_c_a").pieces_unclear is False


@pytest.mark.parametrize("name", ["NASICON", "MOLYBDENITE", "YBCO", "GRAPHITE", "SELENIUM", "IODINE", "CADMIUM_IODIDE"])
def test_crystals_with_nonmetals_have_none(name: str) -> None:
    known = describe(Crystal(name, getattr(textbook, name))).geometry
    assert known is not None
    assert all(site.shell is None for site in known.sites)


def test_nickel_arsenide_keeps_its_octahedra() -> None:
    nickel, arsenic = facts("AB_hP4_194_c_a").sites
    assert (nickel.shell, arsenic.shell) == (None, None)
    assert nickel.shape is not None
    assert nickel.shape.symbol == "OC-6"
