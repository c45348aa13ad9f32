"""CRYSTAL: ``fort.34`` and ``.gui`` (the external geometry), and the geometry of a ``.d12`` input (CRYSTAL user's manual)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from clics.errors import CrystalError
from clics.readers.assemble import Matrix, bad, cell_of_parameters, count_of, no_cell, numbers, symbol_of_number
from clics.readers.decode_text import truncated
from clics.readers.expand import Operations, Site, expanded, group_of
from clics.readers.record import Record, Step, fractional

_GUI = re.compile(r"\A[ \t]*[0-3][ \t]+\d+[ \t]+\d+(?:[ \t]+[-+.\dEeDd]+)*[ \t]*\n"
                  r"(?:[ \t]*[-+.\dEeDd]+[ \t]+[-+.\dEeDd]+[ \t]+[-+.\dEeDd]+[ \t]*\n){3}[ \t]*\d+[ \t]*\n")  # fmt: skip
_D12 = re.compile(r"\A[^\n]*\n[ \t]*CRYSTAL[ \t]*\n[ \t]*[01][ \t]+[01][ \t]+\d+[ \t]*\n")
_PERIODICITY = {2: "two directions", 1: "one direction"}
MAX_OPERATIONS = 192
# Keywords of the geometry block that make another crystal of the one that stands above them.
_CHANGES = frozenset((  # noqa: SIM905 - shorter
    "SUPERCEL SUPERCELL SUPERCON SCELCONF SCELPHONO ATOMDISP ATOMINSE ATOMREMO ATOMROT ATOMSUBS CLUSTER CLUSTSIZE ELASTIC "
    "DISPLACE MOLECULE MOLEBSSE ATOMBSSE MOLSPLIT SLAB SLABCUT SLABINFO SWCNT NANOTUBE NANOCRYSTAL NANORE NANOROD "
    "REDEFINE ROTCRY FULLE HYDROSUB"
).split())  # fmt: skip


def is_gui(_head: bytes, text: str) -> bool:
    """True where dimensionality, centring and type stand above three vectors and the number of operations."""
    return bool(_GUI.match(text))


def gui_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of an external geometry."""
    yield Step("", lambda: _read_gui(text, where))


def _read_gui(text: str, where: str) -> Record:
    rows = [words for line in text.split("\n") if (words := line.split())]
    dimensionality = count_of(rows[0][0], "the dimensionality", where)
    if dimensionality == 0:
        raise no_cell(where, "this is a molecule (dimensionality 0)")
    if dimensionality > 3 or len(rows) < 5:
        raise bad(where, "the first lines are no dimensionality and cell")
    notes = []
    if dimensionality < 3:
        notes.append(f"periodic in {_PERIODICITY[dimensionality]} only; it is read as a crystal of its whole cell.")
    lattice = np.array([numbers(row, 3, "a lattice vector", where) for row in rows[1:4]])
    count = count_of(rows[4][0], "the number of operations", where)
    if not 0 < count <= MAX_OPERATIONS:
        raise bad(where, f"{count} symmetry operations are stated")
    behind = 5 + 4 * count
    if len(rows) <= behind:
        raise truncated(where, "symmetry operations or atoms are missing")
    matrices = np.array([numbers(row, 3, "a symmetry operation", where) for row in rows[5:behind]]).reshape(-1, 4, 3)
    atoms = count_of(rows[behind][0], "the number of atoms", where)
    if len(rows) < behind + 1 + atoms:
        raise truncated(where, f"{len(rows) - behind - 1} of {atoms} atoms")
    listed = rows[behind + 1 : behind + 1 + atoms]
    if more := sum(len(row) == 4 and row[0].isdecimal() for row in rows[behind + 1 + atoms :]):
        raise bad(where, f"{atoms} atoms are counted, and {atoms + more} are listed")
    positions = np.array([numbers(row[1:], 3, "an atom", where) for row in listed]).reshape(-1, 3)
    sites = _sites([row[0] for row in listed], fractional(lattice, positions, where=where), where)
    twice = len(listed) - len({(row[0], *at) for row, at in zip(listed, positions.round(6).tolist(), strict=True)})
    if twice:
        what = "1 atom is" if twice == 1 else f"{twice} atoms are"
        notes.append(f"{what} listed again at the same place, and read once.")
    record = expanded(lattice, sites, _cartesian_group(matrices, lattice, where), where=where)
    # Some programs list all atoms of the cell, which repeat one another by the operations.
    record.warnings = notes
    return record


def _cartesian_group(matrices: Matrix, lattice: Matrix, where: str) -> Operations:
    """Operations on fractional coordinates, from three rows of a Cartesian rotation and its translation in Å each."""
    inverse = np.linalg.inv(lattice)
    rotations = inverse.T @ matrices[:, :3] @ lattice.T
    translations = matrices[:, 3] @ inverse
    if not (np.abs(rotations - np.round(rotations)).max() <= 0.01 and np.isfinite(translations).all()):
        raise CrystalError(f"{where}: the symmetry operations do not keep the lattice.", kind="bad-symmetry")
    return Operations(np.round(rotations), translations)


