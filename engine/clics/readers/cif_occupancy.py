"""Occupancies of a CIF: refined numbers that scatter around what is possible."""

from __future__ import annotations

import math

from clics.errors import CrystalError
from clics.readers.cif_values import parse_number, uncertainty

FULL = 0.995
"""An occupancy that rounds to 1.00 is refined, not meant: 0.998 is no vacancy."""
_MOST = 1.1
"""Without an uncertainty, an occupancy up to this is a refined full site; beyond, it is a multiplicity or a mistake."""
_SIGMAS = 3.0


def occupancy(text: str, where: str, atom: str) -> tuple[float, str]:
    """An occupancy between 0 and 1, and what was changed to make it one.

    Args:
        text: As the file has it; "" means 1, the default of the CIF dictionary.
        where: File, block and atom, with which an error begins.
        atom: The atom in notes.

    Raises:
        CrystalError: ``bad-occupancy``, ``not-finite``, ``bad-cif``.
    """
    if not text:
        return 1.0, ""
    share = parse_number(text, f"{where}: the occupancy")
    if share == 0.0:
        return 0.0, f"{atom} has occupancy 0 and is left out."
    if FULL <= share < 1.0:
        return 1.0, f"{atom} has occupancy {text[:20]}, which is taken as 1."
    if 1.0 < share <= max(_MOST, 1.0 + _SIGMAS * (uncertainty(text) or 0.0)) and share < 2.0:
        return 1.0, f"{atom} has occupancy {text[:20]}, more than 1; it is taken as 1."
    if not 0.0 < share <= 1.0:
        kind = "not-finite" if not math.isfinite(share) else "bad-occupancy"
        raise CrystalError(f"{where} has occupancy {text[:20]}; it must lie between 0 and 1.", kind=kind)
    return share, ""
