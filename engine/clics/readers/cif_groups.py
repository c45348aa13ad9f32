"""The space group that a CIF states, compared with that of the operations and with the symmetry of its crystal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from clics.readers import cif_settings
from clics.readers.cif_values import group_number
from clics.results.check import Statement

if TYPE_CHECKING:
    from gemmi import SpaceGroup
    from pymatgen.core import Structure

    from clics.readers.cif_build import Built
    from clics.readers.cif_positions import Operations
    from clics.readers.cif_values import Values

HALL = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
NAMES = ("_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m_full",
         "_space_group_name_h-m", "_space_group_name_h-m_ref", "_space_group_ssg_name", "_space_group_ssg_name_it")  # fmt: skip
LAST_NUMBER = 230
"""Of the types of space groups."""
NUMBERS = ("_space_group_it_number", "_symmetry_int_tables_number")
_SYSTEMS = ("_space_group_crystal_system", "_symmetry_cell_setting")
_SYMMETRY_TOLERANCE = 0.01  # Å
_LAST_OF_SYSTEM = (
    (2, "triclinic"),
    (15, "monoclinic"),
    (74, "orthorhombic"),
    (142, "tetragonal"),
    (194, "hexagonal"),
    (230, "cubic"),
)
_SIX = ("trigonal", "rhombohedral", "hexagonal")


def group_statements(values: Values, built: Built) -> Iterator[Statement]:
    """Number, symbols and crystal system of a block.

    A file that lists all atoms of the cell under the identity alone says no wrong group where the crystal has it.
    """
    number, name = group_of(built.operations)
    actual = 0
    for tag, stated, text in stated_groups(values):
        found, agrees = name, stated == number
        if not agrees:
            actual = actual or symmetry_number(built.structure)
            agrees = stated == actual
            found = f"{name}, all atoms listed" if agrees else found
        yield Statement("space group", tag, text, found, agrees)
    for tag in NUMBERS:  # ? and 0 state nothing
        stated_number = values.text(tag).strip()
        if stated_number.isdecimal() and int(stated_number[:9]) > LAST_NUMBER:
            yield Statement("space group", tag, f"No. {stated_number[:20]}", f"{name}, no group has that number", False)
    for tag in _SYSTEMS:
        stated_system = values.text(tag).strip().lower()
        if number and stated_system in (*_SIX, *(name for _, name in _LAST_OF_SYSTEM)):
            systems = {system_name(number), system_name(actual or number)}
            agrees = stated_system in systems or (stated_system in _SIX and "hexagonal" in systems)
            yield Statement("crystal system", tag, stated_system, system_name(number), agrees)


def stated_groups(values: Values) -> Iterator[tuple[str, int, str]]:
    """Tag, number and text of everything that names a known space group."""
    for tag in NUMBERS:
        if number := group_number(values.text(tag)):
            yield tag, number, f"No. {number}"
    for tag in NAMES:
        text = values.text(tag)
        if text and (settings := cif_settings.by_symbol(text)):
            yield tag, settings[0].number, f"'{text[:40]}'"
    for tag in HALL:
        if (text := values.text(tag)) and (group := hall_group(text)) is not None:
            yield tag, group.number, f"'{text[:40]}'"


def hall_group(text: str) -> SpaceGroup | None:
    """The setting of a Hall symbol, None for one that is damaged."""
    import gemmi

    try:
        operations = gemmi.symops_from_hall(text.replace("_", " "))
    except (RuntimeError, ValueError):
        return None
    return gemmi.find_spacegroup_by_ops(operations)


def group_of(operations: Operations) -> tuple[int, str]:
    """Number and symbol of the group of operations, in whatever setting; (0, "an unknown group") where none is found."""
    import gemmi

    try:
        group = gemmi.find_spacegroup_by_ops(gemmi.GroupOps([gemmi.Op(text).wrap() for text in operations.triplets]))
    except RuntimeError:
        group = None
    if group is not None:
        return int(group.number), str(group.xhm())
    import spglib

    found = spglib.get_spacegroup_type_from_symmetry(
        np.rint(operations.rotations).astype(np.intc), operations.translations
    )
    return (int(found.number), str(found.international_short)) if found is not None else (0, "an unknown group")


def system_name(number: int) -> str:
    """Crystal system of a group number; trigonal groups count as hexagonal."""
    return next(system for last, system in _LAST_OF_SYSTEM if number <= last)


def _standard(number: int) -> str:
    import gemmi

    return str(gemmi.find_spacegroup_by_number(number).short_name()) if number else "of no group"


def symmetry_number(structure: Structure, tolerance: float = _SYMMETRY_TOLERANCE) -> int:
    """Space group number of a crystal at a tolerance in Å, 0 where none is found. Sites are told apart by their occupants."""
    import spglib

    names = [site.species_string for site in structure]
    kinds = {name: kind for kind, name in enumerate(sorted(set(names)), start=1)}
    cell = (structure.lattice.matrix, structure.frac_coords, [kinds[name] for name in names])
    dataset = spglib.get_symmetry_dataset(cell, symprec=tolerance)
    return 0 if dataset is None else int(dataset.number)
