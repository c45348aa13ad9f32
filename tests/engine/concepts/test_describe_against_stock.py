"""The facts and the words are those of stock robocrystallographer."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest
from pymatgen.analysis.prototypes import AFLOW_PROTOTYPE_LIBRARY
from pymatgen.core import Structure

from engine.concepts.describe import describe
from engine.concepts.robocrys.cell import conventional_cell
from engine.concepts.robocrys.crystal_nn import SiteCrystalNN
from engine.concepts.robocrys.describer import steady
from engine.concepts.robocrys.facts import typed_sites
from engine.concepts.robocrys.fingerprint import entries
from engine.concepts.robocrys.order_parameters import angles_of, order_parameter
from engine.crystals.crystal import Crystal

NUMPY_INTEGER = re.compile(r"np\.int64\((-?\d+)\)")


def prototypes(count: int) -> list[Any]:
    """Small AFLOW prototypes, spread over the library."""
    small = [e for e in AFLOW_PROTOTYPE_LIBRARY if 2 <= len(e["snl"].structure) <= 8]
    return [
        pytest.param(e["snl"].structure, id=e["tags"]["aflow"]) for e in small[:: max(1, len(small) // count)][:count]
    ]


@pytest.fixture(scope="module")
def stock() -> Any:
    from robocrys import StructureCondenser, StructureDescriber

    condenser, describer = StructureCondenser(mineral_matcher=False), StructureDescriber()

    def tell(structure: Structure) -> tuple[dict[str, Any], str]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            condensed = condenser.condense_structure(structure)
            return condensed, str(describer.describe(condensed))

    return tell


@pytest.mark.parametrize("structure", prototypes(15))
def test_facts_and_words_are_the_same(structure: Structure, stock: Any) -> None:
    ours = describe(Crystal("a prototype", structure))
    plain = structure.copy()
    plain.remove_oxidation_states()
    condensed, text = stock(plain)
    theirs = {site.label: site for site in typed_sites({**condensed, "site_of_atom": []})}
    assert ours.space_group.symbol == condensed["spg_symbol"]
    assert ours.crystal_system == condensed["crystal_system"]
    assert ours.dimensionality == condensed["dimensionality"]
    assert set(theirs) == {site.label for site in ours.sites}
    for site in ours.sites:
        twin = theirs[site.label]
        assert (site.geometry, site.polyhedra) == (twin.geometry, twin.polyhedra)
        assert site.likeness == pytest.approx(twin.likeness, abs=1e-6)
        assert set(site.neighbours) == set(twin.neighbours)
        assert set(site.connections) == set(twin.connections)
    assert ours.text == steady(NUMPY_INTEGER.sub(r"\1", text))


def test_neighbours_are_those_of_crystal_nn() -> None:
    from pymatgen.core.local_env import CrystalNN

    for parameter in prototypes(6):
        structure = conventional_cell(_uncharged(parameter.values[0]), 0.01).structure
        symbols = [site.specie.symbol for site in structure]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = CrystalNN().get_nn_data(structure, 0)
        ours = SiteCrystalNN().neighbourhood(structure.lattice, symbols, np.array(structure.frac_coords), 0)
        assert ours.weights == pytest.approx(theirs.cn_weights)
        best = max(theirs.cn_nninfo[ours.coordination], key=lambda entry: entry["weight"])
        assert (best["site_index"], tuple(best["image"])) in {
            (int(i), tuple(image)) for i, image in zip(ours.index, ours.image, strict=True)
        }


def _uncharged(structure: Structure) -> Structure:
    plain: Structure = structure.copy()
    plain.remove_oxidation_states()
    return plain


def test_order_parameters_are_those_of_pymatgen() -> None:
    from matminer.featurizers.site import CrystalNNFingerprint

    featurizer = CrystalNNFingerprint.from_preset("ops", cation_anion=False)
    reference = {
        f"{kind} CN_{number}": operator
        for number, kinds in featurizer.op_types.items()
        for kind, operator in zip(kinds, featurizer.ops[number], strict=True)
    }
    generator = np.random.default_rng(7)
    octahedron = np.vstack([np.eye(3), -np.eye(3)])
    for entry in entries():
        if entry.kind is None:
            continue
        for trial in range(4):
            places = generator.normal(size=(entry.coordination, 3))
            if entry.coordination == 6 and trial < 2:
                places = 2 * octahedron + 0.05 * trial * places
            points = [_Place(np.zeros(3)), *(_Place(place) for place in places)]
            theirs = reference[entry.label].get_order_parameters(points, 0, indices_neighs=list(range(1, len(points))))[
                0
            ]
            ours = order_parameter(entry.kind, entry.parameters, angles_of(places))
            assert ours == pytest.approx(theirs or 0, abs=1e-9), entry.label


class _Place:
    def __init__(self, coords: np.ndarray) -> None:
        self.coords = coords


def test_mineral_names_are_those_of_the_full_search() -> None:
    from robocrys.condense.mineral import MineralMatcher
    from robocrys.describe.describer import get_mineral_name

    stock_matcher = MineralMatcher()
    for parameter in prototypes(15)[::5]:
        structure = _uncharged(parameter.values[0])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = stock_matcher.get_best_mineral_name(conventional_cell(structure, 0.01).structure)
        assert describe(Crystal("a prototype", structure), mineral=True).mineral == get_mineral_name(found)
