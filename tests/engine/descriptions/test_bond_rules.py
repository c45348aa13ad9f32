"""Bonds corrected by a user's rules, and what they change."""

from __future__ import annotations

import json

import pytest
import textbook
from clics.crystals.crystal import Crystal
from clics.descriptions.describe import describe
from clics.errors import InputError
from clics.results.bond_rules import BondRule, BondRules
from clics.results.facts import GeometryFacts
from clics.services.geometry import geometry_of
from pymatgen.core import Structure


def corrected(structure: Structure, *rules: str) -> GeometryFacts:
    found = describe(Crystal("a crystal", structure), bonds=BondRules.parse(rules)).geometry
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Ti-O:1.8-2.2", BondRule(("O", "Ti"), shortest=1.8, longest=2.2)),
        ("O–Ti: 2.2 Å", BondRule(("O", "Ti"), longest=2.2)),
        ("Ti-O:1.8-", BondRule(("O", "Ti"), shortest=1.8)),
        ("Ti-Ti:none", BondRule(("Ti", "Ti"), shown=False)),
        ("Na-Cl=hidden", BondRule(("Cl", "Na"), shown=False)),
    ],
)
def test_rules_are_read(text: str, rule: BondRule) -> None:
    assert BondRule.parse(text) == rule
    rules = BondRules((rule,))
    assert BondRules.from_json(json.loads(json.dumps(rules.to_json()))) == rules


@pytest.mark.parametrize("text", ["", "Ti-O", "Ti-O:", "Ti:2", "Ti-Xx:2", "Ti-O:2.2-1.8", "Ti-O:7", "Ti-O:two"])
def test_what_is_no_rule_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputError) as caught:
        BondRule.parse(text)
    assert caught.value.kind == "bad-bond-rule"
    assert caught.value.message.endswith(".")


def test_two_rules_of_one_pair_are_refused() -> None:
    with pytest.raises(InputError, match="two rules of O-Ti"):
        BondRules.parse(["Ti-O:2", "O-Ti:none"])


def test_a_range_reaches_coordination_polyhedra_shapes_and_networks() -> None:
    """Rutile has four Ti–O bonds of 1.948 Å and two of 1.982 Å: those below 1.96 Å are chains of squares along c."""
    found = corrected(textbook.RUTILE, "Ti-O:1.5-1.96")
    titanium = found.site("Ti")
    assert found.corrected
    assert (titanium.coordination_number, titanium.polyhedron) == (4, "TiO4")
    assert titanium.shape is not None
    assert titanium.shape.symbol == "SP-4"
    assert [(n.sharing, n.dimensionality, n.indices) for n in found.networks] == [(("edge",), 1, (0, 0, 1))]
    assert (found.bonding.dimensionality, found.bonding.indices) == (1, (0, 0, 1))


def test_bonds_are_added() -> None:
    """Titanium atoms of rutile are 2.959 Å apart along c, the next pairs 3.57 Å."""
    assert corrected(textbook.RUTILE, "Ti-Ti:3.1").site("Ti").coordination_number == 8
    graphite = corrected(textbook.GRAPHITE, "C-C:3.4")
    assert graphite.bonding.dimensionality == 3


def test_a_hidden_pair_has_no_bonds() -> None:
    found = corrected(textbook.RUTILE, "Ti-O:none")
    assert all(not site.bonds for site in found.sites)
    assert (found.bonding.extent, found.networks, found.connections) == ("atoms", (), ())


def test_a_lower_limit_keeps_longer_bonds() -> None:
    assert corrected(textbook.RUTILE, "Ti-O:1.96-").site("Ti").coordination_number == 2


def test_rules_without_effect_change_nothing_but_the_mark() -> None:
    plain = describe(Crystal("a crystal", textbook.SPINEL))
    ruled = describe(Crystal("a crystal", textbook.SPINEL), bonds=BondRules.parse(["Zr-O:2.5"]))
    assert plain.geometry is not None
    assert ruled.geometry is not None
    assert plain.text == ruled.text
    assert {**plain.geometry.to_json(), "corrected": True} == ruled.geometry.to_json()
    assert not plain.geometry.corrected


def test_the_geometry_of_a_crystal_has_corrected_facts_and_the_bonds_of_crystal_nn() -> None:
    crystal = Crystal("a crystal", textbook.RUTILE)
    plain, ruled = geometry_of(crystal), geometry_of(crystal, BondRules.parse(["Ti-O:1.5-1.96"]))
    assert ruled.description is not None
    assert ruled.description.geometry is not None
    assert ruled.description.geometry.site("Ti").polyhedron == "TiO4"
    assert ruled.bonds == plain.bonds
