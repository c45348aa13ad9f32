"""Rows of programs' files that are damaged, lost or doubled are refused or named; found by ``make stress``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from clics.crystals.crystal import Crystal, Refusal
from clics.sources.files import read_crystals
from pymatgen.core import Lattice, Structure

from tests.stress.program_files import BY_HAND, by_ase

SALT = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])


def lines(change: Callable[[list[str]], object]) -> Callable[[str], str]:
    def changed(text: str) -> str:
        rows = text.split("\n")
        change(rows)
        return "\n".join(rows)

    return changed


def last_of(rows: list[str], part: str) -> int:
    return max(number for number, row in enumerate(rows) if part in row)


def exchange_a_position_with_a_force(rows: list[str]) -> None:
    one = rows.index(next(row for row in rows if "fractional" in row)) + 1
    two = last_of(rows, "TOTAL-FORCE") + 2
    rows[one], rows[two] = rows[two], rows[one]


def double_two_atoms(rows: list[str]) -> None:
    rows[-4:-4] = rows[-4:-2]


DAMAGE: dict[str, tuple[str, Callable[[str], str], str]] = {
    "OUTCAR, absurd count": ("OUTCAR", lambda t: t.replace("type = 4 4", "type = 1000000000 4"), "should be a count"),
    "OUTCAR, count of no number": ("OUTCAR", lambda t: t.replace("type = 4 4", "type = 4 four 4"), "should be a count"),
    "OUTCAR, another element": ("OUTCAR", lambda t: t.replace("VRHFIN =Cl", "VRHFIN =F"), "titled Na, Cl"),
    "OUTCAR, rows exchanged": ("OUTCAR", lines(exchange_a_position_with_a_force), "should have 6 numbers"),
    "OUTCAR, letters": ("OUTCAR", lambda t: t.replace("      0.10000      0.00000", "  0.1x   0.00000"), "should have 6 numbers"),
    "vasprun, another element": ("vasprun.xml", lambda t: t.replace("<c>Cl</c>", "<c>F</c>", 1), "both F and Cl"),
    "pw.x, another element": ("run.pwo", lambda t: t.replace("    Cl  tau", "    F   tau", 1), "2 types of atoms are stated"),
    "pw.x, half a number": ("run.pwo", lambda t: t.replace("= ( 0.532902767 0.0", "= ( 1e 0.0"), "should be three numbers"),
    "struct, last atom lost": ("x.struct", lambda t: t[: t.rindex("ATOM ")], "8 inequivalent atoms are stated"),
    "gui, rows doubled": ("x.gui", lines(double_two_atoms), "8 atoms are counted, and 10 are listed"),
}  # fmt: skip
SOUND = {"OUTCAR": BY_HAND["outcar"], "vasprun.xml": BY_HAND["vasprun"], "run.pwo": BY_HAND["espresso-output"]}


def sound(name: str) -> str:
    if name in SOUND:
        return SOUND[name](SALT)
    return by_ase(SALT, {"x.struct": "struct", "x.gui": "crystal"}[name]).decode()


def read(path: Path) -> Crystal | Refusal:
    (found,) = read_crystals([path], sandboxed=False)
    return found


@pytest.mark.parametrize("name", ["OUTCAR", "vasprun.xml", "run.pwo", "x.struct", "x.gui"])
def test_the_sound_files_are_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(sound(name))
    crystal = read(path)
    assert isinstance(crystal, Crystal), crystal
    assert crystal.formula == "NaCl"
    assert len(crystal.structure) == 8


@pytest.mark.parametrize("case", DAMAGE)
def test_damage_is_refused(case: str, tmp_path: Path) -> None:
    name, change, reason = DAMAGE[case]
    text = sound(name)
    assert change(text) != text
    path = tmp_path / name
    path.write_text(change(text))
    refusal = read(path)
    assert isinstance(refusal, Refusal), refusal
    assert reason in refusal.message


def test_atoms_that_are_listed_twice_are_named(tmp_path: Path) -> None:
    rows = sound("x.gui").split("\n")
    start = next(n for n, row in enumerate(rows) if row.strip() == "8")
    rows[start] = "   9"
    rows.insert(start + 2, rows[start + 1])
    (tmp_path / "x.gui").write_text("\n".join(rows))
    crystal = read(tmp_path / "x.gui")
    assert isinstance(crystal, Crystal), crystal
    assert len(crystal.structure) == 8
    assert any("1 atom is listed again" in note for note in crystal.notes)


PHONOPY = {
    "a row cut": (lambda t: t.replace("  - symbol: Cl\n    coordinates: [", "   [", 1), "is no part of one"),
    "not indented": (lambda t: t.replace("  - symbol: Cl", "symbol: Cl", 1), "is not indented"),
    "truncated": (lambda t: t[: t.rindex("ol: Cl")], "is no part of one"),
    "four numbers": (lambda t: t.replace("0.500000000, 0.500000000 ]", "0.5, 1,5 ]", 1), "should be 3 numbers"),
    "a symbol lost": (lambda t: t.replace("symbol: Cl\n", "symbol: 0.5 ]\n", 1), "is no part of one"),
    "two symbols": (lambda t: t.replace("- symbol: Cl", "- symbol: Cl\n  - symbol: Cl", 1), "has no coordinates"),
}


@pytest.mark.parametrize("case", PHONOPY)
def test_rows_of_phonopy_make_whole_atoms(case: str, tmp_path: Path) -> None:
    change, reason = PHONOPY[case]
    path = tmp_path / "phonopy.yaml"
    path.write_text(change(BY_HAND["phonopy"](SALT)))
    refusal = read(path)
    assert isinstance(refusal, Refusal), refusal
    assert reason in refusal.message


def test_abinit_without_natom_has_one_atom(tmp_path: Path) -> None:
    text = by_ase(SALT, "abinit-in").decode()
    path = tmp_path / "x.abi"
    path.write_text("\n".join(line for line in text.split("\n") if not line.startswith("natom")))
    refusal = read(path)
    assert isinstance(refusal, Refusal), refusal
    assert "natom is not stated, and typat has 8 types" in refusal.message


def test_shelx_says_what_it_does_not_read(tmp_path: Path) -> None:
    text = by_ase(SALT, "res").decode()
    path = tmp_path / "x.res"
    path.write_text(text.replace("LATT -1", "  LATT -1"))
    crystal = read(path)
    assert isinstance(crystal, Crystal), crystal
    assert any("'LATT -1' begins with a blank" in note for note in crystal.notes)
    rows = text.split("\n")
    place = next(n for n, row in enumerate(rows) if row.startswith("Cl"))
    rows[place] = rows[place].rsplit(" ", 1)[0] + " 0.1466 0.7331 1.0"
    path.write_text("\n".join(rows))
    crystal = read(path)
    assert isinstance(crystal, Crystal), crystal
    assert any("more or fewer numbers" in note for note in crystal.notes)
