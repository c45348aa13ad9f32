"""Modulated crystals (superspace): the average structure, or a refusal of its own kind.

An operation of a superspace group in (3+d) dimensions acts on the average structure by its first three rows (International Tables
for Crystallography, volume C, section 9.8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clics.errors import CrystalError
from clics.readers.cif_values import loose_number

if TYPE_CHECKING:
    from clics.readers.cif_values import Values

_OPERATIONS = ("_space_group_symop_ssg_operation_algebraic", "_space_group_symop_magn_ssg_operation_algebraic")
_CENTRING = "_space_group_symop_magn_ssg_centering_algebraic"
_NAMES = ("_space_group_ssg_name", "_space_group_ssg_name_it", "_space_group_ssg_name_wja", "_space_group_magn_ssg_name",
          "_space_group_magn_ssg_name_uni", "_space_group_magn_ssg_number", "_space_group_ssg_it_number")  # fmt: skip
_COORDINATE = {"x1": "x", "x2": "y", "x3": "z"}
_HIGHER = re.compile(r"x[4-9]|[tuv]")


def is_modulated(values: Values) -> bool:
    """True where a block states modulation waves or a superspace group."""
    dimension = loose_number(values.text("_cell_modulation_dimension"))
    named = any(values.text(tag) for tag in _NAMES) or any(values.column(tag) for tag in _OPERATIONS)
    return named if dimension is None else dimension > 0


def modulation_note(values: Values) -> str:
    """The sentence that goes with an average structure."""
    waves = zip(*(values.column(f"_cell_wave_vector_{axis}") for axis in "xyz"), strict=False)
    vectors = ", ".join(f"({' '.join(part[:12] for part in wave)})" for wave in list(waves)[:3])
    named = next((text[:40] for tag in _NAMES if (text := values.text(tag))), "")
    about = "; ".join([f"q = {vectors}"] * bool(vectors) + [f"superspace group {named}"] * bool(named))
    return f"the crystal is modulated{f' ({about})' if about else ''}: this is its average structure only."


def average_operations(values: Values, *, where: str) -> tuple[list[str], list[str]]:
    """Operations ``x,y,z`` of the average structure, and centring translations; ([], []) where no superspace ones are listed.

    Raises:
        CrystalError: ``modulated`` for a composite crystal, which has no one average structure, and for operations that
            mix the average structure with its modulation.
    """
    subsystems = loose_number(values.text("_cell_subsystems_number")) or 0
    if subsystems > 1 or values.column("_cell_subsystem_code"):
        raise CrystalError(f"{where}: this is a composite crystal of several subsystems, which has no average structure in one "
                           "cell; give a subsystem or a commensurate approximant.", kind="modulated")  # fmt: skip
    listed = next((cells for tag in _OPERATIONS if (cells := values.column(tag))), [])
    return ([_average(text, where) for text in listed], [_average(text, where) for text in values.column(_CENTRING)])


@contextmanager
def refused_as_modulated(modulated: bool, where: str) -> Iterator[None]:
    """Atoms that replace each other along the modulation overlap in the average: that is no fault of the file."""
    try:
        yield
    except CrystalError as error:
        if not modulated or error.kind not in ("bad-occupancy", "atoms-too-close"):
            raise
        reason = error.message.removeprefix(f"{where}: ").rstrip(".")
        raise CrystalError(f"{where}: the crystal is modulated and its average structure is no crystal ({reason}); give a "
                           "commensurate approximant.", kind="modulated") from error  # fmt: skip


def _average(text: str, where: str) -> str:
    rows = text.lower().replace(" ", "").split(",")[:3]
    if len(rows) < 3 or any(_HIGHER.search(row) for row in rows):
        raise CrystalError(f"{where}: '{text[:40]}' does not act on the average structure; give a commensurate approximant.",
                           kind="modulated")  # fmt: skip
    return ",".join(re.sub(r"x[123]", lambda match: _COORDINATE[match[0]], row) for row in rows)