def _sites(charges: Sequence[str], coords: Sequence[Sequence[float]], where: str) -> list[Site]:
    sites = []
    for word, (x, y, z) in zip(charges, coords, strict=True):
        # 100 Z marks a basis set or pseudopotential of its own; the element is what is left of 100.
        sites.append(Site(symbol_of_number(count_of(word, "the atomic number", where) % 100, where), (x, y, z)))
    return sites


def is_d12(_head: bytes, text: str) -> bool:
    """True where CRYSTAL is the second line, and three flags the third."""
    return bool(_D12.match(text))


def d12_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of an input."""
    yield Step("", lambda: _read_d12(text, where))


def _read_d12(text: str, where: str) -> Record:
    lines = [line.strip() for line in text.split("\n")]
    keyword = lines[1].split()[0].upper() if len(lines) > 1 and lines[1] else ""
    if keyword in ("SLAB", "POLYMER", "MOLECULE", "HELIX"):
        raise no_cell(where, f"this is no crystal but a {keyword.lower()}")
    if keyword == "EXTERNAL":
        raise no_cell(where, "the geometry stands in another file (EXTERNAL); open its fort.34 or .gui")
    if keyword != "CRYSTAL":
        raise bad(where, f"the second line is '{keyword[:20]}' instead of CRYSTAL")
    if len(lines) < 6:
        raise truncated(where, "cell and atoms")
    flags = numbers(lines[2].split(), 3, "the third line", where)
    if flags[2] > 1:
        raise CrystalError(f"{where}: a shift of the origin of its own is not supported; write the standard origin.",
                           kind="unsupported")  # fmt: skip
    number, triplets, hexagonal = _space_group(lines[3], bool(flags[1]), bool(flags[2]), where)
    words = lines[4].split()
    parameters = numbers(words, len(words), "the cell", where)
    lattice = cell_of_parameters(_whole_cell(number, parameters, hexagonal, where), where)
    count = count_of(lines[5].split()[0] if lines[5] else "", "the number of atoms", where)
    listed = [line.split() for line in lines[6 : 6 + count]]
    if len(listed) < count or not all(listed):
        raise truncated(where, f"{sum(map(bool, listed))} of {count} atoms")
    _refuse_changes(lines[6 + count :], where)
    coords = [numbers(words[1:], 3, "an atom", where) for words in listed]
    return expanded(
        lattice, _sites([words[0] for words in listed], coords, where), group_of(triplets, where), where=where
    )


def _space_group(text: str, rhombohedral: bool, first_origin: bool, where: str) -> tuple[int, list[str], bool]:
    """Number, operations, and whether the axes are hexagonal; of two origins the second is the standard of CRYSTAL."""
    import gemmi

    name = text.strip()
    group = gemmi.find_spacegroup_by_number(int(name)) if name.isdecimal() and 0 < int(name[:4]) <= 230 else (
        None if name.isdecimal() else gemmi.find_spacegroup_by_name(name))  # fmt: skip
    if group is None:
        raise CrystalError(f"{where}: there is no space group '{name[:30]}'.", kind="bad-symmetry")
    hm = group.hm
    settings = {
        other.ext: other for other in gemmi.spacegroup_table() if other.number == group.number and other.hm == hm
    }
    if group.ext in ("1", "2"):
        group = settings["1" if first_origin else "2"]
    elif group.ext in ("H", "R"):
        group = settings["R" if rhombohedral else "H"]
    return group.number, [operation.triplet() for operation in group.operations()], group.ext != "R"


def _whole_cell(number: int, given: list[float], hexagonal: bool, where: str) -> list[float]:
    """a, b, c, α, β, γ from the parameters that the crystal system leaves free."""
    needed = 1 if number >= 195 else 2 if number >= 75 else 3 if number >= 16 else 4 if number >= 3 else 6
    if len(given) < needed:
        raise bad(where, f"the cell of space group {number} needs {needed} parameters, not {len(given)}")
    if number >= 195:
        return [given[0]] * 3 + [90.0] * 3
    if 143 <= number <= 194:
        if not hexagonal:
            return [given[0]] * 3 + [given[1]] * 3
        return [given[0], given[0], given[1], 90.0, 90.0, 120.0]
    if number >= 75:
        return [given[0], given[0], given[1], 90.0, 90.0, 90.0]
    if number >= 16:
        return [*given[:3], 90.0, 90.0, 90.0]
    return [*given[:3], 90.0, given[3], 90.0] if number >= 3 else given[:6]


def _refuse_changes(lines: list[str], where: str) -> None:
    """Raise where a keyword up to END changes the crystal; a supercell of other atoms would be read wrongly."""
    for line in lines:
        keyword = line.split()[0].upper() if line else ""
        if keyword.startswith("END"):
            return
        if keyword in _CHANGES:
            raise CrystalError(f"{where}: {keyword} changes the crystal that is listed, which is not supported; write the "
                               "changed one to fort.34 (EXTPRT).", kind="unsupported")  # fmt: skip
