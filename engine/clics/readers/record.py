"""One crystal as a reader returns it: plain numbers and strings, safe to send from an untrusted process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clics.crystals.as_stated import AsStated
from clics.crystals.crystal import Crystal
from clics.errors import CrystalError
from clics.results.check import Statement

if TYPE_CHECKING:
    from pymatgen.core import Structure

Occupants = list[tuple[str, float]]  # (element symbol, occupancy) of everything that shares one site


@dataclass(slots=True)
class Record:
    """One crystal as a file states it.

    ``lattice`` holds the rows a, b, c in Å, ``sites`` the occupants of every site, ``coords`` fractional coordinates.
    ``name`` is the identifier that the source itself gives ("" if none); ``alone`` is False where the same file holds
    more crystals, so that the block belongs into the identifier. ``stated`` is what the file says beyond; ``statements``
    hold what it says about the crystal against what was read.
    """

    lattice: list[list[float]]
    sites: list[Occupants]
    coords: list[list[float]]
    name: str = ""
    alone: bool = True
    warnings: list[str] = field(default_factory=list)
    provenance: dict[str, object] = field(default_factory=dict)
    stated: AsStated | None = None
    statements: list[Statement] = field(default_factory=list)

    def structure(self) -> Structure:
        """Build the pymatgen structure; all elements are neutral."""
        from pymatgen.core import Composition, Lattice, Structure

        contents = [tuple(site) for site in self.sites]
        compositions = {content: Composition(dict(content)) for content in dict.fromkeys(contents)}
        return Structure(Lattice(self.lattice), [compositions[content] for content in contents], self.coords)

    def crystal(self, crystal_id: str, source: str, block: str) -> Crystal:
        """The crystal under the identifier that the caller has made unique."""
        provenance = dict(self.provenance)
        if self.warnings:
            provenance["warnings"] = list(self.warnings)
        return Crystal(crystal_id, self.structure(), source, block, provenance, self.stated)

    def to_message(self) -> dict[str, object]:
        """Only lists, numbers and strings, for JSON between our own processes."""
        values = {name: getattr(self, name) for name in self.__slots__}
        stated = None if self.stated is None else self.stated.to_json()
        return {**values, "stated": stated, "statements": [each.to_list() for each in self.statements]}

    @classmethod
    def from_message(cls, message: dict[str, Any]) -> Record:
        """The record of :meth:`to_message`; its shape is checked, since the sender may be hijacked."""
        sites = [[(str(symbol), float(share)) for symbol, share in site] for site in message["sites"]]
        lattice = [[float(x) for x in row] for row in message["lattice"]]
        coords = [[float(x) for x in row] for row in message["coords"]]
        if len(sites) != len(coords) or [len(row) for row in lattice] != [3, 3, 3]:
            raise CrystalError("The reading process sent a damaged answer.", kind="process-died")
        stated = None
        if message.get("stated") is not None:
            try:
                stated = AsStated.from_json(message["stated"], sites=len(sites))
            except ValueError as error:
                raise CrystalError("The reading process sent a damaged answer.", kind="process-died") from error
        return cls(lattice, sites, coords, str(message["name"]), bool(message["alone"]),
                   [str(text) for text in message["warnings"]], dict(message["provenance"]), stated,
                   [Statement.from_list(each) for each in message["statements"]])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One block, row or frame of a file: its name and what parses it (raises CrystalError)."""

    block: str
    parse: Callable[[], Record]


def fractional(lattice: NDArray[np.float64], positions: NDArray[np.float64], *, where: str) -> list[list[float]]:
    """Convert Cartesian positions to fractional coordinates.

    Args:
        lattice: Rows a, b, c in Å (3, 3).
        positions: Cartesian coordinates in Å (n, 3).
        where: Begins the message of an error.

    Returns:
        Fractional coordinates (n, 3).

    Raises:
        CrystalError: ``no-cell`` without a cell, ``absurd-volume`` for a flat one, ``not-finite`` for other numbers.
    """
    if not lattice.any():
        raise CrystalError(f"{where}: there is no unit cell; only periodic crystals can be read.", kind="no-cell")
    with np.errstate(all="ignore"):
        volume = abs(np.linalg.det(lattice)) if np.isfinite(lattice).all() else np.nan
    if not np.isfinite(lattice).all() or not np.isfinite(positions).all():
        raise CrystalError(f"{where}: a cell vector or position is not a finite number.", kind="not-finite")
    if not np.isfinite(volume) or volume <= 1e-12 * float(np.prod(np.linalg.norm(lattice, axis=1))):
        raise CrystalError(f"{where}: the cell has no volume.", kind="absurd-volume")
    result: list[list[float]] = (positions @ np.linalg.inv(lattice)).tolist()
    return result
