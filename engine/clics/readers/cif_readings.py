"""The ways in which the symmetry of a CIF block can be read, the most explicit first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clics.readers import cif_settings
from clics.readers.cif_groups import HALL, NAMES, NUMBERS, hall_group
from clics.readers.cif_values import group_number, loose_number

if TYPE_CHECKING:
    from gemmi import Op, SpaceGroup

    from clics.readers.cif_values import Values

_PRIMITIVE = {
    "F": ("y/2+z/2,x/2+z/2,x/2+y/2",),
    "I": ("-x/2+y/2+z/2,x/2-y/2+z/2,x/2+y/2-z/2", "x+z/2,y+z/2,z/2"),
    "C": ("x/2+y/2,-x/2+y/2,z", "x/2-y/2,x/2+y/2,z"),
    "A": ("x,y/2+z/2,-y/2+z/2", "x,y/2-z/2,y/2+z/2"),
    "B": ("x/2+z/2,y,-x/2+z/2", "x/2-z/2,y,x/2+z/2"),
}
"""Conventional coordinates of a point by its coordinates in the usual primitive cells (International Tables A, table 1.5.1.1)."""
_CENTRINGS = {
    "A": ("x,y+1/2,z+1/2",),
    "B": ("x+1/2,y,z+1/2",),
    "C": ("x+1/2,y+1/2,z",),
    "I": ("x+1/2,y+1/2,z+1/2",),
    "F": ("x,y+1/2,z+1/2", "x+1/2,y,z+1/2", "x+1/2,y+1/2,z"),
    "R": ("x+2/3,y+1/3,z+1/3", "x+1/3,y+2/3,z+2/3"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the symmetry of a block.

    Attributes:
        name: For messages: ``"F d -3 m:2"``, ``"the operations listed"``.
        operations: ``x,y,z`` strings, centring included.
        notes: What must be said if it is taken.
    """

    name: str
    operations: tuple[str, ...]
    notes: tuple[str, ...] = ()


def declared(values: Values, *, explicit: bool = False) -> Iterator[list[Reading]]:
    """The readings without listed operations, group by group: a later group counts only where no earlier one fits.

    Hall symbol, Hermann–Mauguin symbols, number in its standard setting; unless ``explicit``, its other settings, and
    primitive cells of all these.
    """
    alpha, gamma = (
        loose_number(values.text("_cell_angle_alpha")) or 90.0,
        loose_number(values.text("_cell_angle_gamma")) or 90.0,
    )
    seen: set[tuple[str, ...]] = set()
    centred: list[SpaceGroup] = []

    def new(groups: Iterable[SpaceGroup]) -> list[Reading]:
        readings = []
        for group in groups:
            reading = _reading(group)
            if reading.operations not in seen:
                seen.add(reading.operations)
                centred.append(group)
                readings.append(reading)
        return readings

    for tag in HALL:
        if (text := values.text(tag)) and (named := hall_group(text)) is not None:
            yield new([named])
    numbers: list[int] = []
    for tag in NAMES:
        settings = cif_settings.by_symbol(values.text(tag), alpha, gamma) if values.text(tag) else []
        numbers += [group.number for group in settings[:1]]
        yield new(settings)
    for tag in NUMBERS:
        if number := group_number(values.text(tag)):
            numbers.append(number)
            standard, _ = cif_settings.by_number(number)
            note = f"no operations are listed; the standard setting of space group {number} is used"
            yield [Reading(each.name, each.operations, (f"{note} ({each.name}).",)) for each in new(standard)]
    if explicit:
        return
    for number in dict.fromkeys(numbers):
        standard, others = cif_settings.by_number(number)
        yield [
            Reading(each.name, each.operations, (f"no operations are listed; {each.name} is the setting that fits.",))
            for each in new([*standard, *others])
        ]
    yield [reading for group in centred for reading in _primitive(group)]


def with_centring(operations: Iterable[str]) -> Iterator[Reading]:
    """Listed operations with centring translations that the list may have left out."""
    import gemmi

    listed = [gemmi.Op(text).wrap() for text in operations]
    for letter, texts in _CENTRINGS.items():
        shifts = [gemmi.Op("x,y,z"), *(gemmi.Op(text) for text in texts)]
        lattice = {tuple(shift.tran) for shift in shifts}
        rotations = {str(each.rot): each for each in listed}.values()
        kept = all(_turned(each, shift) in lattice for each in rotations for shift in shifts)
        whole = {(shift * each).wrap().triplet() for shift in shifts for each in listed} if kept else set()
        if len(whole) == len(listed) * len(shifts):
            yield Reading(f"{letter}-centring beside the operations listed", tuple(sorted(whole)))


def lacks_centring(listed: Reading, whole: Reading) -> bool:
    """True where a reading has all operations of another, which lacks nothing but centring translations."""
    import gemmi

    try:
        some, all_ = ([gemmi.Op(text).wrap() for text in each.operations] for each in (listed, whole))
    except RuntimeError:
        return False  # translations beyond gemmi's grid
    subset = {each.triplet() for each in some} < {each.triplet() for each in all_}
    return subset and {str(each.rot) for each in some} == {str(each.rot) for each in all_}


def _turned(operation: Op, shift: Op) -> tuple[int, ...]:
    """A translation after the rotation of an operation, in 1/24 of the cell."""
    import gemmi

    turned = [sum(a * b for a, b in zip(row, shift.tran, strict=True)) // gemmi.Op.DEN for row in operation.rot]
    return tuple(part % gemmi.Op.DEN for part in turned)


def _reading(group: SpaceGroup) -> Reading:
    return Reading(group.xhm(), tuple(operation.triplet() for operation in group.operations()))


def _primitive(group: SpaceGroup) -> Iterator[Reading]:
    import gemmi

    for basis in _PRIMITIVE.get(group.hm[0], ()):
        to_conventional = gemmi.Op(basis)
        to_primitive = to_conventional.inverse()
        operations = [(to_primitive * operation * to_conventional).wrap().triplet() for operation in group.operations()]
        name = f"the primitive cell of {group.xhm()}"
        yield Reading(name, tuple(dict.fromkeys(operations)), (f"no operations are listed; the cell is {name}.",))
