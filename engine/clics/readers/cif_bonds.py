"""Bond lengths that a CIF lists, against the distances between the atoms that were read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clics.readers.cif_values import loose_number, uncertainty
from clics.results.check import Statement

if TYPE_CHECKING:
    from clics.readers.cif_atoms import Atom
    from clics.readers.cif_build import Built
    from clics.readers.cif_values import Values

_LENGTH = "_geom_bond_distance"
_ENDS = ("_geom_bond_atom_site_label_1", "_geom_bond_atom_site_label_2")
_CLOSE = 0.02
"""Å by which a stated length and a distance may differ beyond three standard uncertainties."""
_LONGEST = 4.0  # Å; what is longer is no bond, and some such distance is in every crystal
_MOST = 400
_SHOWN = 4
_SHIFTS = np.array([[i, j, k] for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)], np.float64)


def bond_statements(values: Values, built: Built) -> Iterator[Statement]:
    """The bond lengths of a block; each must be a distance between some images of its two atoms.

    Symmetry codes are not compared: they count operations in an order that another program may have changed.
    """
    lengths, first, second = (values.column(tag) for tag in (_LENGTH, *_ENDS))
    if not lengths or not len(lengths) == len(first) == len(second):
        return
    atoms = {atom.label: atom for atom in reversed(built.placed)}
    images: dict[str, NDArray[np.float64]] = {}
    names, stated, found, wrong = [], [], [], []
    for text, one, other in list(zip(lengths, first, second, strict=True))[:_MOST]:
        length = loose_number(text)
        if not length or not 0.0 < length < _LONGEST or one not in atoms or other not in atoms:
            continue
        if other not in images:
            images[other] = np.array(built.operations.images(atoms[other].coords))
        nearest = _nearest(atoms[one], images[other], built, length)
        off = abs(nearest - length) > max(_CLOSE, 3 * (uncertainty(text) or 0.0), _half_digit(text))
        names.append(f"{one[:20]}–{other[:20]}")
        stated.append(length)
        found.append(nearest)
        wrong += [len(names) - 1] if off else []
    if names:
        shown = (wrong or range(len(names)))[:_SHOWN]
        count = f" ({len(wrong)} of {len(names)} bonds)" if wrong else f" ({len(names)} bonds)"
        yield Statement(
            "bond lengths", _LENGTH, ", ".join(f"{names[k]} {stated[k]:.3f} Å" for k in shown) + count,
            ", ".join(f"{names[k]} {found[k]:.3f} Å" for k in shown), not wrong,
        )  # fmt: skip


def _nearest(atom: Atom, images: NDArray[np.float64], built: Built, length: float) -> float:
    """The distance between an atom and images of another (m, 3) that is nearest to a length in Å."""
    gaps = images - np.array(atom.coords)
    gaps -= np.round(gaps)
    distances = np.linalg.norm((gaps[:, None] + _SHIFTS) @ built.structure.lattice.matrix, axis=2).ravel()
    distances = distances[distances > 1e-3]
    return float(distances[np.abs(distances - length).argmin()])


def _half_digit(text: str) -> float:
    decimals = len(text.partition("(")[0].partition(".")[2])
    return 0.51 * 10.0**-decimals
