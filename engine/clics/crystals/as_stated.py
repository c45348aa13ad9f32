"""What a file states about a crystal beyond its cell and atoms: labels, setting, displacement parameters, charges.

Displacement parameters are U^ij of the CIF dictionary, in Å² on the dimensionless reciprocal axes, in the order 11, 22, 33,
12, 13, 23 (K. N. Trueblood et al., Acta Crystallographica A52, 770 (1996), doi 10.1107/S0108767396005697).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
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
    """

    label: str
    element: str
    coords: tuple[float, float, float]
    occupancy: float
    oxidation: float | None = None
    u_iso: float | None = None
    u: tuple[float, ...] | None = None
    wyckoff: str = ""


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
    """

    atoms: tuple[StatedAtom, ...]
    sites: tuple[tuple[Occupant, ...], ...]
    operations: tuple[str, ...] = (IDENTITY,)
    symbol: str = ""
    hall: str = ""
    cell_setting: str = ""
    number: int = 0
    changed: bool = False

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
                row = self.atoms[atom]
                u = None if row.u is None else turned(row.u, rotations[operation], lattice, lattice)
                rows.append(replace(row, coords=coords, u=u, wyckoff=""))
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
                u = None if row.u is None else turned(row.u, change, before[0], after[0])
                occupants.append((len(atoms), 0))
                atoms.append(replace(row, coords=(position[0], position[1], position[2]), u=u))
            sites.append(tuple(occupants))
        return AsStated(tuple(atoms), tuple(sites), changed=True)

    def to_json(self) -> dict[str, Any]:
        """Plain values; :meth:`from_json` is the inverse."""
        return asdict(self)

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
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"what the file stated cannot be read back ({error})") from error
        inside = all(0 <= a < len(atoms) and 0 <= o < len(operations) for site in occupants for a, o in site)
        if len(occupants) != sites or not inside:
            raise ValueError("what the file stated does not fit the sites")
        return cls(atoms, occupants, operations, **texts, number=number, changed=changed)


def affine(triplet: str) -> tuple[Array, Array]:
    """Rotation (3, 3) and translation (3,) of an operation ``x,y,z``."""
    from pymatgen.core.operations import SymmOp

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


def _atom(data: dict[str, Any]) -> StatedAtom:
    x, y, z = (float(value) for value in data["coords"])
    oxidation, u_iso = (None if data[name] is None else float(data[name]) for name in ("oxidation", "u_iso"))
    u = None if data["u"] is None else tuple(float(value) for value in data["u"])
    if u is not None and len(u) != len(_PAIRS):
        raise TypeError("displacement parameters")
    return StatedAtom(
        str(data["label"]), str(data["element"]), (x, y, z), float(data["occupancy"]), oxidation, u_iso, u,
        str(data.get("wyckoff", "")),
    )  # fmt: skip
