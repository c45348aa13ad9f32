"""Random crystals in any setting of any space group, as CIF texts that our writer has no part in.

Operations come from spglib's table of 530 settings (A. Togo et al., arXiv:1808.01590).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import spglib
from numpy.typing import NDArray

Array = NDArray[np.float64]
_SPECIAL = np.array([0, 1 / 8, 1 / 4, 1 / 3, 3 / 8, 1 / 2, 5 / 8, 2 / 3, 3 / 4, 7 / 8])
_VOLUME = 24.0
"""Å³ for each position of the general atoms."""
_LEAST = 1.1
"""Å between atoms of different sites."""


@dataclass(frozen=True)
class Row:
    """One row of an atom list."""

    label: str
    type_symbol: str
    coords: Array
    occupancy: float
    u: Array | None
    u_iso: float


@dataclass(frozen=True)
class RandomCrystal:
    """A crystal as its text states it."""

    hall_number: int
    number: int
    cell: list[float]
    rows: list[Row]
    text: str
    chiral: bool


def random_crystal(hall_number: int, seed: int = 0) -> RandomCrystal:
    """A crystal with a general and a special atom, a shared site, charges and displacement parameters."""
    random = np.random.default_rng([hall_number, seed])
    kind = spglib.get_spacegroup_type(hall_number)
    table = spglib.get_symmetry_from_database(hall_number)
    rotations, shifts = np.asarray(table["rotations"], float), np.asarray(table["translations"], float)
    lattice = _lattice(rotations, random, _VOLUME * 2.5 * len(rotations))
    points: list[Array] = []
    for special in (False, True, False):
        points.append(_free_point(points, lattice, rotations, shifts, random, special=special))
    general, fixed, shared = points
    occupancy = round(float(random.uniform(0.1, 0.9)), 4)
    rows = [
        Row("Ti1A", "Ti4+", general, 1.0, _tensor(general, lattice, rotations, shifts, random), 0.0),
        Row("O(2)", "O2-", fixed, 1.0, _tensor(fixed, lattice, rotations, shifts, random), 0.0),
        Row("M1", "Fe3+", shared, occupancy, None, 0.0123),
        Row("M1'", "Al3+", shared, round(1 - occupancy, 4), None, 0.0123),
    ]
    lengths = np.linalg.norm(lattice, axis=1)
    cosines = (lattice @ lattice.T) / np.outer(lengths, lengths)
    angles = np.degrees(np.arccos([cosines[1, 2], cosines[0, 2], cosines[0, 1]]))
    cell = [*(float(x) for x in lengths), *(float(x) for x in angles)]
    return RandomCrystal(hall_number, int(kind.number), cell, rows, _text(cell, rotations, shifts, rows),
                         bool((np.linalg.det(rotations) > 0).all()))  # fmt: skip


def _lattice(rotations: Array, random: np.random.Generator, volume: float) -> Array:
    """Rows of a lattice whose metric all rotations keep."""
    rows = np.eye(3) + 0.25 * random.standard_normal((3, 3))
    metric = rows @ rows.T
    metric = (rotations.transpose(0, 2, 1) @ metric @ rotations).mean(axis=0)
    lattice = np.linalg.cholesky(metric)
    return np.asarray(lattice * (volume / np.linalg.det(lattice)) ** (1 / 3))


def _orbit(point: Array, rotations: Array, shifts: Array) -> Array:
    images = (rotations @ point + shifts) % 1.0
    kept: list[Array] = []
    for image in images:
        if not any(np.abs(gap - np.round(gap)).max() < 1e-6 for gap in (image - other for other in kept)):
            kept.append(image)
    return np.array(kept)


def _free_point(
    taken: list[Array], lattice: Array, rotations: Array, shifts: Array, random: np.random.Generator, *, special: bool
) -> Array:
    others = np.concatenate([np.empty((0, 3)), *(_orbit(point, rotations, shifts) for point in taken)])
    for _ in range(4000):
        point = np.round(random.random(3), 6)
        if special:  # onto a position that some operations keep, and with one free coordinate where they leave one
            point = _kept(random.choice(_SPECIAL, 3) + 0.0, rotations, shifts, random)
        orbit = _orbit(point, rotations, shifts)
        gaps = np.concatenate([orbit[1:] - orbit[0], others - orbit[0]])
        gaps -= np.round(gaps)
        if not len(gaps) or np.linalg.norm(gaps @ lattice, axis=1).min() > _LEAST:
            return point
    raise AssertionError("no place for an atom")


def _kept(point: Array, rotations: Array, shifts: Array, random: np.random.Generator) -> Array:
    """A point near ``point`` that the operations keep which keep ``point``."""
    gaps = rotations @ point + shifts - point
    fixing = np.abs(gaps - np.round(gaps)).max(axis=1) < 1e-6
    free = point + np.round(0.05 * random.standard_normal(3), 4)
    return np.asarray((rotations[fixing] @ free + shifts[fixing] - np.round(gaps[fixing])).mean(axis=0))


def _tensor(point: Array, lattice: Array, rotations: Array, shifts: Array, random: np.random.Generator) -> Array:
    """U^ij (3, 3) that the operations keep which keep the point."""
    half = random.standard_normal((3, 3))
    cartesian = 0.01 * np.eye(3) + 0.003 * half @ half.T
    inverse = np.linalg.inv(lattice)
    covariance = inverse.T @ cartesian @ inverse
    gaps = rotations @ point + shifts - point
    fixing = rotations[np.abs(gaps - np.round(gaps)).max(axis=1) < 1e-6]
    covariance = (fixing @ covariance @ fixing.transpose(0, 2, 1)).mean(axis=0)
    lengths = np.linalg.norm(inverse, axis=0)
    return np.asarray(covariance / np.outer(lengths, lengths))


def _text(cell: list[float], rotations: Array, shifts: Array, rows: list[Row]) -> str:
    lines = ["data_random"]
    names = ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"]
    lines += [f"_cell_{name} {value:.9f}" for name, value in zip(names, cell, strict=True)]
    lines += ["loop_", "_symmetry_equiv_pos_as_xyz"]
    lines += [f"'{_triplet(rotation, shift)}'" for rotation, shift in zip(rotations, shifts, strict=True)]
    lines += ["loop_", *(f"_atom_site_{tag}" for tag in ("label", "type_symbol", "fract_x", "fract_y", "fract_z",
                                                         "occupancy", "U_iso_or_equiv"))]  # fmt: skip
    for row in rows:
        x, y, z = (f"{value:.9f}" for value in row.coords)
        lines.append(f'"{row.label}" {row.type_symbol} {x} {y} {z} {row.occupancy} {row.u_iso or "."}')
    lines += [
        "loop_",
        *(f"_atom_site_aniso_{tag}" for tag in ("label", "B_11", "B_22", "B_33", "B_12", "B_13", "B_23")),
    ]
    for row in rows:
        if row.u is not None:
            u = 8 * np.pi**2 * row.u
            six = (u[0, 0], u[1, 1], u[2, 2], u[0, 1], u[0, 2], u[1, 2])
            lines.append(f'"{row.label}" ' + " ".join(f"{value:.9f}" for value in six))
    return "\n".join(lines) + "\n"


def _triplet(rotation: Array, shift: Array) -> str:
    parts = []
    for row, value in zip(rotation, shift, strict=True):
        terms = "".join(f"{'+' if x > 0 else '-'}{axis}" for x, axis in zip(row, "xyz", strict=True) if x)
        numerator = round(float(value) * 24) % 24
        parts.append(terms + (f"+{numerator}/24" if numerator else ""))
    return ",".join(parts)
