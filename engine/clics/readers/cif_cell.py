"""The cell of a CIF block."""

from __future__ import annotations

from clics.errors import CrystalError
from clics.readers.cif_values import Values

_LENGTHS = [f"_cell_length_{axis}" for axis in "abc"]
_ANGLES = [f"_cell_angle_{name}" for name in ("alpha", "beta", "gamma")]
TAGS = (*_LENGTHS, *_ANGLES)


def cells_of(values: Values, where: str) -> tuple[list[list[float]], list[str]]:
    """The cells (a, b, c in Å and α, β, γ in degrees) that a block can mean, and notes.

    One, unless angles are missing: then right angles, the default of the CIF dictionary, or γ of 120° where the symmetry
    asks for it.

    Raises:
        CrystalError: ``no-cell``, ``not-finite``, ``absurd-volume``, ``bad-cif``.
    """
    missing = [tag for tag in _LENGTHS if not values.text(tag)]
    if missing:
        raise CrystalError(f"{where}: there is no unit cell ({missing[0]} is missing).", kind="no-cell")
    unknown = [tag for tag in _ANGLES if not values.text(tag)]
    lengths = [values.number(tag) for tag in _LENGTHS]
    angles = [90.0 if tag in unknown else values.number(tag) for tag in _ANGLES]
    _check([*lengths, *angles], where)
    if not unknown:
        return [[*lengths, *angles]], []
    cells = [[*lengths, *angles]]
    if _ANGLES[2] in unknown and angles[:2] == [90.0, 90.0]:
        cells.append([*lengths, 90.0, 90.0, 120.0])
    names = ", ".join(tag.removeprefix("_cell_angle_") for tag in unknown)
    return cells, [f"the file states no angle {names}; right angles are taken, or 120° where the symmetry asks for it."]


def _check(cell: list[float], where: str) -> None:
    if any(x != x or abs(x) == float("inf") for x in cell):
        raise CrystalError(f"{where}: a cell length or angle is not a finite number.", kind="not-finite")
    alpha, beta, gamma = cell[3:]
    spans = max(cell[3:]) < 180 and alpha + beta + gamma < 360 and 2 * max(cell[3:]) < alpha + beta + gamma
    if min(cell[:3]) <= 0.01 or max(cell[:3]) > 1e5 or min(cell[3:]) <= 0 or not spans:
        raise CrystalError(f"{where}: lengths {cell[:3]} Å and angles {cell[3:]}° span no cell.", kind="absurd-volume")
