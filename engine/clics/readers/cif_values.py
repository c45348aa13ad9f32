"""Tags of a CIF block by their lower-case names, in the spelling of CIF 1 (``_a_b``), also for CIF 2 (``_a.b``)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from clics.errors import CrystalError
from clics.readers.decode_text import number

if TYPE_CHECKING:
    from gemmi import cif

_LEADING = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NOT_CHOSEN = ("_cell_length_", "_cell_angle_", "_symmetry_", "_space_group_", "_atom_site_")
"""Tags that decide what is read; given twice with two values, none is chosen."""
_READ = ("_cell_", "_symmetry_", "_space_group_", "_atom_site", "_chemical_formula_", "_chemical_name_", "_database_code",
         "_atom_type_", "_exptl_crystal_density", "_exptl_crystal_f_000", "_geom_bond_",
         "_diffrn_radiation_", "_amcsd_")  # fmt: skip
_TRIPLETS = ("operation_xyz", "pos_as_xyz")
_TRIPLE = re.compile(r"^(''|\"\")(.*)\1$", re.DOTALL)
"""What CIF 1 makes of a value between the triple quotes of CIF 2."""
_GROUP_NUMBER = re.compile(r"^(?:no\.?|nr\.?|number|#)?\s*(\d{1,3})(?:\.0*)?$", re.IGNORECASE)
_UNCERTAINTY = re.compile(r"\(\d*\)?$")
_STATED_UNCERTAINTY = re.compile(r"^[+-]?\d*\.?(\d*)(?:[eE]([+-]?\d{1,3}))?\((\d{1,15})\)$")


class Values:
    """Single values and columns of one block; ``?`` and ``.`` (unknown, not applicable) read as nothing."""

    def __init__(self, block: cif.Block, *, where: str) -> None:
        from gemmi import cif

        self._where = where
        self._columns: dict[str, list[str]] = {}
        self._repeated: set[str] = set()
        for item in block:
            if item.pair is not None:
                tag, cell = cast("tuple[str, str]", item.pair)
                self._add(tag, [cif.as_string(cell)])
            elif item.loop is not None:
                cells = [cif.as_string(cell) for cell in item.loop.values]
                if any(tag.lower().endswith(_TRIPLETS) for tag in item.loop.tags):
                    cells = joined(cells)
                for column, tag in enumerate(item.loop.tags):
                    self._add(tag, cells[column :: item.loop.width()])

    def _add(self, tag: str, cells: list[str]) -> None:
        name = tag.lower().replace(".", "_")
        if not name.startswith(_READ):
            return
        if name in self._columns:
            if name.startswith(_NOT_CHOSEN) and self._columns[name] != [cell.strip() for cell in cells]:
                self._repeated.add(name)
            return  # the same again, or a witness, of which the first counts
        stripped = [cell.strip() for cell in cells]
        self._columns[name] = [_TRIPLE.sub(r"\2", cell) if cell.startswith(("'", '"')) else cell for cell in stripped]

    def column(self, tag: str) -> list[str]:
        """All values of a tag ([] if it is not there). Raises CrystalError (``bad-cif``) where it occurs twice."""
        if tag in self._repeated:
            raise CrystalError(f"{self._where}: {tag} is given twice; remove one.", kind="bad-cif")
        return self._columns.get(tag, [])

    def text(self, tag: str) -> str:
        """The value of a tag, "" if it is not there or unknown."""
        values = self.column(tag)
        return values[0] if values and values[0] not in ("?", ".") else ""

    def number(self, tag: str) -> float:
        """The number of a tag without its uncertainty, 0.0 if it is not there. Raises CrystalError (``bad-cif``)."""
        text = self.text(tag)
        return parse_number(text, f"{self._where}: {tag}") if text else 0.0


def parse_number(text: str, what: str) -> float:
    """``5.6402(3)`` → 5.6402; CrystalError (``bad-cif``) for what is no number."""
    try:
        return number(_UNCERTAINTY.sub("", text))
    except ValueError as error:
        raise CrystalError(f"{what} is '{text[:30]}', which is not a number.", kind="bad-cif") from error


def loose_number(text: str) -> float | None:
    """The number at the start of a text (``"4"``, ``"2.65(1)"``, ``"3.99 Mg/m3"``), None where there is none."""
    match = _LEADING.match(text.strip())
    return float(match[0]) if match else None


def uncertainty(text: str) -> float | None:
    """The standard uncertainty in a number, 0.02 of ``1.03(2)``; None where there is none."""
    match = _STATED_UNCERTAINTY.match(text.strip())
    return None if match is None else float(f"{match[3]}e{int(match[2] or 0) - len(match[1])}")


def group_number(text: str) -> int:
    """The number of a space group in ``136`` or ``No. 136``; 0 for anything else."""
    match = _GROUP_NUMBER.match(text.strip())
    number = int(match[1]) if match else 0
    return number if 1 <= number <= 230 else 0


def joined(cells: list[str]) -> list[str]:
    """Values of a list of operations; ``x,`` ``y,`` ``z`` without quotes are one."""
    whole: list[str] = []
    for cell in cells:
        if whole and whole[-1].count(",") < 3 and (whole[-1].endswith(",") or cell.startswith(",")):
            whole[-1] += cell
        else:
            whole.append(cell)
    return whole
