"""The symmetry operations that a CIF block states, checked before anything is multiplied with them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from clics.errors import CrystalError
from clics.readers.cif_modulation import average_operations

if TYPE_CHECKING:
    from clics.readers.cif_values import Values

_DECIMAL = re.compile(r"(?<!\d)\d*\.\d+")
MAX_OPERATIONS = 1536  # 192 of F-centred cubic groups, in a cell eight times as large

_NUMBERED = re.compile(r"^\s*\d{1,3}[.:)]?\s+(?=[^,]*[xyzabcXYZABC])")
"""The number of an operation before it; ``1/2 + x`` begins with none."""
_ONCE = re.compile(r"(?<![\d./])1\*?(?=[xyz])")
_DASHES = str.maketrans(dict.fromkeys("\u2212\u2013\u2010\u2011", "-"))
_AXES = str.maketrans("abc", "xyz")
_OPERATIONS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
_MAGNETIC = ("_space_group_symop_magn_operation_xyz", "_space_group_symop_magn_centering_xyz")
_TERM = re.compile(r"^[+-]?(?:\d+/\d+|\d*\.\d+|\d+|\d*\*?[xyz])(?:[+-](?:\d+/\d+|\d*\.\d+|\d+|\d*\*?[xyz]))*$")


def listed_operations(values: Values, *, where: str) -> tuple[list[str], list[str]]:
    """The operations that a block lists, as ``x,y,z`` strings ([] if it lists none), and warnings.

    Raises CrystalError of kind ``bad-symmetry`` where the list does not form a group: going on without symmetry would
    give another crystal.
    """
    listed = next((triplets for tag in _OPERATIONS if (triplets := [cell for cell in values.column(tag) if cell])), [])
    if magnetic := values.column(_MAGNETIC[0]):
        # They belong to the magnetic cell of the file; others beside them are those of the parent structure. What moves
        # atoms is the operation without its time reversal, times the centring translations.
        centring = [_without_time_reversal(text) for text in values.column(_MAGNETIC[1])] or ["x,y,z"]
        listed = products([_without_time_reversal(text) for text in magnetic], centring, where)
    if not listed:
        superspace, shifts = average_operations(values, where=where)
        listed = products(superspace, shifts or ["x,y,z"], where)
    if not listed:
        return [], []
    return _checked(listed, where)


def _without_time_reversal(text: str) -> str:
    return ",".join(text.split(",")[:3])


def _clean(text: str, where: str) -> str:
    clean = "".join(_NUMBERED.sub("", text).translate(_DASHES).lower().split()).strip("'\"")
    if not set("xyz") & set(clean):  # the axes in place of the coordinates
        clean = clean.translate(_AXES)
    clean = _ONCE.sub("", clean)
    parts = clean.split(",")
    if len(parts) != 3 or not all(_TERM.match(part) for part in parts):
        raise CrystalError(f"{where}: '{text[:40]}' is not a symmetry operation.", kind="bad-symmetry")
    return _DECIMAL.sub(lambda match: _fraction(match[0]), clean)


def _fraction(decimal: str) -> str:
    """``2/3`` for ``0.6667``: translations of operations are exact fractions, however few digits are printed."""
    value, digits = float(decimal), len(decimal.partition(".")[2])
    nearest = round(value * 24)
    rounded = digits > 1 and math.gcd(nearest, 24) > 1 and abs(value - nearest / 24) < 10.0 ** -min(digits, 4)
    return f"{nearest}/24" if rounded else decimal


def products(operations: list[str], centring: list[str], where: str) -> list[str]:
    """Every operation followed by every centring translation, each once. Raises CrystalError (``bad-symmetry``)."""
    import gemmi

    try:
        return list(
            dict.fromkeys(
                (gemmi.Op(_clean(shift, where)) * gemmi.Op(_clean(operation, where))).wrap().triplet()
                for shift in centring
                for operation in operations
            )
        )
    except RuntimeError as error:
        raise CrystalError(f"{where}: a magnetic symmetry operation cannot be read.", kind="bad-symmetry") from error


def _checked(listed: list[str], where: str) -> tuple[list[str], list[str]]:
    import gemmi

    if len(listed) > MAX_OPERATIONS:
        raise CrystalError(f"{where}: {len(listed)} symmetry operations are more than any crystal has.",
                           kind="bad-symmetry")  # fmt: skip
    clean = list(dict.fromkeys(_clean(text, where) for text in listed))
    try:
        parsed = [gemmi.Op(text).wrap() for text in clean]
    except RuntimeError:
        # Translations such as 1/5 (supercells in odd settings) are beyond gemmi's grid of 1/24.
        return clean, ["symmetry operations with unusual fractions; they are taken as listed."]
    if any(abs(operation.det_rot()) != gemmi.Op.DEN**3 for operation in parsed):
        raise CrystalError(f"{where}: a symmetry operation changes volumes; the list is damaged.", kind="bad-symmetry")
    distinct = {operation.triplet() for operation in parsed}
    try:
        group = gemmi.GroupOps(parsed)
        group.add_missing_elements()
        whole = {operation.wrap().triplet() for operation in group}
    except RuntimeError:  # gemmi: more operations follow from these than any group has
        whole = set()
    if whole != distinct:
        raise CrystalError(
            f"{where}: the {len(distinct)} symmetry operations do not form a group; some are missing or damaged.",
            kind="bad-symmetry")  # fmt: skip
    first: dict[str, str] = {}
    for text, operation in zip(clean, parsed, strict=True):
        first.setdefault(operation.triplet(), text)  # "x-1,y,z" is the identity again
    return list(first.values()), []
