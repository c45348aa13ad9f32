"""What a CIF block states beyond cell and atoms: labels, setting, displacement parameters, oxidation states."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clics.crystals.as_stated import AsStated, Occupant, StatedAtom, affine
from clics.readers.cif_atoms import Atom
from clics.readers.cif_cell import TAGS as CELL
from clics.readers.cif_values import group_number, uncertainty

if TYPE_CHECKING:
    from pymatgen.core import Structure

    from clics.readers.cif_values import Values

_SAME = 3e-4
"""Fractions of the cell within which an image of an atom is at a site; sites are merged within a third of it."""
_FEW_PAIRS = 2_000_000
_TO_U = 1 / (8 * math.pi**2)
_LETTER = re.compile(r"^[a-zA]$")
_PAIRS = ("11", "22", "33", "12", "13", "23")
_CHARGED = re.compile(r"^\d{0,3}[A-Za-z]{1,2}(\d*(?:\.\d*)?)([+-])(\d*)$")
_NUMBER = re.compile(r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_NAMES = ("_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m_full")
_HALL = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
_NUMBERS = ("_space_group_it_number", "_symmetry_int_tables_number")
_FURTHER = ("disorder_assembly", "disorder_group", "calc_flag", "attached_hydrogens", "refinement_flags_posn",
            "refinement_flags_adp", "refinement_flags_occupancy", "calc_attached_atom")  # fmt: skip
"""Columns of the atom list that are kept as they are."""
_NOTHING = frozenset({"", "?", "."})
_SETTING = ("_space_group_crystal_system", "_symmetry_cell_setting")


def stated_of(values: Values, atoms: Sequence[Atom], triplets: Sequence[str], structure: Structure) -> AsStated:
    """What a block states about a crystal.

    Args:
        values: The values of the block.
        atoms: The atom list as it was placed.
        triplets: The operations of the block.
        structure: The crystal that was made of them.
    """
    displacements, charges = _Displacements.of(values), _charges(values)
    types = values.column("_atom_site_type_symbol")
    letters = values.column("_atom_site_wyckoff_symbol")
    printed = _Printed.of(values)
    rows = []
    for atom in atoms:
        type_symbol = types[atom.row] if 0 <= atom.row < len(types) else ""
        (u_iso, u_iso_su), (u, u_su) = displacements.of_row(atom.row, atom.label)
        charge = charges.get(type_symbol, _charge(type_symbol))
        letter = letters[atom.row] if 0 <= atom.row < len(letters) else ""
        rows.append(
            StatedAtom(
                atom.label,
                atom.symbol,
                atom.coords,
                atom.occupancy,
                charge,
                u_iso,
                u,
                letter if _LETTER.match(letter) else "",
                atom.isotope,
                printed.of_coordinates(atom.row),
                printed.of_occupancy(atom.row),
                u_iso_su,
                u_su,
                printed.further(atom.row),
            )
        )
    number = next((found for tag in _NUMBERS if (found := group_number(values.text(tag)))), 0)
    return AsStated(
        tuple(rows),
        _sites(atoms, triplets, structure),
        tuple(triplets),
        symbol=_first(values, _NAMES),
        hall=_first(values, _HALL),
        cell_setting=_first(values, _SETTING),
        number=number,
        cell_uncertainty=_uncertainties([values.text(tag) for tag in CELL]),
    )


@dataclass(frozen=True, slots=True)
class _Printed:
    """Columns of the atom list as they are printed."""

    coordinates: list[list[str]]
    occupancies: list[str]
    columns: dict[str, list[str]]

    @classmethod
    def of(cls, values: Values) -> _Printed:
        columns = {name: values.column(f"_atom_site_{name}") for name in _FURTHER}
        return cls(
            [values.column(f"_atom_site_fract_{axis}") for axis in "xyz"],
            values.column("_atom_site_occupancy"),
            {name: column for name, column in columns.items() if not _NOTHING.issuperset(column)},
        )

    def of_coordinates(self, row: int) -> tuple[float, ...] | None:
        if row < 0 or any(row >= len(column) for column in self.coordinates):
            return None
        return _uncertainties([column[row] for column in self.coordinates])

    def of_occupancy(self, row: int) -> float | None:
        return uncertainty(self.occupancies[row]) if 0 <= row < len(self.occupancies) else None

    def further(self, row: int) -> tuple[tuple[str, str], ...]:
        pairs = ((name, column[row][:80]) for name, column in self.columns.items() if 0 <= row < len(column))
        return tuple((name, text) for name, text in pairs if text not in _NOTHING)


def _uncertainties(texts: Sequence[str]) -> tuple[float, ...] | None:
    stated = [uncertainty(text) for text in texts]
    return tuple(su or 0.0 for su in stated) if any(stated) else None


Six = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Displacements:
    """Displacement parameters of a block with their uncertainties: by rows of the atom list, anisotropic ones by label."""

    isotropic: list[tuple[float | None, float | None]]
    anisotropic: dict[str, tuple[Six, Six | None]]

    @classmethod
    def of(cls, values: Values) -> _Displacements:
        isotropic = _isotropic(values.column("_atom_site_u_iso_or_equiv"), 1.0)
        if not any(value is not None for value, _ in isotropic):
            isotropic = _isotropic(values.column("_atom_site_b_iso_or_equiv"), _TO_U)
        labels = values.column("_atom_site_aniso_label")
        anisotropic: dict[str, tuple[Six, Six | None]] = {}
        for letter, unit in (("u", 1.0), ("b", _TO_U)):
            columns = [values.column(f"_atom_site_aniso_{letter}_{pair}") for pair in _PAIRS]
            if any(len(column) != len(labels) for column in columns):
                continue
            for label, *texts in zip(labels, *columns, strict=True):
                numbers = [number * unit for text in texts if (number := _number(text)) is not None]
                if len(numbers) == len(_PAIRS):
                    stated = _uncertainties(texts)
                    su = None if stated is None else tuple(value * unit for value in stated)
                    anisotropic.setdefault(label, (tuple(numbers), su))
        return cls(isotropic, anisotropic)

    def of_row(self, row: int, label: str) -> tuple[tuple[float | None, float | None], tuple[Six | None, Six | None]]:
        """Isotropic and anisotropic displacement parameters of an atom."""
        isotropic = self.isotropic[row] if 0 <= row < len(self.isotropic) else (None, None)
        return isotropic, self.anisotropic.get(label, (None, None))


def _isotropic(texts: Sequence[str], unit: float) -> list[tuple[float | None, float | None]]:
    return [
        (None, None) if (value := _number(text)) is None
        else (value * unit, None if (su := uncertainty(text)) is None else su * unit)
        for text in texts
    ]  # fmt: skip


def _first(values: Values, tags: Sequence[str]) -> str:
    return next((text[:80] for tag in tags if (text := values.text(tag))), "")


def _number(text: str) -> float | None:
    """A finite number without its uncertainty; None for everything else. A wrong one is no reason to refuse a crystal."""
    match = _NUMBER.match(text)
    if match is None or text[match.end() :].partition("(")[0]:
        return None
    value = float(match[0])
    return value if math.isfinite(value) else None


def _charges(values: Values) -> dict[str, float | None]:
    """Oxidation states of types of atoms."""
    symbols, numbers = values.column("_atom_type_symbol"), values.column("_atom_type_oxidation_number")
    if len(symbols) != len(numbers):
        return {}
    stated = {symbol: _number(text) for symbol, text in zip(symbols, numbers, strict=True)}
    return {symbol: number for symbol, number in stated.items() if number is not None}


def _charge(type_symbol: str) -> float | None:
    """The oxidation state in ``Fe3+``, ``O2-`` or ``Na+``; None where there is none. ``O-2`` is read as ``O2-``."""
    match = _CHARGED.match(type_symbol)
    if match is None:
        return None
    size = float(match[1] or match[3] or 1) if (match[1] or match[3]) != "." else 1.0
    return size if match[2] == "+" else -size


def _sites(atoms: Sequence[Atom], triplets: Sequence[str], structure: Structure) -> tuple[tuple[Occupant, ...], ...]:
    """The occupants of each site: the atoms of its elements with an image there, each with its first operation."""
    operations = [affine(triplet) for triplet in triplets]
    rotations, shifts = np.array([each[0] for each in operations]), np.array([each[1] for each in operations])
    coords = np.array([atom.coords for atom in atoms])
    images = (np.einsum("kij,aj->aki", rotations, coords) + shifts).reshape(-1, 3)
    nearest = _nearest(np.array(structure.frac_coords) % 1.0 % 1.0, images % 1.0 % 1.0)
    elements = [frozenset(specie.symbol for specie in site.species) for site in structure]
    occupants: list[dict[int, int]] = [{} for _ in elements]
    for image in np.flatnonzero(nearest >= 0).tolist():
        atom, operation = divmod(image, len(triplets))
        site = int(nearest[image])
        if atoms[atom].symbol in elements[site]:
            occupants[site].setdefault(atom, operation)
    return tuple(tuple(sorted(each.items())) for each in occupants)


def _nearest(sites: NDArray[np.float64], images: NDArray[np.float64]) -> NDArray[np.int64]:
    """The nearest site (m,) of each image; -1 where none is near."""
    if len(sites) * len(images) > _FEW_PAIRS:
        from scipy.spatial import cKDTree  # slower to import than most files are to read

        _, found = cKDTree(sites, boxsize=1.0).query(images, distance_upper_bound=2 * _SAME)
        return np.where(found == len(sites), -1, found).astype(np.int64)
    out = np.full(len(images), -1, np.int64)
    step = max(1, _FEW_PAIRS // max(1, 10 * len(sites)))
    for start in range(0, len(images), step):
        gaps = images[start : start + step, None] - sites[None]
        gaps -= np.round(gaps)
        distances = np.abs(gaps).max(axis=2)
        best = distances.argmin(axis=1)
        near = distances[np.arange(len(best)), best] < _SAME
        out[start : start + step] = np.where(near, best, -1)
    return out
