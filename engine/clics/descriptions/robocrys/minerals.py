"""Names of structure types, by robocrystallographer's rules and table (180 named AFLOW prototypes).

Mehl et al., Comput. Mater. Sci. 136, S1 (2017), doi:10.1016/j.commatsci.2017.01.017. A crystal that fits prototypes has
the name of the nearest, by the distance of fingerprints; else that of the nearest one within ``LIKE``, with ``-like``,
or ``-derived`` where it has another number of elements. Robocrystallographer fits every prototype; here a prototype is
fitted only where its anonymous formula and the number of atoms in its reduced primitive cell are the crystal's, without
which no fit exists.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Composition, Element, Lattice, Structure

from clics.data import read_json_lines
from clics.descriptions.robocrys.components import Part, structure_of
from clics.descriptions.robocrys.condenser import Condensed
from clics.descriptions.robocrys.crystal_nn import neighbourhoods
from clics.descriptions.robocrys.element_tables import symbol_of
from clics.descriptions.robocrys.fingerprint import site_fingerprints
from clics.descriptions.robocrys.structure_matching import fits, matcher, reduced_cell
from clics.errors import DescriptionError

LIKE = 0.4
"""Distance of fingerprints below which a crystal is like a prototype that it does not fit."""

FIT = {"ltol": 0.2, "stol": 0.3, "angle_tol": 5.0}
"""First tolerances of a fit: of lengths, of sites in units of the atoms' spacing, and of angles in degrees."""

TIGHTEN = 0.8
"""Factor of the tolerances, again and again while more than one prototype fits."""

TIGHTEST = 0.01
"""Length tolerance below which several fits are left standing."""


@dataclass(slots=True)
class Prototype:
    """A named prototype; ``structure`` is made and reduced when it is first asked for."""

    name: str
    elements: int
    anonymous: str
    stored: dict[str, Any]
    _reduced: Structure | None = field(default=None)

    @property
    def reduced(self) -> Structure:
        """Its reduced primitive cell."""
        if self._reduced is None:
            stored = self.stored
            structure = Structure(Lattice(stored["lattice"]), stored["symbols"], stored["coordinates"])
            self._reduced = reduced_cell(structure)
        return self._reduced


@functools.cache
def prototypes() -> tuple[tuple[Prototype, ...], NDArray[np.float64]]:
    """The named prototypes, and their fingerprints (p, 2 e); robocrystallographer's table, read once per process."""
    rows = read_json_lines("mineral_prototypes.jsonl.gz")
    prototypes = tuple(
        Prototype(row["mineral"], row["elements"], anonymous_formula(row["symbols"]), row) for row in rows
    )
    return prototypes, np.array([row["fingerprint"] for row in rows], dtype=np.float64)


def mineral_name(condensed: Condensed) -> str | None:
    """Name the structure type of a crystal, or else of the crystal with its molecules as single atoms.

    Returns:
        For example ``Fluorite``, ``Fluorite-like`` or ``Fluorite-derived``; None where no prototype is near.
    """
    fingerprint = structure_fingerprint(
        condensed.fingerprints[np.searchsorted(condensed.bonds.firsts, condensed.bonds.orbit)]
    )
    name = _name(lambda: structure_of(condensed.cell), condensed.cell.symbols, fingerprint)
    if name is None and any(part.dimensionality == 0 for part in condensed.parts):
        structure, symbols = molecules_as_atoms(condensed)
        try:
            around = neighbourhoods(
                np.array(structure.lattice.matrix), np.mod(structure.frac_coords, 1), symbols, range(len(symbols))
            )
        except DescriptionError:
            return None  # what is left has no neighbours, so it has no name either
        name = _name(lambda: structure, symbols, structure_fingerprint(site_fingerprints(around)))
    return name


def structure_fingerprint(of_sites: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean and standard deviation over the sites (n, e) of each entry of their fingerprints, in turn, (2 e,)."""
    return np.stack([of_sites.mean(axis=0), of_sites.std(axis=0)], axis=1).ravel()


def anonymous_formula(symbols: list[str]) -> str:
    """For example ``ABC3`` for a perovskite."""
    return str(Composition(Counter(symbols)).anonymized_formula)


def _name(structure: Callable[[], Structure], symbols: list[str], fingerprint: NDArray[np.float64]) -> str | None:
    table, fingerprints = prototypes()
    distance = np.linalg.norm(fingerprints - fingerprint, axis=1)
    nearest = np.argsort(distance).tolist()
    fitting = _fitting(structure, [table[row] for row in nearest], anonymous_formula(symbols))
    if fitting:
        return fitting[0].name
    near = [table[row] for row in nearest if distance[row] < LIKE]
    elements = len(set(symbols))
    alike = [prototype for prototype in near if prototype.elements == elements]
    if alike:
        return f"{alike[0].name}-like"
    return f"{near[0].name}-derived" if near else None


def _fitting(structure: Callable[[], Structure], nearest: list[Prototype], anonymous: str) -> list[Prototype]:
    """The prototypes that fit, nearest first, at tolerances at which one is left, if there are such.

    ``structure`` is made only where there are prototypes of its formula.
    """
    candidates = [prototype for prototype in nearest if prototype.anonymous == anonymous]
    if not candidates:
        return []
    reduced = reduced_cell(reduced_cell(structure()))  # robocrystallographer reduces twice
    candidates = [prototype for prototype in candidates if len(prototype.reduced) == len(reduced)]
    by = matcher(**FIT)
    while True:
        candidates = [prototype for prototype in candidates if fits(by, prototype.reduced, reduced)]
        if len(candidates) <= 1 or by.ltol < TIGHTEST:
            return candidates
        by.ltol *= TIGHTEN
        by.stol *= TIGHTEN
        by.angle_tol *= TIGHTEN


def molecules_as_atoms(condensed: Condensed) -> tuple[Structure, list[str]]:
    """The structure with each zero-dimensional part as one atom, of its first element, at its centre of mass."""
    cell = condensed.cell
    kept = [site for part in condensed.parts if part.dimensionality > 0 for site in part.sites]
    molecules = [part for part in condensed.parts if part.dimensionality == 0]
    symbols = [cell.symbols[site] for site in kept] + [cell.symbols[part.sites[0]] for part in molecules]
    places = [cell.frac[site] for site in kept] + [_centre_of_mass(part, condensed) for part in molecules]
    return Structure(Lattice(cell.matrix), symbols, places), symbols


def _centre_of_mass(part: Part, condensed: Condensed) -> NDArray[np.float64]:
    mass = np.array([_mass(int(condensed.cell.numbers[site])) for site in part.sites])
    places = condensed.cell.frac[list(part.sites)] + np.array(part.images)
    return np.asarray(mass @ places / mass.sum(), dtype=np.float64)


@functools.cache
def _mass(number: int) -> float:
    return float(Element(symbol_of(number)).atomic_mass)
