"""The symmetry operations that a CIF block states, checked before anything is multiplied with them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from clics.errors import CrystalError

if TYPE_CHECKING:
    from gemmi import SpaceGroup

    from clics.readers.cif_values import Values

_DECIMAL = re.compile(r"\d*\.\d+")
MAX_OPERATIONS = 1536  # 192 of F-centred cubic groups, in a cell eight times as large

_OPERATIONS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
_MAGNETIC = ("_space_group_symop_magn_operation_xyz", "_space_group_symop_magn_centering_xyz")
_HALL = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
_NAMES = ("_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m_full",
          "_space_group_name_h-m")  # fmt: skip
_NUMBERS = ("_space_group_it_number", "_symmetry_int_tables_number")
_TERM = re.compile(r"^[+-]?(?:\d+/\d+|\d*\.\d+|\d+|\d*\*?[xyz])(?:[+-](?:\d+/\d+|\d*\.\d+|\d+|\d*\*?[xyz]))*$")


def operations(values: Values, *, where: str) -> tuple[list[str], list[str]]:
    """The operations as ``x,y,z`` strings, and warnings.

    Listed operations count; a block without them is read by its Hall symbol, Hermann–Mauguin symbol or number. Raises
    CrystalError of kind ``bad-symmetry`` where a list does not form a group or a symbol is unknown: going on without
    symmetry would give another crystal.
    """
    listed = next((triplets for tag in _OPERATIONS if (triplets := values.column(tag))), [])
    if not listed and (magnetic := values.column(_MAGNETIC[0])):
        # What moves atoms is the operation without its time reversal, times the centring translations.
        centring = [_without_time_reversal(text) for text in values.column(_MAGNETIC[1])] or ["x,y,z"]
        listed = _products([_without_time_reversal(text) for text in magnetic], centring, where)
    if listed:
        clean, warnings = _checked(listed, where)
        return clean, warnings or _mismatch(values, clean)
    declared, warnings = _declared(values)
    if declared:
        return declared, warnings
    stated = [text for tag in (*_HALL, *_NAMES, *_NUMBERS) if (text := values.text(tag))]
    if stated:
        raise CrystalError(
            f"{where}: the symmetry '{stated[0][:40]}' is unknown and no operations are listed; give "
            "_space_group_symop_operation_xyz.", kind="bad-symmetry")  # fmt: skip
    return ["x,y,z"], ["no symmetry is stated; every atom of the cell is taken to be listed (P1)."]


def _without_time_reversal(text: str) -> str:
    return ",".join(text.split(",")[:3])


def _clean(text: str, where: str) -> str:
    clean = text.lower().replace(" ", "").strip("'\"")
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


def _products(operations: list[str], centring: list[str], where: str) -> list[str]:
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
    return clean, []


def _declared(values: Values) -> tuple[list[str], list[str]]:
    """The operations of the Hall symbol, else the Hermann–Mauguin symbol, else the number; [] if none is known."""
    import gemmi

    for tag in _HALL:
        try:
            return [operation.triplet() for operation in gemmi.symops_from_hall(values.text(tag))], []
        except (RuntimeError, ValueError):
            continue  # no Hall symbol, or a damaged one: the next tag may say it better
    for tag in _NAMES:
        if group_and_symbol := _named(values, tag):
            return _triplets(group_and_symbol[0]), _ambiguity(*group_and_symbol)
    for tag in _NUMBERS:
        number = values.text(tag)
        if number.isdigit() and 1 <= int(number[:4]) <= 230:
            group = gemmi.find_spacegroup_by_number(int(number))
            return _triplets(group), [
                f"no operations are listed; the standard setting of space group {number} is used."
            ]
    return [], []


def _named(values: Values, tag: str) -> tuple[SpaceGroup, str] | None:
    """The group of a Hermann–Mauguin symbol, and the symbol as it was understood; ``P 2_1/n`` is ``P 21/n``."""
    import gemmi

    # ICSD marks settings by a last letter: S and Z for the choices 1 and 2 of the origin, H and R for the axes.
    plain = re.sub(r"\s*S$", " :1", re.sub(r"\s*Z$", " :2", values.text(tag).strip()))
    alpha, gamma = values.number("_cell_angle_alpha"), values.number("_cell_angle_gamma")
    for symbol in (plain.replace("_", " "), plain.replace("_", "")):
        if symbol and (group := gemmi.find_spacegroup_by_name(symbol, alpha, gamma)):
            return group, symbol
    return None


def _mismatch(values: Values, listed: list[str]) -> list[str]:
    """A warning where the operations are those of another group than the symbol: one of the two is a mistake."""
    import gemmi

    distinct = {gemmi.Op(text).wrap().triplet() for text in listed}
    group = gemmi.find_spacegroup_by_ops(gemmi.GroupOps([gemmi.Op(triplet) for triplet in distinct]))
    for tag in _NAMES:
        if group_and_symbol := _named(values, tag):
            if group is None or group.number == group_and_symbol[0].number:
                return []
            return [f"the operations listed are those of {group.short_name()}, the file says '{values.text(tag)[:40]}'; "
                    "the operations count."]  # fmt: skip
    return []


def _triplets(group: SpaceGroup) -> list[str]:
    return [operation.triplet() for operation in group.operations()]


def _ambiguity(group: SpaceGroup, symbol: str) -> list[str]:
    if group.ext in "12" and ":" not in symbol:
        return [f"'{symbol}' has two choices of origin and no operations are listed; choice {group.ext} is taken."]
    return []
