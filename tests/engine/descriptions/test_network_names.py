"""Names of oxoanions and their networks, on crystals of minerals.

``tests/data/oxoanions.jsonl.gz`` holds crystals of the Materials Project (CC BY 4.0; A. Jain et al., APL Mater. 1, 011002
(2013)). Classes of silicates: H. Strunz & E. H. Nickel, Strunz Mineralogical Tables, 9th ed. (2001), and for double and wider
chains F. Liebau, Structural Chemistry of Silicates (1985).
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

import pytest
from clics.crystals.crystal import Crystal
from clics.descriptions.describe import describe
from clics.results.facts import GeometryFacts
from pymatgen.core import Structure

CRYSTALS = Path(__file__).resolve().parents[2] / "data" / "oxoanions.jsonl.gz"


@cache
def facts(id: str) -> GeometryFacts:
    with gzip.open(CRYSTALS, "rt") as lines:
        row = next(row for row in map(json.loads, lines) if row["id"] == id)
    found = describe(Crystal(id, Structure(row["lattice"], row["species"], row["frac_coords"]))).geometry
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("mineral", "id", "named"),
    [
        ("kyanite", "mp-5065", {("SiO4", "nesosilicate")}),
        ("andalusite", "mp-4753", {("SiO4", "nesosilicate")}),
        ("sillimanite", "mp-4934", {("SiO4", "nesosilicate")}),
        ("titanite", "mp-6440", {("SiO4", "nesosilicate")}),
        ("phenakite", "mp-3347", {("SiO4", "nesosilicate")}),
        ("datolite", "mp-554371", {("SiO4", "nesosilicate")}),
        ("thortveitite", "mp-5594", {("SiO4", "sorosilicate")}),
        ("åkermanite", "mp-6094", {("SiO4", "sorosilicate")}),
        ("benitoite", "mp-6661", {("SiO4", "cyclosilicate")}),
        ("spodumene", "mp-6340", {("SiO4", "inosilicate (single chain)")}),
        ("wollastonite", "mp-4429", {("SiO4", "inosilicate (single chain)")}),
        ("Li2Mg2Si4O11", "mp-561336", {("SiO4", "inosilicate (double chain)")}),
        ("Ba2Si3O8", "mp-29222", {("SiO4", "inosilicate (multiple chain)")}),
        ("talc", "mp-696497", {("SiO4", "phyllosilicate")}),
        ("kaolinite", "mp-541152", {("SiO4", "phyllosilicate")}),
        ("Na2Si2O5", "mp-3193", {("SiO4", "phyllosilicate")}),
        ("albite", "mp-721988", {("(Al,Si)O4", "tectosilicate")}),
        ("potassium feldspar", "mp-697670", {("(Al,Si)O4", "tectosilicate")}),
        ("anorthite", "mp-6532", {("(Al,Si)O4", "tectosilicate")}),
        ("sodalite", "mp-23145", {("(Al,Si)O4", "tectosilicate")}),
        ("danburite", "mp-6419", {("(Si,B)O4", "tectosilicate")}),
        ("gehlenite, where aluminium is on two sites", "mp-559691", set()),
        ("BPO4", "mp-3589", {("PO4", "orthophosphate")}),
        ("Na4P2O7", "mp-27579", {("PO4", "pyrophosphate")}),
        ("NaPO3", "mp-4734", {("PO4", "metaphosphate")}),
        ("suanite", "mp-5547", {("BO3", "pyroborate")}),
        ("BaB2O4", "mp-540659", {("BO3", "metaborate")}),
        ("KClO3", "mp-556084", {("ClO3", "chlorate")}),
        ("nitre", "mp-5158", {("NO3", "nitrate")}),
        ("Na2Cr2O7", "mp-696217", {("CrO4", "dichromate")}),
        ("NaVO3", "mp-19083", {("VO4", "metavanadate")}),
    ],
)
def test_networks_have_the_names_of_mineralogy(mineral: str, id: str, named: set[tuple[str, str]]) -> None:
    assert {(n.polyhedron, n.name) for n in facts(id).networks if n.name is not None} == named, mineral


def test_tetrahedra_of_different_elements_are_looked_at_together() -> None:
    """Albite's framework holds aluminium and silicon; phenakite's holds beryllium beside isolated SiO4."""
    albite = {n.polyhedron: n for n in facts("mp-721988").networks}
    assert (albite["(Al,Si)O4"].dimensionality, albite["(Al,Si)O4"].sharing) == (3, ("corner",))
    assert albite["AlO4"].size == 1
    phenakite = {n.polyhedron: n for n in facts("mp-3347").networks}
    assert (phenakite["SiO4"].size, phenakite["(Be,Si)O4"].dimensionality) == (1, 3)


def test_chains_and_layers_have_their_directions() -> None:
    """Chains of spodumene run along c, those of wollastonite along b; layers of talc are parallel to (001)."""
    of = {id: next(n for n in facts(id).networks if n.name) for id in ("mp-4429", "mp-696497", "mp-6340")}
    assert of["mp-696497"].indices == (0, 0, 1)
    assert of["mp-4429"].indices == (0, 1, 0)
    assert of["mp-6340"].indices == (0, 0, 1)


def test_rings_of_benitoite_have_three_tetrahedra() -> None:
    assert next(n for n in facts("mp-6661").networks if n.name).size == 3
