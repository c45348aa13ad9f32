"""The text of a CIF: cell, space group, operations and the atom list with occupancies and displacement parameters.

Data names: CIF core dictionary of the International Union of Crystallography, version 2.4 (``_space_group_…``), which gemmi,
pymatgen and ASE read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clics.crystals.as_stated import AsStated, StatedAtom, equivalent

if TYPE_CHECKING:
    import gemmi
    from pymatgen.core import Composition

_GROUP = "_space_group"
_CELL = [f"_cell_length_{name}" for name in "abc"] + [f"_cell_angle_{name}" for name in ("alpha", "beta", "gamma")]
_U_TAGS = ("11", "22", "33", "12", "13", "23")


@dataclass(frozen=True, slots=True)
class CifContent:
    """What is written as one data block.

    Attributes:
        name: Name of the block.
        lattice: Rows a, b, c in Å (3, 3).
        composition: Composition of the cell.
        stated: The asymmetric unit with its operations.
        multiplicities: Number of sites in the cell of each row of the atom list.
        about: Further data names with their values.
        remarks: Comments before the block.
    """

    name: str
    lattice: NDArray[np.float64]
    composition: Composition
    stated: AsStated
    multiplicities: Sequence[int]
    about: Sequence[tuple[str, str]] = ()
    remarks: Sequence[str] = ()


def cif_text(content: CifContent) -> str:
    """The text of a CIF with one block."""
    import gemmi

    document = gemmi.cif.Document()
    block = document.add_new_block(re.sub(r"[^\w.#+-]", "_", content.name, flags=re.ASCII)[:70] or "crystal")
    _write_header(block, content)
    loop = block.init_loop(f"{_GROUP}_symop_", ["id", "operation_xyz"])
    for number, triplet in enumerate(content.stated.operations, start=1):
        loop.add_row([str(number), gemmi.cif.quote(triplet)])
    labels = unique_labels(content.stated.atoms)
    _write_charges(block, content.stated.atoms)
    _write_atoms(block, content, labels)
    _write_displacements(block, content.stated.atoms, labels)
    remarks = "".join(f"# {' '.join(remark.split())}\n" for remark in content.remarks)
    return remarks + str(document.as_string())


def unique_labels(atoms: Sequence[StatedAtom]) -> list[str]:
    """Labels for an atom list: those of the atoms; repeated ones get ``_2``, ``_3``; nameless atoms element and number."""
    stated = [re.sub(r"\s+", "", atom.label) for atom in atoms]
    taken = set(filter(None, stated))
    used: set[str] = set()
    counts: dict[str, int] = {}
    labels = []
    for atom, wanted in zip(atoms, stated, strict=True):
        label = wanted
        stem = f"{wanted}_" if wanted else atom.element
        while not label or label in used or (label != wanted and label in taken):
            counts[stem] = counts.get(stem, 1 if wanted else 0) + 1
            label = f"{stem}{counts[stem]}"
        used.add(label)
        labels.append(label)
    return labels


def _write_header(block: gemmi.cif.Block, content: CifContent) -> None:
    import gemmi
    from pymatgen.core import Lattice

    stated = content.stated
    parameters = [round(value, 8) for value in Lattice(content.lattice).parameters]
    cell = [with_uncertainty(value, su, f"{value:.8f}")
            for value, su in zip(parameters, content.stated.cell_uncertainty or [0.0] * 6, strict=True)]  # fmt: skip
    volume = Lattice.from_parameters(*parameters).volume  # of the cell as it is written
    formula, units = _formula(content.composition)
    known = _known_group(stated.operations)
    symbol, hall, number = stated.symbol, stated.hall, stated.number
    if known is not None:
        symbol, hall, number = known.xhm(), known.hall, known.number
    pairs: list[tuple[str, str]] = [
        *content.about,
        ("_chemical_formula_sum", formula),
        *zip(_CELL, cell, strict=True),
        ("_cell_volume", f"{volume:.5f}"),
        ("_cell_formula_units_Z", str(units)),
        (f"{_GROUP}_name_H-M_alt", symbol),
        (f"{_GROUP}_name_Hall", hall),
        (f"{_GROUP}_IT_number", str(number or "")),
        (f"{_GROUP}_crystal_system", stated.cell_setting.lower()),
    ]
    for tag, value in pairs:
        if value:
            block.set_pair(tag, gemmi.cif.quote(value))


def _formula(composition: Composition) -> tuple[str, int]:
    """The formula for ``_chemical_formula_sum`` and the number of its units in the cell; 1 for amounts that are not whole."""
    amounts = {str(element): float(amount) for element, amount in composition.get_el_amt_dict().items()}
    units = 1
    if all(abs(amount - round(amount)) < 1e-6 for amount in amounts.values()):
        units = int(np.gcd.reduce([round(amount) for amount in amounts.values()]))
    first = ["C", "H"] if "C" in amounts else []
    order = [symbol for symbol in first if symbol in amounts]
    order += sorted(set(amounts) - set(order))
    parts = [(symbol, f"{amounts[symbol] / units:.6g}") for symbol in order]
    return " ".join(symbol + ("" if amount == "1" else amount) for symbol, amount in parts), units


def _known_group(operations: Sequence[str]) -> gemmi.SpaceGroup | None:
    """The space group and setting with these operations, where they have names."""
    import gemmi

    try:
        return gemmi.find_spacegroup_by_ops(gemmi.GroupOps([gemmi.Op(triplet).wrap() for triplet in operations]))
    except RuntimeError:  # translations beyond gemmi's grid of 1/24
        return None


def _write_charges(block: gemmi.cif.Block, atoms: Sequence[StatedAtom]) -> None:
    charges = {type_symbol(atom): atom.oxidation for atom in atoms}
    if any(charge is not None for charge in charges.values()):
        loop = block.init_loop("_atom_type_", ["symbol", "oxidation_number"])
        for symbol, charge in charges.items():
            loop.add_row([symbol, "?" if charge is None else f"{charge:g}"])


def type_symbol(atom: StatedAtom) -> str:
    """The type of an atom: its element or isotope, with its oxidation state as ``Fe3+``."""
    charge = atom.oxidation
    element = atom.isotope or atom.element
    return element if not charge else f"{element}{abs(charge):g}{'+' if charge > 0 else '-'}"


def _write_atoms(block: gemmi.cif.Block, content: CifContent, labels: Sequence[str]) -> None:
    import gemmi

    atoms = content.stated.atoms
    lettered = any(atom.wyckoff for atom in atoms)
    displaced = any(atom.u_iso is not None or atom.u is not None for atom in atoms)
    tags = ["label", "type_symbol", "site_symmetry_multiplicity", *(["Wyckoff_symbol"] if lettered else []),
            "fract_x", "fract_y", "fract_z", "occupancy", *(["U_iso_or_equiv", "adp_type"] if displaced else [])]  # fmt: skip
    further = list(dict.fromkeys(name for atom in atoms for name, _ in atom.further))
    tags += further
    loop = block.init_loop("_atom_site_", tags)
    for row, atom in enumerate(atoms):
        cells = [labels[row], type_symbol(atom), str(content.multiplicities[row])]
        cells += [atom.wyckoff or "?"] if lettered else []
        cells += [with_uncertainty(value, su, coordinate(value))
                  for value, su in zip(atom.coords, atom.uncertainty or (0.0, 0.0, 0.0), strict=True)]  # fmt: skip
        cells.append(with_uncertainty(atom.occupancy, atom.occupancy_uncertainty or 0.0, f"{atom.occupancy:.10g}"))
        if displaced:
            u_iso = atom.u_iso
            if u_iso is None and atom.u is not None:
                u_iso = equivalent(atom.u, content.lattice)
            kind = "Uani" if atom.u is not None else "Uiso" if u_iso is not None else "?"
            su = atom.u_iso_uncertainty or 0.0
            cells += ["?" if u_iso is None else with_uncertainty(u_iso, su, f"{u_iso:.8g}"), kind]
        values = dict(atom.further)
        cells += [gemmi.cif.quote(values[name]) if name in values else "." for name in further]
        loop.add_row(cells)


def with_uncertainty(value: float, su: float, plain: str) -> str:
    """A number with its standard uncertainty, ``0.1548(3)``: with as few decimals as hold both, ten at the most.

    Args:
        value: The number.
        su: Its standard uncertainty; 0 for none.
        plain: The number where there is no uncertainty.
    """
    if not su > 0.0:
        return plain
    for decimals in range(11):
        digits = su * 10.0**decimals
        if abs(digits - round(digits)) < 1e-6 * digits and abs(round(value, decimals) - value) < 1e-11:
            break
    return f"{value + 0.0:.{decimals}f}({max(1, round(su * 10.0**decimals))})"


def coordinate(value: float) -> str:
    """A fractional coordinate with ten decimals, by which special positions are exact."""
    return f"{value + 0.0:.10f}".replace("-0.0000000000", "0.0000000000")


def _write_displacements(block: gemmi.cif.Block, atoms: Sequence[StatedAtom], labels: Sequence[str]) -> None:
    if not any(atom.u is not None for atom in atoms):
        return
    loop = block.init_loop("_atom_site_aniso_", ["label", *(f"U_{tag}" for tag in _U_TAGS)])
    for atom, label in zip(atoms, labels, strict=True):
        if atom.u is not None:
            uncertainties = atom.u_uncertainty or [0.0] * len(_U_TAGS)
            loop.add_row([label, *(with_uncertainty(value + 0.0, su, f"{value + 0.0:.8g}")
                                   for value, su in zip(atom.u, uncertainties, strict=True))])  # fmt: skip
