"""Everybody in the picture: atoms of the cells, images, completed neighbours, and who is bonded to whom."""

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
class Crowd:
    """All atoms of the picture and the bonds among them, as rows of ``atoms``: ``first`` and ``second`` (b,) each way.

    The first ``inside`` atoms are those of the cells, the first ``listed`` (with the images) are those whose bonds are
    listed; the rest completes coordinations. Bonds that leave the picture have ``second`` -1.
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
) -> Crowd:
    """Atoms inside, images, and the neighbours that complete the coordination of the sites ``complete``."""
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
    return Crowd(everyone, inside, len(placed), row, second)


def _keys(placed: Placed) -> NDArray[np.int64]:
    """One number for each (site, cell); cells up to ± 2¹³ and 2²¹ sites."""
    shifted = placed.cell + (1 << 13)
    result: NDArray[np.int64] = ((placed.site << 14 | shifted[:, 0]) << 14 | shifted[:, 1]) << 14 | shifted[:, 2]
    return result
