"""What a file states about a crystal beyond its cell and atoms: labels, setting, displacement parameters, charges.

Standard uncertainties of coordinates and displacement parameters go into other settings as those of independent numbers do.

Displacement parameters are U^ij of the CIF dictionary, in Å² on the dimensionless reciprocal axes, in the order 11, 22, 33,
12, 13, 23 (K. N. Trueblood et al., Acta Crystallographica A52, 770 (1996), doi 10.1107/S0108767396005697).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Occupant = tuple[int, int]
"""An atom of the list, and the operation that takes it to a site."""

IDENTITY = "x,y,z"
_PAIRS = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))


@dataclass(frozen=True, slots=True)
class StatedAtom:
    """One row of the atom list of a file.

    Attributes:
        label: Its label; empty where the file has none.
        element: Symbol of its element.
        coords: Fractional coordinates.
        occupancy: Share of the site that it occupies.
        oxidation: Oxidation state, where it is stated.
        u_iso: Isotropic or equivalent displacement parameter in Å², where it is stated.
        u: Anisotropic displacement parameters (6), where they are stated.
        wyckoff: Wyckoff letter, where it is stated.
        isotope: ``D``, ``T`` or ``13C``; empty for the natural mixture.
        uncertainty: Standard uncertainties of the coordinates (3), 0 for those without one; None where none is stated.
        occupancy_uncertainty: Of the occupancy, where it is stated.
        u_iso_uncertainty: Of ``u_iso`` in Å², where it is stated.
        u_uncertainty: Of ``u`` (6), as ``uncertainty``.
        further: Further columns of the CIF dictionary with their values, such as ``disorder_group``.
    """

    label: str
    element: str
    coords: tuple[float, float, float]
    occupancy: float
    oxidation: float | None = None
    u_iso: float | None = None
    u: tuple[float, ...] | None = None
    wyckoff: str = ""
    isotope: str = ""
    uncertainty: tuple[float, ...] | None = None
    occupancy_uncertainty: float | None = None
    u_iso_uncertainty: float | None = None
    u_uncertainty: tuple[float, ...] | None = None
    further: tuple[tuple[str, str], ...] = ()

    def turned(self, matrix: Array, lattice: Array, other: Array) -> StatedAtom:
        """The same in other axes, but for its coordinates; arguments as for :func:`turned`."""
        changed = replace(
            self,
            u=None if self.u is None else turned(self.u, matrix, lattice, other),
            u_uncertainty=self.u_uncertainty and turned_uncertainties(self.u_uncertainty, matrix, lattice, other),
        )
        if self.uncertainty is None:
            return changed
        along = np.sqrt(matrix**2 @ np.array(self.uncertainty) ** 2)
        return replace(changed, uncertainty=tuple(along.tolist()))


@dataclass(frozen=True, slots=True)
class AsStated:
    """What a file states about a crystal.

    Attributes:
        atoms: The atom list, one row for each occupant of each site of the asymmetric unit.
        sites: For each site of the crystal's structure, its occupants.
        operations: The operations of the file, as ``x,y,z``.
        symbol: Hermann–Mauguin symbol, as the file spells it.
        hall: Hall symbol.
        cell_setting: Crystal system or cell setting, as the file names it.
        number: Number of the space group that the file states; 0 for none.
        changed: The cell or the atoms are no longer those of the file; ``atoms`` then has one row for each occupant of
            each site, with the label of the row that it comes from, and no symmetry is listed.
        cell_uncertainty: Standard uncertainties of a, b, c in Å and α, β, γ in degrees, 0 for those without one; None where
            none is stated.
    """

    atoms: tuple[StatedAtom, ...]
    sites: tuple[tuple[Occupant, ...], ...]
    operations: tuple[str, ...] = (IDENTITY,)
    symbol: str = ""
    hall: str = ""
    cell_setting: str = ""
    number: int = 0
    changed: bool = False
    cell_uncertainty: tuple[float, ...] | None = None

    def labels(self) -> tuple[str, ...]:
        """The label of each site; of a shared one those of its occupants, as ``Fe1/Ni1``."""
        return tuple(
            "/".join(dict.fromkeys(label for atom, _ in site if (label := self.atoms[atom].label)))
            for site in self.sites
        )

    def rotation(self, operation: int) -> Array:
        """The rotation (3, 3) of an operation, in fractional coordinates."""
        return affine(self.operations[operation])[0]

    def rows_of_sites(self, lattice: Array, frac: Array) -> tuple[tuple[StatedAtom, ...], ...]:
        """The occupants of each site as rows of their own: in place, with the displacement parameters turned.

        Args:
            lattice: Rows a, b, c in Å (3, 3).
            frac: Fractional coordinates (n, 3) of the sites.
        """
        rotations = [affine(triplet)[0] for triplet in self.operations]
        out = []
        for site, position in zip(self.sites, frac.tolist(), strict=True):
            coords = (position[0], position[1], position[2])
            rows = []
            for atom, operation in site:
                row = self.atoms[atom].turned(rotations[operation], lattice, lattice)
                rows.append(replace(row, coords=coords, wyckoff=""))
            out.append(tuple(rows))
        return tuple(out)

    def carried(
        self, before: tuple[Array, Array], after: tuple[Array, Array], parents: Sequence[int], change: Array
    ) -> AsStated:
        """The same for another cell of the crystal, whose sites are those of this one up to lattice translations.

        Args:
            before: Lattice rows in Å (3, 3) and fractional coordinates (n, 3) of this cell.
            after: The same of the other cell, (3, 3) and (m, 3).
            parents: For each site of the other cell, a site of this one (m,).
            change: Matrix (3, 3) that turns differences of fractional coordinates of this cell into those of the other.
        """
        rows = self.rows_of_sites(*before)
        atoms: list[StatedAtom] = []
        sites = []
        for parent, position in zip(parents, after[1].tolist(), strict=True):
            occupants = []
            for row in rows[parent]:
                occupants.append((len(atoms), 0))
                in_place = row.turned(change, before[0], after[0])
                atoms.append(replace(in_place, coords=(position[0], position[1], position[2])))
            sites.append(tuple(occupants))
        return AsStated(tuple(atoms), tuple(sites), changed=True)

    def to_json(self) -> dict[str, Any]:
        """Plain values, without those that are at their defaults; :meth:`from_json` is the inverse."""
        return {**_plain(self, _ALWAYS), "atoms": [_plain(atom, _ALWAYS_OF_ATOM) for atom in self.atoms]}

    @classmethod
    def from_json(cls, data: dict[str, Any], *, sites: int) -> AsStated:
        """What :meth:`to_json` gave.

        Args:
            data: The dictionary, in which tuples may have become lists.
            sites: Number of sites of the crystal.

        Raises:
            ValueError: Indices do not fit, or values are of another type.
        """
        try:
            atoms = tuple(_atom(each) for each in data["atoms"])
            operations = tuple(str(each) for each in data["operations"])
            occupants = tuple(tuple((int(atom), int(number)) for atom, number in site) for site in data["sites"])
            texts = {name: str(data[name]) for name in ("symbol", "hall", "cell_setting")}
            number, changed = int(data["number"]), bool(data["changed"])
            cell_uncertainty = _numbers(data.get("cell_uncertainty"), 6)
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"what the file stated cannot be read back ({error})") from error
        inside = all(0 <= a < len(atoms) and 0 <= o < len(operations) for site in occupants for a, o in site)
        if len(occupants) != sites or not inside:
            raise ValueError("what the file stated does not fit the sites")
        return cls(
            atoms, occupants, operations, **texts, number=number, changed=changed, cell_uncertainty=cell_uncertainty
        )


def affine(triplet: str) -> tuple[Array, Array]:
    """Rotation (3, 3) and translation (3,) of an operation ``x,y,z``."""
    from pymatgen.core import SymmOp

    operation = SymmOp.from_xyz_str(triplet)
    return np.asarray(operation.rotation_matrix, np.float64), np.asarray(operation.translation_vector, np.float64)


def turned(u: Sequence[float], matrix: Array, lattice: Array, other: Array) -> tuple[float, ...]:
    """Displacement parameters under a change of fractional coordinates.

    Args:
        u: U^ij (6) in Å² on the reciprocal axes of ``lattice``.
        matrix: Matrix (3, 3) that turns differences of fractional coordinates.
        lattice: Rows a, b, c in Å (3, 3).
        other: Rows of the cell to which the new coordinates refer (3, 3).
    """
    covariance = matrix @ (tensor(u) * _reciprocal_lengths(lattice)) @ matrix.T
    return components(covariance / _reciprocal_lengths(other))


def turned_uncertainties(su: Sequence[float], matrix: Array, lattice: Array, other: Array) -> tuple[float, ...]:
    """Standard uncertainties (6) of displacement parameters, under the change of :func:`turned`."""
    each = np.array([tensor(unit) for unit in np.eye(len(_PAIRS)).tolist()])
    moved = matrix @ (each * _reciprocal_lengths(lattice)) @ matrix.T / _reciprocal_lengths(other)
    squares = np.array([components(one) for one in moved]).T ** 2 @ np.array(su) ** 2
    return tuple(np.sqrt(squares).tolist())


def equivalent(u: Sequence[float], lattice: Array) -> float:
    """U_eq in Å²: a third of the trace of the Cartesian tensor."""
    covariance = tensor(u) * _reciprocal_lengths(lattice)
    return float(np.trace(lattice.T @ covariance @ lattice)) / 3


def tensor(u: Sequence[float]) -> Array:
    """The symmetric matrix (3, 3) of six components."""
    matrix = np.zeros((3, 3))
    for value, (i, j) in zip(u, _PAIRS, strict=True):
        matrix[i, j] = matrix[j, i] = value
    return matrix


def components(matrix: Array) -> tuple[float, ...]:
    """The six components of a symmetric matrix (3, 3)."""
    return tuple(float(matrix[i, j]) for i, j in _PAIRS)


def _reciprocal_lengths(lattice: Array) -> Array:
    """Products a*_i a*_j (3, 3) of the lengths of the reciprocal axes in 1/Å²."""
    lengths = np.linalg.norm(np.linalg.inv(lattice), axis=0)
    return np.asarray(np.outer(lengths, lengths))


_ALWAYS = frozenset({"atoms", "sites", "operations", "symbol", "hall", "cell_setting", "number", "changed"})
_ALWAYS_OF_ATOM = frozenset({"label", "element", "coords", "occupancy", "oxidation", "u_iso", "u", "wyckoff"})
"""Fields that version 0.1 of the program reads."""


def _plain(value: StatedAtom | AsStated, always: frozenset[str]) -> dict[str, Any]:
    pairs = ((field.name, getattr(value, field.name), field.default) for field in fields(value))
    return {name: content for name, content, default in pairs if name in always or content != default}


def _numbers(values: Any, count: int) -> tuple[float, ...] | None:
    """A tuple of numbers. Raises TypeError for another count of them."""
    if values is None:
        return None
    numbers = tuple(float(value) for value in values)
    if len(numbers) != count:
        raise TypeError(f"{len(numbers)} numbers instead of {count}")
    return numbers


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _atom(data: dict[str, Any]) -> StatedAtom:
    x, y, z = (float(value) for value in data["coords"])
    return StatedAtom(
        str(data["label"]),
        str(data["element"]),
        (x, y, z),
        float(data["occupancy"]),
        _number(data["oxidation"]),
        _number(data["u_iso"]),
        _numbers(data["u"], len(_PAIRS)),
        str(data.get("wyckoff", "")),
        isotope=str(data.get("isotope", "")),
        uncertainty=_numbers(data.get("uncertainty"), 3),
        occupancy_uncertainty=_number(data.get("occupancy_uncertainty")),
        u_iso_uncertainty=_number(data.get("u_iso_uncertainty")),
        u_uncertainty=_numbers(data.get("u_uncertainty"), len(_PAIRS)),
        further=tuple((str(tag), str(text)) for tag, text in data.get("further", ())),
    )
