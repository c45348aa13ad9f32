"""What a CIF says about its crystal beside cell, operations and atoms, held against the crystal that was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clics.elements import BY_SYMBOL
from clics.readers.cif_bonds import bond_statements
from clics.readers.cif_formula import Formula, stated_formula, unknown_elements
from clics.readers.cif_groups import group_statements
from clics.readers.cif_names import name_statements
from clics.readers.cif_sites import site_statements
from clics.readers.cif_structure import multiplicity
from clics.readers.cif_values import loose_number
from clics.results.check import Statement

if TYPE_CHECKING:
    from clics.readers.cif_build import Built
    from clics.readers.cif_values import Values

VOLUME = 0.02
"""Relative difference of volumes, and of densities calculated from the cell, above which they contradict each other."""
WEIGHT = 0.01
"""The same of formula weights; atomic weights differ by less between tables."""
_DENSITY = "_exptl_crystal_density_diffrn"
_WEIGHT = "_chemical_formula_weight"
_VOLUME = "_cell_volume"
_UNITS = "_cell_formula_units_z"
_ELECTRONS = "_exptl_crystal_f_000"
_MEASURED = "_exptl_crystal_density_meas"
_PROBES = ("_diffrn_radiation_probe", "_diffrn_radiation_type", "_diffrn_radiation_source")
_COARSE = 0.2
"""Relative difference between a measured density and that of the cell; powders have pores."""
_DEUTERIUM = {"D": 2.0141 - 1.008, "T": 3.0160 - 1.008}
"""Atomic masses less that of hydrogen, in u (CIAAW, 2021)."""


def witnesses(values: Values, built: Built) -> list[Statement]:
    """Everything that a block says about its crystal, in the order in which it is shown.

    Args:
        values: The block.
        built: The crystal that was read.
    """
    formula = stated_formula(values)
    counted = {str(element): float(n) for element, n in built.composition.items()}
    complete = formula is None or not formula.lacks_hydrogen(counted)
    return [
        *group_statements(values, built),
        *_formula(values, formula, counted, built),
        *_units(values, formula, counted, built),
        *site_statements(values, built),
        *(_amounts(values, formula, counted, built) if complete else ()),
        *_volume(values, built),
        *bond_statements(values, built),
        *name_statements(values, built),
    ]


def _formula(values: Values, formula: Formula | None, counted: dict[str, float], built: Built) -> Iterator[Statement]:
    reduced = str(built.composition.reduced_formula)
    if formula is None:
        if unknown := unknown_elements(values):
            text = values.text("_chemical_formula_sum").strip()[:60]
            yield Statement(
                "formula", "_chemical_formula_sum", f"'{text}'", f"{reduced}; no element is {unknown[0]}", False
            )
        return
    lacks = formula.lacks_hydrogen(counted)
    yield Statement("formula", formula.tag, f"'{formula.text[:60]}'", reduced, lacks or formula.agrees(counted))


def _units(values: Values, formula: Formula | None, counted: dict[str, float], built: Built) -> Iterator[Statement]:
    stated = loose_number(values.text(_UNITS))
    if not stated or stated <= 0:
        return
    if formula is not None:
        found = formula.units(counted)
        if not formula.agrees(counted) and not formula.lacks_hydrogen(counted) and any(
            abs(ratio / stated - 1) < VOLUME for ratio in formula.ratios(counted)
        ):  # fmt: skip
            found = stated  # the elements that agree have it; the others are a matter of the formula
        if abs(found - 1) < VOLUME and _reduction(built) == stated:
            found = stated  # pymatgen writes the content of the cell as the formula, and Z of the reduced one
        yield Statement(
            "formula units", _UNITS, f"Z = {stated:g}", f"Z = {found:.4g}", abs(found / stated - 1) < VOLUME
        )
    elif built.structure.is_ordered:
        # Without a formula, its unit may be any multiple of the reduced one: Hg2Cl2.
        found = _reduction(built)
        yield Statement("formula units", _UNITS, f"Z = {stated:g}", f"Z = {found:g}", found % stated == 0)


def _reduction(built: Built) -> float:
    """How many times the reduced formula is in the cell."""
    return float(built.composition.get_reduced_composition_and_factor()[1])


def _amounts(values: Values, formula: Formula | None, counted: dict[str, float], built: Built) -> Iterator[Statement]:
    """Weight of the formula unit, and the density that follows from it, Z and the cell."""
    stated_z = loose_number(values.text(_UNITS))
    units = formula.units(counted) if formula is not None and formula.agrees(counted) else stated_z
    heavier = _of_isotopes(built)
    weight = loose_number(values.text(_WEIGHT))
    if weight and units:
        found = (float(built.composition.weight) + heavier) / units
        yield Statement("weight", _WEIGHT, f"{weight:.6g}", f"{found:.6g}", abs(found / weight - 1) < WEIGHT)
    for tag, tolerance in ((_DENSITY, VOLUME), (_MEASURED, _COARSE)):
        density = loose_number(values.text(tag))
        if density and density > 0:
            found = float(built.structure.density) * (1 + heavier / float(built.composition.weight))
            agrees = abs(found / density - 1) < tolerance
            yield Statement("density", tag, f"{density:.4g} g/cm³", f"{found:.4g} g/cm³", agrees)
    electrons = loose_number(values.text(_ELECTRONS))
    if electrons and electrons > 0 and not any("neutron" in values.text(tag).lower() for tag in _PROBES):
        found = sum(BY_SYMBOL[element].number * amount for element, amount in counted.items())
        agrees = abs(found / electrons - 1) < VOLUME
        yield Statement("electrons", _ELECTRONS, f"F(000) = {electrons:.5g}", f"F(000) = {found:.5g}", agrees)


def _of_isotopes(built: Built) -> float:
    """By how much the cell is heavier in u, since its hydrogen is deuterium or tritium."""
    return sum(
        _DEUTERIUM[atom.isotope] * atom.occupancy * multiplicity(atom.coords, built.operations)
        for atom in built.placed
        if atom.isotope in _DEUTERIUM
    )


def _volume(values: Values, built: Built) -> Iterator[Statement]:
    volume = loose_number(values.text(_VOLUME))
    if volume and volume > 0:
        found = float(built.structure.volume)
        yield Statement("volume", _VOLUME, f"{volume:.6g} Å³", f"{found:.6g} Å³", abs(found / volume - 1) < VOLUME)
