"""Bonds of the picture: those of geometric analysis, overridden by element pair."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from clics.errors import InputError
from clics.results.bond_rules import BondRule as EngineRule
from clics.results.bond_rules import BondRules

from clics_gui.viewer.boundary import Placed, bare, home, symbols
from clics_gui.viewer.element_styles import NONMETALS, element

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from clics_gui.viewer.protocols import AtomsLike, BondLike

Pair = tuple[str, str]
TOUCHING = 1.2
"""Until the description is there, atoms nearer than this times the sum of their covalent radii are drawn bonded."""
SMALL = 2_000_000
"""Up to so many pairs of points are measured one by one."""
SHORTEST = 0.4
"""Å; nearer atoms are two halves of a split site, not neighbours."""


@dataclass(frozen=True, slots=True)
class BondRule:
    """Rule of one pair of elements.

    Attributes:
        shown: False hides its bonds.
        shortest: Shortest bond in Å.
        longest: Longest bond in Å: all pairs within the range are bonded. None keeps the bonds of geometric analysis.
    """

    shown: bool = True
    shortest: float = 0.0
    longest: float | None = None


@dataclass(frozen=True, slots=True)
class Bonds:
    """Directed bonds of every site, in both directions.

    The neighbour of a placed atom ``(start, R)`` is ``(end, R + cell)``.

    Attributes:
        start: Site (m,) at which a bond begins.
        end: Site (m,) at which it ends.
        cell: Cells (m, 3) between them.
        length: Length (m,) in Å.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    cell: NDArray[np.int64]
    length: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.start)

    def where(self, mask: NDArray[np.bool_]) -> Bonds:
        """Bonds selected by a mask (m,)."""
        return Bonds(self.start[mask], self.end[mask], self.cell[mask], self.length[mask])

    def coordination(self, sites: int) -> NDArray[np.int64]:
        """Coordination number (n,) of every site."""
        result: NDArray[np.int64] = np.bincount(self.start, minlength=sites).astype(np.int64)
        return result


@dataclass(frozen=True, slots=True)
class PairSummary:
    """Row of the bond table: number of bonds of a pair in one cell, and their range of lengths in Å."""

    pair: Pair
    count: int
    shortest: float
    longest: float


@dataclass(frozen=True, slots=True)
class BondSettings:
    """Rules by sorted element pair; other pairs keep the bonds of geometric analysis."""

    rules: Mapping[Pair, BondRule] = field(default_factory=dict)


def rules_for_engine(settings: BondSettings) -> BondRules | None:
    """The rules as the engine takes them, by which it corrects the facts of geometry.

    Args:
        settings: Rules of the user; a range that holds no length, and pairs that are no elements, are left out.

    Returns:
        The rules; None without any.
    """
    rules = []
    for pair, rule in sorted(settings.rules.items()):
        try:
            rules.append(EngineRule(pair, rule.shown, rule.shortest, rule.longest))
        except InputError:
            continue
    return BondRules(tuple(rules)) if rules else None


def bonds_of(atoms: AtomsLike, given: Sequence[BondLike] | None, settings: BondSettings | None = None) -> Bonds:
    """Bonds to draw.

    Args:
        atoms: Cell and sites.
        given: Bonds of geometric analysis; None while unknown: atoms that touch are bonded.
        settings: Rules of the user.
    """
    bonds = touching(atoms) if given is None else _directed(atoms, given)
    names = [bare(symbol) for symbol in symbols(atoms.species)]
    for pair, rule in (settings or BondSettings()).rules.items():
        mine = np.array(
            [pair_of(names[i], names[j]) == pair for i, j in zip(bonds.start, bonds.end, strict=True)], bool
        )
        if not rule.shown:
            bonds = bonds.where(~mine)
        elif rule.longest is None:
            bonds = bonds.where(~mine | (bonds.length >= rule.shortest))
        else:
            near = within(atoms, rule.longest)
            wanted = [pair_of(names[i], names[j]) == pair for i, j in zip(near.start, near.end, strict=True)]
            near = near.where(np.array(wanted, bool) & (near.length >= rule.shortest))
            bonds = _joined(bonds.where(~mine), near)
    return bonds


def pair_of(first: str, second: str) -> Pair:
    """Pair of elements in alphabetical order."""
    return (first, second) if first <= second else (second, first)


