"""A symmetrised crystal as a CIF with its space group, its operations, and one atom of each orbit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clics.symmetry.ladder import exact_symmetry
from clics.symmetry.settings import Setting, standard_setting

if TYPE_CHECKING:
    import gemmi

    from clics.crystals.crystal import Crystal

_DICTIONARY = "_space_group"
_EQUAL = 1e-4  # Å
_ATOM_TAGS = (
    "label", "type_symbol", "site_symmetry_multiplicity", "Wyckoff_symbol", "fract_x", "fract_y", "fract_z", "occupancy",
)  # fmt: skip


def is_symmetric(crystal: Crystal) -> bool:
    """True for a crystal of :func:`clics.symmetry.symmetrise.symmetrise` in its conventional cell, unchanged since."""
    from clics.symmetry.wyckoff import site_kinds

    done = crystal.provenance.get("symmetrised")
    if not isinstance(done, dict):
        return False
    structure = crystal.structure
    kinds, frac, lattice = site_kinds(crystal), np.array(structure.frac_coords), structure.lattice.matrix
    rotations, translations = standard_setting(int(done["number"])).operations()
    metric = lattice @ lattice.T
    if np.abs(rotations.transpose(0, 2, 1) @ metric @ rotations - metric).max() > _EQUAL * np.sqrt(metric.max()):
        return False
    for rotation, translation in zip(rotations, translations, strict=True):
        images = frac @ rotation.T + translation
        for kind in np.unique(kinds):
            difference = images[kinds == kind][:, None] - frac[kinds == kind][None]
            difference -= np.round(difference)
            if np.linalg.norm(difference @ lattice, axis=2).min(axis=1).max() > _EQUAL:
                return False
    return True


def write_symmetric_cif(crystal: Crystal, path: Path) -> None:
    """Write the CIF of :func:`symmetric_cif`; a file that is there is replaced.

    Raises:
        ClicsError: ``not-written``; ``output-is-source`` for the file that the crystal was read from.
    """
    from clics.atomic_files import replacing

    with replacing(path, sources=[crystal.source]) as file:
        file.write(symmetric_cif(crystal).encode("utf-8"))


def symmetric_cif(crystal: Crystal) -> str:
    """The text of a CIF with space group and operations, for a crystal with :func:`is_symmetric`."""
    import gemmi

    done = crystal.provenance["symmetrised"]
    assert isinstance(done, dict)  # as clics.symmetry.symmetrise wrote it
    setting = standard_setting(int(done["number"]))
    rotations, translations = setting.operations()
    group_operations = [_operation(*each) for each in zip(rotations, translations, strict=True)]
    document = gemmi.cif.Document()
    block = document.add_new_block("".join(c if c.isalnum() else "_" for c in crystal.id) or crystal.formula)
    _write_header(block, crystal, setting, group_operations)
    loop = block.init_loop(f"{_DICTIONARY}_symop_", ["id", "operation_xyz"])
    for number, operation in enumerate(group_operations, start=1):
        loop.add_row([str(number), gemmi.cif.quote(operation.triplet())])
    _write_atoms(block, crystal, setting)
    moved = (
        f"# Symmetrised by CLICS: {done['space_group']} from {done['tolerance']:.4f} Å; atoms were moved by up to "
        f"{done['largest_displacement']:.4f} Å, the cell was strained by up to {100 * done['strain']:.2f} %.\n"
    )
    return moved + str(document.as_string())


def _write_header(block: gemmi.cif.Block, crystal: Crystal, setting: Setting, operations: list[gemmi.Op]) -> None:
    import gemmi

    lattice = crystal.structure.lattice
    known = gemmi.find_spacegroup_by_ops(gemmi.GroupOps(operations))
    symbol = setting.full_symbol if known is None else known.xhm()
    pairs = {
        "_chemical_formula_sum": crystal.structure.composition.formula,
        **{f"_cell_length_{name}": f"{value:.8f}" for name, value in zip("abc", lattice.abc, strict=True)},
        **{
            f"_cell_angle_{name}": f"{value:.8f}"
            for name, value in zip(("alpha", "beta", "gamma"), lattice.angles, strict=True)
        },
        "_cell_volume": f"{lattice.volume:.6f}",
        f"{_DICTIONARY}_name_H-M_alt": symbol,
        f"{_DICTIONARY}_name_Hall": setting.hall_symbol,
        f"{_DICTIONARY}_IT_number": str(setting.number),
    }
    for tag, value in pairs.items():
        block.set_pair(tag, gemmi.cif.quote(value))


def _write_atoms(block: gemmi.cif.Block, crystal: Crystal, setting: Setting) -> None:
    """One atom of each orbit, with the elements that share its site."""
    from clics.symmetry.wyckoff import site_kinds

    structure = crystal.structure
    frac = np.array(structure.frac_coords) % 1.0
    symmetry = exact_symmetry(structure.lattice.matrix, site_kinds(crystal), frac, setting.hall_number)
    orbits = np.asarray(symmetry.crystallographic_orbits)
    loop = block.init_loop("_atom_site_", list(_ATOM_TAGS))
    counts: dict[str, int] = {}
    for first in sorted(set(orbits.tolist())):
        for element, occupancy in structure[first].species.items():
            symbol = str(element.symbol)
            counts[symbol] = counts.get(symbol, 0) + 1
            position = [f"{value:.10f}" for value in frac[first]]
            multiplicity = str(int((orbits == first).sum()))
            loop.add_row([f"{symbol}{counts[symbol]}", symbol, multiplicity, str(symmetry.wyckoffs[first]), *position,
                          f"{occupancy:g}"])  # fmt: skip


def _operation(rotation: np.ndarray, translation: np.ndarray) -> gemmi.Op:
    """A symmetry operation; the translations of all settings are multiples of 1/24."""
    import gemmi

    operation = gemmi.Op()
    operation.rot = (rotation * gemmi.Op.DEN).tolist()
    operation.tran = np.round(translation * gemmi.Op.DEN).astype(int).tolist()
    return operation.wrap()
