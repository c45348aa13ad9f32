"""Descriptions of prototypes, their atoms, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from clics.crystals.crystal import Crystal
from clics.descriptions.describe import MAX_SITES, describe
from clics.errors import DescriptionError
from clics.results.description import Connection, Description, Neighbours
from pymatgen.core import Lattice, Structure

ROOT = Path(__file__).resolve().parents[3]


def cubic(symbol: str, a: float, species: list[str], places: list[list[float]]) -> Structure:
    return Structure.from_spacegroup(symbol, Lattice.cubic(a), species, places)


PEROVSKITE = cubic("Pm-3m", 3.905, ["Sr", "Ti", "O"], [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]])
SPINEL = cubic("Fd-3m", 8.08, ["Mg", "Al", "O"], [[0, 0, 0], [0.625, 0.625, 0.625], [0.387, 0.387, 0.387]])
RUTILE = Structure.from_spacegroup(
    "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
)
MOLYBDENITE = Structure.from_spacegroup(
    "P6_3/mmc", Lattice.hexagonal(3.16, 12.3), ["Mo", "S"], [[1 / 3, 2 / 3, 0.25], [1 / 3, 2 / 3, 0.621]]
)


def described(structure: Structure, **options: bool) -> Description:
    return describe(Crystal("a crystal", structure), **options)


def test_the_facts_of_a_perovskite() -> None:
    found = described(PEROVSKITE)
    titanium = next(site for site in found.sites if site.element == "Ti")
    assert (found.space_group.symbol, found.space_group.number, found.crystal_system) == ("Pm-3m", 221, "cubic")
    assert (found.formula, found.dimensionality, len(found.sites)) == ("SrTiO3", 3, 3)
    assert (titanium.label, titanium.element_class, titanium.geometry) == ("Ti(1)", "METAL", "octahedral")
    assert titanium.likeness == pytest.approx(1.0)
    assert not titanium.distorted
    assert titanium.neighbours == (Neighbours("O", "O(1)", 6),)
    assert titanium.polyhedra == "octahedra"
    assert Connection("corner", "octahedra", "Ti", "Ti(1)", 6) in titanium.connections
    assert Connection("face", "cuboctahedra", "Sr", "Sr(1)", 8) in titanium.connections


def test_text_with_and_without_bond_lengths() -> None:
    found = described(RUTILE)
    assert "There are four shorter (1.95 Å) and two longer (1.98 Å) Ti(1)-O(1) bond lengths." in found.text
    assert "Å" not in found.plain_text
    assert found.plain_text.startswith(
        "TiO2 crystallizes in the tetragonal P4_2/mnm space group. Ti(1) is bonded to six"
    )
    assert "a mixture of corner and edge-sharing TiO6 octahedra" in found.plain_text


def test_layers_are_two_dimensional_and_say_where_they_lie() -> None:
    found = described(MOLYBDENITE)
    assert found.dimensionality == 2
    assert found.components == ({"formula": "MoS2", "dimensionality": 2, "orientation": [0, 0, 1], "count": 2},)
    assert "two MoS2 sheets oriented in the (0, 0, 1) direction" in found.plain_text


@pytest.mark.parametrize("structure", [PEROVSKITE, SPINEL, RUTILE, MOLYBDENITE], ids=lambda s: s.reduced_formula)
def test_every_atom_is_in_the_one_site_of_its_kind_whatever_the_cell(structure: Structure) -> None:
    whole = described(structure)
    share = {site.label: len(site.atoms) / len(structure) for site in whole.sites}
    generator = np.random.default_rng(3)
    for cell in (structure.get_primitive_structure(), structure * (1, 2, 1)):
        order = generator.permutation(len(cell))
        mixed = Structure(cell.lattice, [cell[i].specie for i in order], cell.frac_coords[order] + generator.random(3))
        found = described(mixed)
        assert sorted(atom for site in found.sites for atom in site.atoms) == list(range(len(mixed)))
        assert all(mixed[atom].specie.symbol == site.element for site in found.sites for atom in site.atoms)
        assert {site.label: len(site.atoms) / len(mixed) for site in found.sites} == pytest.approx(share)
        assert found.text == whole.text


def test_atoms_have_the_surroundings_of_their_site() -> None:
    """Spinel made of two kinds of oxygen atoms by a shift: each must stay with its own distances."""
    shifted = SPINEL.copy()
    shifted.translate_sites([0], [0.004, 0, 0])  # one Mg atom, 0.03 Å
    found = described(shifted)
    for site in found.sites:
        nearest = [min(near.nn_distance for near in shifted.get_neighbors(shifted[atom], 3.0)) for atom in site.atoms]
        assert max(nearest) - min(nearest) < 0.011


def test_oxidation_states_change_nothing() -> None:
    charged = PEROVSKITE.copy()
    charged.add_oxidation_state_by_element({"Sr": 2, "Ti": 4, "O": -2})
    assert described(charged).text == described(PEROVSKITE).text


def test_json_keeps_everything() -> None:
    found = described(MOLYBDENITE)
    assert Description.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_mineral_names_come_when_asked_for() -> None:
    assert described(PEROVSKITE).mineral is None
    named = described(PEROVSKITE, mineral=True)
    assert named.mineral == "(Cubic) Perovskite"
    assert named.text.startswith("SrTiO3 is (Cubic) Perovskite structured and crystallizes in the cubic Pm-3m")


def test_the_words_do_not_hang_on_the_hash_seed() -> None:
    program = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "from pymatgen.core import Lattice, Structure\n"
        "from clics.descriptions.describe import describe\n"
        "from clics.crystals.crystal import Crystal\n"
        "for a, c in (('Ni', 'As'), ('Ti', 'O')):\n"
        "    s = Structure.from_spacegroup('P6_3/mmc', Lattice.hexagonal(3.6, 5.0), [a, c],\n"
        "                                  [[0, 0, 0], [1/3, 2/3, 0.25]])\n"
        "    print(describe(Crystal('x', s)).text)\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "engine")},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert "mixture of" in said.pop()


@pytest.mark.parametrize(
    ("structure", "kind"),
    [
        (Structure(Lattice.cubic(4), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]]), "disordered"),
        (Structure(Lattice.cubic(4), ["Na", "Na"], [[0, 0, 0], [0, 0, 0]]), "no-symmetry"),
        (Structure(Lattice.cubic(4), ["Na"], [[float("nan"), 0, 0]]), "no-symmetry"),
        (Structure(Lattice.cubic(4), ["Na"], [[0, 0, 0]]) * (8, 8, 8), "too-large"),
    ],
    ids=["shared site", "same place", "nan", "too many"],
)
def test_what_cannot_be_described_says_so(structure: Structure, kind: str) -> None:
    with pytest.raises(DescriptionError) as caught:
        described(structure)
    assert caught.value.kind == kind
    assert str(caught.value).endswith(".")
    assert MAX_SITES == 500


@pytest.mark.parametrize(
    ("structure", "dimensionality"),
    [
        (Structure(Lattice.cubic(3), ["Po"], [[0, 0, 0]]), 3),
        (Structure(Lattice.cubic(20), ["Fe"], [[0, 0, 0]]), 0),
        (Structure(Lattice.cubic(15), ["N", "N"], [[0, 0, 0], [0.073, 0, 0]]), 0),
        (cubic("Fm-3m", 6.2, ["Xe"], [[0, 0, 0]]), 0),
        (Structure(Lattice.hexagonal(2.46, 20), ["C", "C"], [[1 / 3, 2 / 3, 0.5], [2 / 3, 1 / 3, 0.5]]), 2),
        (Structure(Lattice.orthorhombic(1.4, 12, 13), ["C"], [[0, 0, 0]]), 1),
        (cubic("Fm-3m", 5.3, ["Es"], [[0, 0, 0]]), 3),
        (cubic("Fm-3m", 6.3, ["Og"], [[0, 0, 0]]), 0),
        (Structure(Lattice.cubic(4), ["Na", "Cl"], [[0, 0, 0], [0.0005, 0, 0]]), 0),
    ],
    ids=["one atom", "isolated atom", "gas", "noble gas", "graphene", "chain", "no radius", "unknown", "colliding"],
)
def test_unusual_crystals_are_described(structure: Structure, dimensionality: int) -> None:
    found = described(structure)
    assert found.dimensionality == dimensionality
    assert "crystallizes in the" in found.text
    assert "1-coordinate" not in found.text
