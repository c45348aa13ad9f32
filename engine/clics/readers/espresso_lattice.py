"""The Bravais lattices of Quantum ESPRESSO: every ``ibrav`` of pw.x (documentation of pw.x, variable ``ibrav``)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from clics.readers.assemble import BOHR, Matrix, bad, cell_of_cosines


@dataclass(frozen=True, slots=True)
class Parameters:
    """Lengths in Å and cosines of the conventional cell; 0.0 where none is given."""

    a: float
    b: float = 0.0
    c: float = 0.0
    cos_bc: float = 0.0
    cos_ac: float = 0.0
    cos_ab: float = 0.0


def parameters(ibrav: int, given: Mapping[str, float], where: str) -> Parameters:
    """The parameters of the namelist &SYSTEM.

    Args:
        ibrav: The lattice.
        given: Values by their names in lower case: ``celldm(1)`` (bohr) to ``celldm(6)``, or ``a`` (Å) to ``cosbc``.
        where: Begins the message of an error.

    Raises:
        CrystalError: ``bad-format`` where both ways or neither are given.
    """
    by_celldm, by_lengths = "celldm(1)" in given, "a" in given
    if by_celldm and by_lengths:
        raise bad(where, "the cell is given twice (celldm and A)")
    if not by_celldm and not by_lengths:
        raise bad(where, f"ibrav is {ibrav}, but neither celldm(1) nor A is given")
    if by_lengths:
        return Parameters(*(given.get(name, 0.0) for name in ("a", "b", "c", "cosbc", "cosac", "cosab")))
    a = given["celldm(1)"] * BOHR
    _, _, ratio_b, ratio_c, fourth, fifth, sixth = (given.get(f"celldm({index})", 0.0) for index in range(7))
    if ibrav == 14:
        cosines = (fourth, fifth, sixth)
    elif ibrav in (-12, -13):
        cosines = (0.0, fifth, 0.0)
    else:
        cosines = (0.0, 0.0, fourth)
    return Parameters(a, ratio_b * a, ratio_c * a, *cosines)


_NEEDS_B = frozenset({8, 9, -9, 91, 10, 11, 12, -12, 13, -13, 14})
_NEEDS_C = _NEEDS_B | {4, 6, 7}


def primitive_vectors(ibrav: int, cell: Parameters, where: str) -> Matrix:
    """Rows of the primitive vectors in Å (3, 3).

    Raises:
        CrystalError: ``bad-format`` for an unknown lattice or a parameter that is missing, ``absurd-volume``.
    """
    a, b, c = cell.a, cell.b, cell.c
    if (ibrav in _NEEDS_B and not b) or (ibrav in _NEEDS_C and not c):
        raise bad(where, f"ibrav is {ibrav}, but a length of the cell is missing")
    if ibrav in (5, -5):
        return _trigonal(ibrav, a, cell.cos_ab, where)
    if ibrav in (12, -12, 13, -13, 14):
        return _oblique(ibrav, cell, where)
    vectors: dict[int, list[list[float]]] = {
        1: [[a, 0, 0], [0, a, 0], [0, 0, a]],
        2: [[-a / 2, 0, a / 2], [0, a / 2, a / 2], [-a / 2, a / 2, 0]],
        3: [[a / 2, a / 2, a / 2], [-a / 2, a / 2, a / 2], [-a / 2, -a / 2, a / 2]],
        -3: [[-a / 2, a / 2, a / 2], [a / 2, -a / 2, a / 2], [a / 2, a / 2, -a / 2]],
        4: [[a, 0, 0], [-a / 2, a * math.sqrt(0.75), 0], [0, 0, c]],
        6: [[a, 0, 0], [0, a, 0], [0, 0, c]],
        7: [[a / 2, -a / 2, c / 2], [a / 2, a / 2, c / 2], [-a / 2, -a / 2, c / 2]],
        8: [[a, 0, 0], [0, b, 0], [0, 0, c]],
        9: [[a / 2, b / 2, 0], [-a / 2, b / 2, 0], [0, 0, c]],
        -9: [[a / 2, -b / 2, 0], [a / 2, b / 2, 0], [0, 0, c]],
        91: [[a, 0, 0], [0, b / 2, -c / 2], [0, b / 2, c / 2]],
        10: [[a / 2, 0, c / 2], [a / 2, b / 2, 0], [0, b / 2, c / 2]],
        11: [[a / 2, b / 2, c / 2], [-a / 2, b / 2, c / 2], [-a / 2, -b / 2, c / 2]],
    }
    if ibrav not in vectors:
        raise bad(where, f"there is no ibrav {ibrav}")
    return np.array(vectors[ibrav], dtype=float)


def _trigonal(ibrav: int, a: float, cosine: float, where: str) -> Matrix:
    if not -0.5 < cosine < 1.0:
        raise bad(where, f"ibrav is {ibrav}, and {cosine:g} is no cosine of a rhombohedral angle")
    x, y, z = math.sqrt((1 - cosine) / 2), math.sqrt((1 - cosine) / 6), math.sqrt((1 + 2 * cosine) / 3)
    if ibrav == 5:  # threefold axis along z
        return a * np.array([[x, -y, z], [0, 2 * y, z], [-x, -y, z]])
    u, v = z - 2 * math.sqrt(2) * y, z + math.sqrt(2) * y  # threefold axis along [111]
    return a / math.sqrt(3) * np.array([[u, v, v], [v, u, v], [v, v, u]])


def _oblique(ibrav: int, cell: Parameters, where: str) -> Matrix:
    a, b, c = cell.a, cell.b, cell.c
    if ibrav == 14:
        return cell_of_cosines(a, b, c, cell.cos_bc, cell.cos_ac, cell.cos_ab, where)
    cosine = cell.cos_ab if ibrav > 0 else cell.cos_ac
    if not -1.0 < cosine < 1.0:
        raise bad(where, f"{cosine:g} is no cosine of the angle of a monoclinic cell")
    sine = math.sqrt(1 - cosine**2)
    if ibrav == 12:  # unique axis c
        return np.array([[a, 0, 0], [b * cosine, b * sine, 0], [0, 0, c]])
    if ibrav == -12:  # unique axis b
        return np.array([[a, 0, 0], [0, b, 0], [c * cosine, 0, c * sine]])
    if ibrav == 13:
        return np.array([[a / 2, 0, -c / 2], [b * cosine, b * sine, 0], [a / 2, 0, c / 2]])
    return np.array([[a / 2, b / 2, 0], [-a / 2, b / 2, 0], [c * cosine, 0, c * sine]])