def summary(atoms: AtomsLike, bonds: Bonds) -> list[PairSummary]:
    """All pairs of elements, those with bonds first, by length."""
    names = [bare(symbol) for symbol in symbols(atoms.species)]
    lengths: dict[Pair, list[float]] = {pair_of(a, b): [] for a in set(names) for b in set(names)}
    for i, j, length in zip(bonds.start, bonds.end, bonds.length, strict=True):
        lengths[pair_of(names[i], names[j])].append(float(length))
    rows = [
        PairSummary(pair, len(distances) // 2, min(distances, default=0.0), max(distances, default=0.0))
        for pair, distances in lengths.items()
    ]
    return sorted(rows, key=lambda row: (row.count == 0, row.shortest, row.pair))


def touching(atoms: AtomsLike) -> Bonds:
    """Pairs closer than :data:`TOUCHING` times the sum of covalent radii; beside a nonmetal no pairs of metals."""
    chief = [element(symbol) for symbol in symbols(atoms.species)]
    if not chief:
        return within(atoms, 0.0)
    radii = np.array([entry.radius for entry in chief])
    metal = np.array([entry.symbol not in NONMETALS for entry in chief])
    pairs = within(atoms, TOUCHING * 2 * float(radii.max()))
    near = pairs.length <= TOUCHING * (radii[pairs.start] + radii[pairs.end])
    if not metal.all():
        near &= ~(metal[pairs.start] & metal[pairs.end])
    return pairs.where(near)


def within(atoms: AtomsLike, cutoff: float) -> Bonds:
    """All pairs of atoms at most ``cutoff`` Å apart, in both directions."""
    wrapped, _ = home(atoms)
    lattice = np.asarray(atoms.lattice, dtype=np.float64)
    heights = 1.0 / np.linalg.norm(np.linalg.inv(lattice), axis=0)
    reach = np.ceil(cutoff / heights + 1e-9).astype(int)
    cells = np.stack(np.meshgrid(*(np.arange(-r, r + 1) for r in reach), indexing="ij"), axis=-1).reshape(-1, 3)
    n = len(wrapped)
    if n == 0 or cutoff <= 0:
        empty = np.zeros(0, dtype=np.int64)
        return Bonds(empty, empty, np.zeros((0, 3), dtype=np.int64), np.zeros(0))
    everywhere = (wrapped[None, :, :] + cells[:, None, :]).reshape(-1, 3)
    inside = ((everywhere >= -cutoff / heights - 0.03) & (everywhere <= 1.0 + cutoff / heights + 0.03)).all(axis=1)
    index = np.flatnonzero(inside)
    start, other = _near(wrapped @ lattice, everywhere[index] @ lattice, cutoff + 1e-9)
    other = index[other]
    end, cell = other % n, cells[other // n]
    length = np.linalg.norm((wrapped[end] + cell - wrapped[start]) @ lattice, axis=1)
    bonds = Bonds(start.astype(np.int64), end.astype(np.int64), cell.astype(np.int64), length)
    return bonds.where(length > SHORTEST)


def _near(
    here: NDArray[np.float64], there: NDArray[np.float64], cutoff: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of all pairs of points (n, 3) and (m, 3) at most ``cutoff`` Å apart."""
    if len(here) * len(there) <= SMALL:
        distance = np.linalg.norm(here[:, None, :] - there[None, :, :], axis=-1)
        first, second = np.nonzero(distance <= cutoff)
        return first, second
    # In boxes as large as the cutoff, a partner is in the same box or in one beside it; three in a row have keys in a row.
    low = np.minimum(here.min(axis=0), there.min(axis=0)) - cutoff
    boxes, other_boxes = (np.floor((points - low) / cutoff).astype(np.int64) for points in (here, there))
    size = np.maximum(boxes.max(axis=0), other_boxes.max(axis=0)) + 2
    strides = np.array([size[1] * size[2], size[2], 1])
    keys, other_keys = boxes @ strides, other_boxes @ strides
    order = np.argsort(other_keys, kind="stable")
    in_order = other_keys[order]
    found = []
    for step in (x * strides[0] + y * strides[1] for x in (-1, 0, 1) for y in (-1, 0, 1)):
        begin = np.searchsorted(in_order, keys + step - 1, "left")
        counts = np.searchsorted(in_order, keys + step + 1, "right") - begin
        first = np.repeat(np.arange(len(here)), counts)
        second = order[np.arange(len(first)) + np.repeat(begin - np.cumsum(counts) + counts, counts)]
        near = np.linalg.norm(here[first] - there[second], axis=1) <= cutoff
        found.append((first[near], second[near]))
    first, second = (np.concatenate(column) for column in zip(*found, strict=True))
    sequence = np.lexsort((second, first))
    return first[sequence], second[sequence]


def neighbours(placed: Placed, bonds: Bonds) -> tuple[NDArray[np.int64], Placed]:
    """Bonds of placed atoms: row (b,) of ``placed`` at which each begins, and the neighbour (b) at its end."""
    order = np.argsort(bonds.start, kind="stable")
    sites = int(max(placed.site.max(initial=-1), bonds.start.max(initial=-1))) + 1
    counts = np.bincount(bonds.start, minlength=sites)
    first = np.concatenate([[0], np.cumsum(counts)])[:-1]
    per_atom = counts[placed.site]
    row = np.repeat(np.arange(len(placed)), per_atom)
    running = np.arange(len(row)) - np.repeat(np.cumsum(per_atom) - per_atom, per_atom)
    bond = order[first[placed.site[row]] + running] if len(row) else np.zeros(0, dtype=np.int64)
    return row, Placed(bonds.end[bond], placed.cell[row] + bonds.cell[bond])


def _directed(atoms: AtomsLike, given: Sequence[BondLike]) -> Bonds:
    """Both directions of bonds given once, between sites where :func:`cell.home` put them."""
    wrapped, moved = home(atoms)
    start = np.array([bond.i for bond in given], dtype=np.int64)
    end = np.array([bond.j for bond in given], dtype=np.int64)
    image = np.array([bond.image for bond in given], dtype=np.int64).reshape(-1, 3)
    cell = image - moved[end] + moved[start]
    # The site j of home stands at frac_j + moved_j, so what was "image" cells away is now image + moved_i - moved_j away.
    vectors = (wrapped[end] + cell - wrapped[start]) @ np.asarray(atoms.lattice, dtype=np.float64)
    length = np.linalg.norm(vectors, axis=1)
    once = Bonds(start, end, cell, length)
    return _unique(_joined(once, Bonds(end, start, -cell, length)))


def _joined(first: Bonds, second: Bonds) -> Bonds:
    return Bonds(
        np.concatenate([first.start, second.start]),
        np.concatenate([first.end, second.end]),
        np.concatenate([first.cell, second.cell]),
        np.concatenate([first.length, second.length]),
    )


def _unique(bonds: Bonds) -> Bonds:
    keys = np.column_stack([bonds.start, bonds.end, bonds.cell])
    _, first = np.unique(keys, axis=0, return_index=True)
    return bonds.where(np.isin(np.arange(len(bonds)), first))
