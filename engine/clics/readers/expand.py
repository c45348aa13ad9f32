"""All atoms of a cell from those that a program lists, by the operations that its file states; for other files than CIF."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from clics.errors import CrystalError
from clics.readers.assemble import Matrix, bad
from clics.readers.record import Occupants, Record
from clics.readers.site_labels import with_labels

SAME_PLACE = 0.02
"""Å within which an image of an atom is the atom itself: coordinates are printed with four decimals or more."""
MAX_SITES = 1_000_000
_BIN = 2e-3  # fractions of the cell
_DECIMAL = re.compile(r"\d*\.\d+")
_FULL = 0.005


@dataclass(frozen=True, slots=True)
class Site:
    """An atom as it is listed: element, fractional coordinates, occupancy and label."""

    symbol: str
    coords: tuple[float, float, float]
    share: float = 1.0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Operations:
    """Rotations (m, 3, 3) and translations (m, 3) on fractional coordinates, the identity included."""

    rotations: Matrix
    translations: Matrix


def group_of(triplets: Iterable[str], where: str) -> Operations:
    """The group that operations such as ``-x,1/2+y,-z`` generate; decimals are taken as the nearest 24th.

    Raises:
        CrystalError: ``bad-symmetry`` for what is no operation or generates no group.
    """
    import gemmi

    try:
        group = gemmi.GroupOps([gemmi.Op(_DECIMAL.sub(_nearest, triplet)).wrap() for triplet in triplets])
        group.add_missing_elements()
        operations = [operation.float_seitz() for operation in group]
    except (RuntimeError, ValueError) as error:
        raise CrystalError(
            f"{where}: the symmetry operations cannot be read or form no group.", kind="bad-symmetry"
        ) from error
    seitz = np.array(operations, dtype=float)
    return Operations(seitz[:, :3, :3], seitz[:, :3, 3])


def _nearest(match: re.Match[str]) -> str:
    return f"{round(float(match[0]) * 24)}/24"


def expanded(
    lattice: Matrix,
    sites: Sequence[Site],
    operations: Operations,
    *,
    where: str,
    shares_include_multiplicity: bool = False,
) -> Record:
    """The record of all images of the sites; an atom beside a special position is moved onto it.

    Args:
        lattice: Rows a, b, c in Å (3, 3).
        sites: The atoms that are listed; atoms on one place share a site, and repeated atoms of one element are one.
        operations: A group.
        where: Begins the message of an error.
        shares_include_multiplicity: ``share`` is the occupancy divided by the order of the site symmetry (SHELX).

    Raises:
        CrystalError: ``bad-occupancy`` where a site holds more than one atom, ``not-finite``, ``too-large``.
    """
    places = _Places()
    repeated = 0
    for site in sites:
        if not all(map(math.isfinite, (*site.coords, site.share))):
            raise CrystalError(f"{where}: a coordinate or occupancy is not a finite number.", kind="not-finite")
        images, order = _orbit(np.array(site.coords), lattice, operations)
        # A share of 1 on a special position can only be meant without the order.
        share = site.share * order if shares_include_multiplicity and site.share < 1.0 - _FULL else site.share
        share = 1.0 if abs(share - 1.0) < _FULL else share
        if not 0.0 < share <= 1.02:
            raise CrystalError(f"{where}: an atom {site.symbol} has occupancy {share:.3g}.", kind="bad-occupancy")
        repeated += places.add(images, site.symbol, min(share, 1.0), site.label)
        if len(places.coords) > MAX_SITES:
            raise CrystalError(f"{where}: there are more than {MAX_SITES} atoms in the cell.", kind="too-large")
    total = max((sum(part for _, part in occupants) for occupants in places.occupants), default=0.0)
    if total > 1.02:
        raise CrystalError(f"{where}: the occupancies of one site add up to {total:.3g}.", kind="bad-occupancy")
    if not places.coords:
        raise bad(where, "no atom is listed")
    notes = (
        [f"{repeated} atoms repeat others (the same place, or an equivalent one) and are left out."] if repeated else []
    )
    scaled = [[(symbol, part / max(1.0, sum(other for _, other in occupants))) for symbol, part in occupants]
              for occupants in places.occupants]  # fmt: skip
    found = Record(lattice.tolist(), scaled, [list(point) for point in places.coords], warnings=notes)
    return with_labels(found, [list(each.values()) for each in places.labels])


def _orbit(x: NDArray[np.float64], lattice: Matrix, operations: Operations) -> tuple[NDArray[np.float64], int]:
    """The distinct images (n, 3) of a position, and how many operations leave it where it is."""
    gaps = operations.rotations @ x + operations.translations - x
    gaps -= np.round(gaps)
    staying = np.linalg.norm(gaps @ lattice, axis=1) < SAME_PLACE
    x = x + gaps[staying].mean(axis=0)
    images = (operations.rotations @ x + operations.translations) % 1.0 % 1.0
    kept: list[NDArray[np.float64]] = []
    for image in images:
        if kept:
            off = np.array(kept) - image
            off -= np.round(off)
            if (np.linalg.norm(off @ lattice, axis=1) < SAME_PLACE).any():
                continue
        kept.append(image)
    return np.array(kept), int(staying.sum())


class _Places:
    """Positions and their occupants; positions are found again by their place on a grid."""

    def __init__(self) -> None:
        self.coords: list[tuple[float, ...]] = []
        self.occupants: list[Occupants] = []
        self.labels: list[dict[str, str]] = []
        self._grid: dict[tuple[int, ...], int] = {}
        self._size = round(1 / _BIN)

    def add(self, images: NDArray[np.float64], symbol: str, share: float, label: str) -> bool:
        """Add an orbit; True where it is left out, since the element fills these places already."""
        index = self._found(images[0])
        if index is not None and self.occupants[index] == [(symbol, 1.0)] and share == 1.0:
            return True
        for image in images:
            index = self._found(image)
            if index is None:
                self._grid[self._key(image)] = len(self.coords)
                self.coords.append(tuple(map(float, image)))
                self.occupants.append([(symbol, share)])
                self.labels.append({symbol: label})
            else:
                shares = dict(self.occupants[index])
                shares[symbol] = shares.get(symbol, 0.0) + share
                self.occupants[index] = list(shares.items())
                self.labels[index].setdefault(symbol, label)
        return False

    def _key(self, image: NDArray[np.float64]) -> tuple[int, ...]:
        return tuple(int(part / _BIN) % self._size for part in image)

    def _found(self, image: NDArray[np.float64]) -> int | None:
        key = self._key(image)
        for shift in product((0, -1, 1), repeat=3):
            near = tuple((part + step) % self._size for part, step in zip(key, shift, strict=True))
            index = self._grid.get(near)
            if index is not None:
                off = np.abs(np.array(self.coords[index]) - image)
                if (np.minimum(off, 1 - off) < _BIN / 2).all():
                    return index
        return None
