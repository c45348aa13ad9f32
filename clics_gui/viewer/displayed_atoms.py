"""Atoms of a picture, their images and completing neighbours, and the bonds among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clics_gui.viewer.bonds import Bonds, neighbours
from clics_gui.viewer.boundary import Placed, fill

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clics_gui.viewer.protocols import AtomsLike


@dataclass(frozen=True, slots=True)
class DisplayedAtoms:
    """All atoms of a picture and their bonds.

    The first ``inside`` atoms belong to the cells. The first ``listed``, with the images, have their bonds listed; the
    others complete coordinations.

    Attributes:
        atoms: Atoms.
        first: Row (b,) of ``atoms`` at which a bond begins.
        second: Row (b,) at which it ends; −1 outside the picture.
        inside: Number of atoms in the cells.
        listed: Number of atoms whose bonds are listed.
    """

    atoms: Placed
    inside: int
    listed: int
    first: NDArray[np.int64]
    second: NDArray[np.int64]


def gather(
    atoms: AtomsLike,
    bonds: Bonds,
    repeats: tuple[int, int, int],
    *,
    images: bool,
    complete: frozenset[int],
) -> DisplayedAtoms:
    """Atoms of the cells, images, and neighbours that complete the coordination of the sites ``complete``."""
    inside = len(atoms.species) * int(np.prod(repeats))
    placed = fill(atoms, repeats, images=images)
    row, other = neighbours(placed, bonds)
    completed = np.isin(placed.site[row], list(complete))
    have = _keys(placed)
    missing = completed & ~np.isin(_keys(other), have)
    _, once = np.unique(_keys(other)[missing], return_index=True)
    index = np.flatnonzero(missing)[np.sort(once)]
    everyone = placed.plus(Placed(other.site[index], other.cell[index]))
    keys = _keys(everyone)
    order = np.argsort(keys)
    at = np.searchsorted(keys[order], _keys(other)).clip(max=max(len(keys) - 1, 0))
    second = np.where(keys[order][at] == _keys(other), order[at], -1) if len(other) else np.zeros(0, dtype=np.int64)
    return DisplayedAtoms(everyone, inside, len(placed), row, second)


def _keys(placed: Placed) -> NDArray[np.int64]:
    """One number for each (site, cell); cells up to ± 2¹³ and 2²¹ sites."""
    shifted = placed.cell + (1 << 13)
    result: NDArray[np.int64] = ((placed.site << 14 | shifted[:, 0]) << 14 | shifted[:, 1]) << 14 | shifted[:, 2]
    return result
