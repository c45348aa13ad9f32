"""The table of elements against the packages that publish its columns, and what is derived from it."""

from __future__ import annotations

import hashlib
import math
import subprocess
import sys

import numpy as np
import pytest
from clics.descriptions.robocrys import element_tables
from clics.elements import BY_SYMBOL, ELEMENTS, by_number, substitution_groups
from clics.model.element_features import bond_radii, element_table

ROWS = "5e566ae463be6bf405cb08bea885d88e0c2e338728303278672ef8517bacb72f"
RADII = "008c41f0ad884a44dc7f07bf4ed8cc057008097786e8638666b58b00a6b3d383"


def same(ours: float, theirs: float | None) -> bool:
    return ours == theirs or (math.isnan(ours) and (theirs is None or math.isnan(theirs)))


def test_the_table_agrees_with_pymatgen():
    from pymatgen.core import Element
    from pymatgen.core.local_env import CovalentRadius

    assert [element.symbol for element in ELEMENTS] == [Element.from_Z(number).symbol for number in range(1, 119)]
    for ours in ELEMENTS:
        theirs = Element.from_Z(ours.number)
        kind = "METALLOID" if theirs.is_metalloid else "METAL" if theirs.is_metal else "NONMETAL"
        assert ours.element_class == kind
        assert (ours.group, ours.period, ours.block) == (theirs.group, theirs.row, theirs.block)
        assert ours.mass == float(theirs.atomic_mass)
        assert same(ours.electronegativity, float(theirs.X))
        assert same(ours.iupac_order, theirs._data.get("IUPAC ordering"))
        assert same(ours.crystal_nn_radius, CovalentRadius.radius.get(ours.symbol) or theirs.atomic_radius)
        assert same(ours.ionic_radius, float(theirs.average_ionic_radius) or None)
        states = theirs.common_oxidation_states or (0,)
        assert (ours.highest_oxidation_state, ours.lowest_oxidation_state) == (max(states), min(states))
        assert theirs.long_name.lower() in ours.names


def test_the_covalent_radii_agree_with_ase():
    from ase.data import atomic_numbers, covalent_radii

    assert {symbol: number for symbol, number in atomic_numbers.items() if number} == {
        element.symbol: element.number for element in ELEMENTS
    }
    for element in ELEMENTS[:96]:
        assert element.covalent_radius == covalent_radii[element.number]


def test_names_and_colors_are_unique_or_missing():
    names = [name for element in ELEMENTS for name in element.names]
    assert len(names) == len(set(names))
    assert BY_SYMBOL["Cs"].names == ("caesium", "cesium")
    assert BY_SYMBOL["O"].cpk_color == "#ff0d0d"  # red, as everywhere
    assert [element.symbol for element in ELEMENTS if not element.cpk_color] == [
        "Rf", "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh", "Fl", "Mc", "Lv", "Ts", "Og",
    ]  # fmt: skip


def test_elements_by_number():
    assert by_number(22).symbol == "Ti"
    for number in (0, -1, 119):
        with pytest.raises(KeyError):
            by_number(number)


def test_the_features_of_version_0_1_are_unchanged():
    """Hashes of the file ``engine/model/elements.json`` on which the released model was trained."""
    rows, radii = element_table().numpy(), bond_radii().numpy()
    assert rows.shape == (119, 40)
    assert rows.dtype == radii.dtype == np.float32
    assert hashlib.sha256(rows.tobytes()).hexdigest() == ROWS
    assert hashlib.sha256(radii.tobytes()).hexdigest() == RADII


def test_an_element_that_crystal_nn_does_not_know_has_a_radius_and_one_without_order_comes_last():
    """Bk: the single-bond radius of P. Pyykkö and M. Atsumi, Chem. Eur. J. 15, 186 (2009), is 1.68 Å."""
    assert element_tables.covalent_radius("Bk") == pytest.approx(1.68)
    assert element_tables.iupac_order("Rf") == element_tables.AFTER_ALL + 104


def test_substitution_groups_are_columns_of_the_periodic_table():
    groups = substitution_groups()
    members = [number for group in groups for number in group]
    assert len(members) == len(set(members)) == 83 - 6  # hydrogen and five noble gases
    assert (8, 16, 34, 52) in groups
    assert groups[2] == (21, 39)
    assert groups[-1] == tuple(range(57, 72))
    for group in groups[:-1]:
        assert len({by_number(number).group for number in group}) == 1


def test_the_table_is_read_without_any_other_package():
    code = "import sys, clics.elements; print(sorted({'numpy', 'pymatgen', 'torch', 'ase'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
