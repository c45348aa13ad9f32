"""Perturbed crystals: strain, random displacements, substituted elements.

Used by the augmentation of trainings, the fit of the similarity projection and the tests of robustness, so that one
amount means the same in all of them. Cells are plain arrays; nothing is changed in place.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from itertools import groupby
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from clics.elements import by_number, substitution_groups

Cell: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]
"""Lattice rows a, b, c in Å (3, 3); atomic numbers (n,); fractional coordinates (n, 3)."""


def strained(cell: Cell, size: float, generator: np.random.Generator) -> Cell:
    """Apply a random strain without rotation; fractional coordinates stay.

    Args:
        cell: The crystal.
        size: Largest absolute principal value of the strain (0.01: 1 %).
        generator: Source of the random direction.
    """
    lattice, numbers, frac = cell
    strain = generator.normal(size=(3, 3))
    strain = strain + strain.T  # symmetric: a general matrix would rotate the crystal too
    strain *= size / np.abs(np.linalg.eigvalsh(strain)).max()
    return lattice @ (np.eye(3) + strain), numbers, frac


def rattled(cell: Cell, distance: float, generator: np.random.Generator) -> Cell:
    """Displace every atom by the same distance in a random direction (as pymatgen's ``Structure.perturb``).

    Args:
        cell: The crystal.
        distance: Length of every displacement in Å.
        generator: Source of the random directions, uniform on the sphere.
    """
    lattice, numbers, frac = cell
    steps = generator.normal(size=frac.shape)
    steps *= distance / np.linalg.norm(steps, axis=1, keepdims=True)
    return lattice, numbers, frac + steps @ np.linalg.inv(lattice)


def rattled_normal(cell: Cell, deviation: float, generator: np.random.Generator) -> Cell:
    """Displace every Cartesian coordinate by a normally distributed amount (as ASE's ``Atoms.rattle``).

    Args:
        cell: The crystal.
        deviation: Standard deviation in Å of each of the three components.
        generator: Source of the displacements.
    """
    lattice, numbers, frac = cell
    return lattice, numbers, frac + np.linalg.solve(lattice.T, generator.normal(scale=deviation, size=frac.shape).T).T


def substituted(cell: Cell, generator: np.random.Generator) -> Cell:
    """Substitute every element by a random other one of its group and masking class; lattice and coordinates stay.

    Elements that are in the crystal already are not chosen, so that distinct elements stay distinct. An element without
    a free partner stays.
    """
    lattice, numbers, frac = cell
    present = set(numbers.tolist())
    out = numbers.copy()
    for number in sorted(present):
        free = [partner for partner in _partners().get(number, ()) if partner not in present]
        if free:
            chosen = int(generator.choice(free))
            out[numbers == number] = chosen
            present.add(chosen)
    return lattice, out, frac


def one_substituted(cell: Cell, generator: np.random.Generator) -> Cell | None:
    """Substitute one random element by the next above or below in its group; lattice and coordinates stay.

    Returns:
        None where every neighbour of every element is missing or in the crystal already.
    """
    lattice, numbers, frac = cell
    present = set(numbers.tolist())
    possible = [
        (group[i], group[j])
        for group in substitution_groups()
        for i in range(len(group))
        for j in (i - 1, i + 1)
        if group[i] in present and 0 <= j < len(group) and group[j] not in present
    ]
    if not possible:
        return None
    old, new = possible[int(generator.integers(len(possible)))]
    return lattice, np.where(numbers == old, new, numbers), frac


@functools.cache
def _partners() -> Mapping[int, tuple[int, ...]]:
    """Elements of the same group and masking class: exchanging them changes no phrase about a crystal."""
    alike = [
        tuple(members)
        for group in substitution_groups()
        for _, members in groupby(group, key=lambda number: by_number(number).element_class)
    ]
    return {number: members for members in alike for number in members}
