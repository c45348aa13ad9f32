"""The setting of a space group in which its conventional cell is given, and its hand.

Of the settings in the International Tables for Crystallography, volume A (2016), the first is taken, but origin choice 2 (at a
centre of symmetry) where there are two; monoclinic groups have the unique axis b, rhombohedral lattices hexagonal axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from clics.symmetry.space_groups import by_number

if TYPE_CHECKING:
    from clics.symmetry.approximate_operations import Floats, Ints

_SETTINGS = 530
_NAMES = {"1": "origin choice 1", "2": "origin choice 2", "H": "hexagonal axes", "R": "rhombohedral axes"}


@dataclass(frozen=True, slots=True)
class Setting:
    """The setting of a group in which its conventional cell is given.

    Attributes:
        hall_number: Its number in spglib's list, 1 to 530.
        number: Space group, 1 to 230.
        symbol: Hermann–Mauguin symbol of the group in spglib's ASCII spelling.
        full_symbol: Hermann–Mauguin symbol in this setting, with blanks.
        hall_symbol: Hall symbol.
        name: ``"origin choice 2"``, …; empty where there is one setting.
        handed: True for the 65 Sohncke groups, which have neither mirror nor inversion.
    """

    hall_number: int
    number: int
    symbol: str
    full_symbol: str
    hall_symbol: str
    name: str
    handed: bool

    def operations(self) -> tuple[Ints, Floats]:
        """Rotations (m, 3, 3) and translations (m, 3) in fractional coordinates of the conventional cell."""
        import spglib

        operations: dict[str, Any] = spglib.get_symmetry_from_database(self.hall_number)
        return np.asarray(operations["rotations"], np.int64), np.asarray(operations["translations"])


@lru_cache(maxsize=230)
def standard_setting(number: int) -> Setting:
    """The setting of a group, by its number."""
    import spglib

    first = _first_settings()[number]
    chosen = kind = spglib.get_spacegroup_type(first)
    for hall_number in range(first, min(first + 6, _SETTINGS + 1)):
        other = spglib.get_spacegroup_type(hall_number)
        if other.number == number and other.choice == "2":
            chosen = other
            break
    if kind.choice[:1] == "b":
        name = "unique axis b" + (f", cell choice {kind.choice[1]}" if kind.choice[1:] else "")
    else:
        name = _NAMES.get(chosen.choice, "")
    rotations = spglib.get_symmetry_from_database(chosen.hall_number)["rotations"]
    return Setting(
        hall_number=int(chosen.hall_number),
        number=number,
        symbol=by_number(number).symbol,
        full_symbol=str(chosen.international).split(" = ")[0],
        hall_symbol=str(chosen.hall_symbol),
        name=name,
        handed=bool((np.linalg.det(rotations) > 0).all()),
    )


@lru_cache(maxsize=1)
def _first_settings() -> dict[int, int]:
    """Group number → number of its first setting in spglib's list, which is ordered by groups."""
    import spglib

    first: dict[int, int] = {}
    for hall_number in range(1, _SETTINGS + 1):
        first.setdefault(spglib.get_spacegroup_type(hall_number).number, hall_number)
    return first
