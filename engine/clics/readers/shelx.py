"""``.res`` of SHELX and of AIRSS (SHELXL-97 manual, chapters 2 to 4; AIRSS writes P1 with its own title)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from clics.crystals.atom_symbols import SYMBOLS
from clics.errors import CrystalError
from clics.readers.assemble import Matrix, bad, cell_of_parameters, no_cell, numbers, symbol_of_label
from clics.readers.decode_text import number, truncated
from clics.readers.expand import Operations, Site, expanded, group_of
from clics.readers.record import Record, Step

_CELL = re.compile(r"^CELL(?:[ \t]+[^\s]+){7}", re.MULTILINE | re.IGNORECASE)
_SFAC = re.compile(r"^SFAC[ \t]", re.MULTILINE | re.IGNORECASE)
_CENTRING = {1: [], 2: ["x+1/2,y+1/2,z+1/2"], 3: ["x+2/3,y+1/3,z+1/3", "x+1/3,y+2/3,z+2/3"],
             4: ["x,y+1/2,z+1/2", "x+1/2,y,z+1/2", "x+1/2,y+1/2,z"], 5: ["x,y+1/2,z+1/2"], 6: ["x+1/2,y,z+1/2"],
             7: ["x+1/2,y+1/2,z"]}  # fmt: skip
# Every instruction of SHELXL has four letters; a line that begins with none of them is an atom.
_INSTRUCTIONS = frozenset((  # noqa: SIM905 - shorter
    "ABIN ACTA AFIX ANIS ANSC ANSR BASF BIND BLOC BOND BUMP CELL CGLS CHIV CONF CONN DAMP DANG DEFS DELU DFIX DISP EADP "
    "END EQIV EXTI EXYZ FEND FLAT FMAP FRAG FREE FVAR GRID HFIX HKLF HTAB ISOR LATT LAUE LIST L.S. MERG MORE MOVE MPLA NCSY "
    "NEUT OMIT PART PLAN PRIG REM RESI RIGU RTAB SADI SAME SFAC SHEL SIMU SIZE SPEC STIR SUMP SWAT SYMM TEMP TIME TITL TWIN "
    "TWST UNIT WGHT WIGL WPDB XNPD ZERR BEDE LONE"
).split())  # fmt: skip
_ATOM = re.compile(r"^[ \t]+[A-Za-z]\w*(?:[ \t]+\d+)?(?:[ \t]+-?\d*\.\d+){3}")
"""A line of an atom, but for the blank before it."""
_PEAK = re.compile(r"^Q\d+$")
_OF_THE_CRYSTAL = frozenset(("CELL", "LATT", "SYMM", "SFAC", "FVAR"))
_FIELDS = (5, 6, 7, 12)
"""Words of an atom: label, number of its element, coordinates; occupancy; U or spin; or six U in place of one."""


def is_shelx(_head: bytes, text: str) -> bool:
    """True where the instructions CELL and SFAC begin lines."""
    return bool(_CELL.search(text) and _SFAC.search(text))


def shelx_steps(text: str, *, where: str) -> Iterator[Step]:
    """One step for every structure; AIRSS collects several in one file, each from TITL to END."""
    parts = [part for part in re.split(r"(?im)^(?=TITL\b)", text) if _CELL.search(part)]
    if len(parts) == 1:  # TITL may stand anywhere in a file of one structure
        parts = [text]
    if not parts:
        raise no_cell(where, "there is no instruction CELL with wavelength, lengths and angles")
    for place, part in enumerate(parts, start=1):
        alone = len(parts) == 1
        yield Step("" if alone else str(place), lambda part=part, alone=alone: _read(part, alone, where))  # type: ignore[misc]


@dataclass(slots=True)
class _File:
    """Instructions that matter, as they are read."""

    cell: list[float] = field(default_factory=list)
    lattice_type: int = 1
    operations: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)
    variables: list[float] = field(default_factory=list)
    atoms: list[list[str]] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    peaks: int = 0
    contents: list[str] = field(default_factory=list)
    indented: list[str] = field(default_factory=list)


def _read(text: str, alone: bool, where: str) -> Record:
    file = _parsed(text, where)
    if not file.atoms:
        instead = f", only {file.peaks} peaks of the density" if file.peaks else ""
        raise CrystalError(f"{where}: there are no atoms behind the instructions{instead}.", kind="empty")
    airss = len(file.title) > 8 and "n" in file.title and "-" in file.title
    notes: list[str] = []
    sites = [_site(words, file, notes, where) for words in file.atoms]
    notes += [f"the line '{line}' begins with a blank, which makes it a comment to SHELX; it is not read"
              for line in file.indented]  # fmt: skip
    long = [words[0][:20] for words in file.atoms if len(words) not in _FIELDS]
    if long:
        notes.append(f"the atoms {', '.join(long[:6])} have more or fewer numbers than SHELX or AIRSS write")
    short = [words[0][:20] for words in file.atoms if len(words) == 5]
    if 0 < len(short) < len(file.atoms):  # a number may be missing anywhere in their lines
        notes.append(f"the atoms {', '.join(short[:6])} have no occupancy, unlike the others; 1 is taken")
    notes += _other_elements(file)
    operations = _operations(file, where)
    lattice: Matrix = cell_of_parameters(file.cell, where)
    record = expanded(lattice, sites, operations, where=where, shares_include_multiplicity=True)
    if file.peaks:
        what = "1 peak of the density (Q1) is" if file.peaks == 1 else f"{file.peaks} peaks of the density (Q1, …) are"
        notes.append(f"{what} no atom, and left out")
    record.alone, record.warnings = alone, [*dict.fromkeys(notes), *record.warnings, *_other_contents(file, record)]
    record.name = file.title[0][:200] if airss and not alone else ""
    return record


def _parsed(text: str, where: str) -> _File:
    file = _File()
    logical = re.sub(r"=[ \t]*\n", " ", text)
    for line in logical.split("\n"):
        words = line.partition("!")[0].split()
        keyword = words[0].upper().split("_")[0] if words else ""
        if words and line[:1] in " \t" and (keyword[:4] in _OF_THE_CRYSTAL or _ATOM.match(line)):
            file.indented.append(line.strip()[:40])
        if not words or line[:1] in " \t" or keyword[:3] == "REM":
            continue
        if keyword in ("HKLF", "END"):  # what follows are peaks of the density, no atoms
            return file
        if keyword == "TITL":
            file.title = words[1:]
        elif keyword == "CELL":
            file.cell = numbers(words[2:], 6, "CELL", where)
        elif keyword == "LATT":
            file.lattice_type = int(numbers(words[1:], 1, "LATT", where)[0])
        elif keyword == "SYMM":
            file.operations.append("".join(words[1:]).lower())
        elif keyword == "SFAC":
            is_long = len(words) > 2 and re.match(r"^[-+.\d]", words[2])
            file.elements += words[1:2] if is_long else words[1:]
        elif keyword == "FVAR":
            file.variables += numbers(words[1:], len(words) - 1, "FVAR", where)
        elif keyword == "UNIT":
            file.contents = words[1:]
        elif _PEAK.match(keyword):  # no element begins with Q
            file.peaks += 1
        elif keyword not in _INSTRUCTIONS:
            file.atoms.append(words)
    if re.search(r"(?im)^(HKLF|END)\b", text) is None and not text.endswith("\n"):
        raise truncated(where, "there is no END")
    return file


def _site(words: list[str], file: _File, notes: list[str], where: str) -> Site:
    what = f"the atom {words[0][:20]}"
    if len(words) < 5 or not words[1].isdecimal() or not 1 <= int(words[1][:6]) <= len(file.elements):
        raise bad(where, f"{what} should have a number of SFAC and three coordinates")
    symbol, note = symbol_of_label(file.elements[int(words[1]) - 1], where)
    notes += [note] if note else []
    values = numbers(words[2:], min(4, len(words) - 2), what, where)
    x, y, z, share = (_value(value, file.variables, what, where) for value in [*values, 11.0][:4])
    return Site(symbol, (x, y, z), share, words[0])


def _other_elements(file: _File) -> list[str]:
    """A note where labels of all atoms of an element are those of another one (``Ca1`` where SFAC has F)."""
    labels: dict[str, set[str]] = {}
    for words in file.atoms:
        element = file.elements[int(words[1]) - 1].capitalize()
        labels.setdefault(element, set()).add(re.match(r"[A-Za-z]*", words[0])[0].capitalize())  # type: ignore[index]
    other = [
        f"{label} for {element}"
        for element, own in labels.items()
        for label in sorted(own)
        if len(own) == 1 and label in SYMBOLS and label != element and label[0] != element[0]
    ]
    return [f"labels name another element than SFAC, which is taken ({', '.join(other)})"] if other else []


def _other_contents(file: _File, record: Record) -> list[str]:
    """A note where UNIT states other contents of the cell than were read; hydrogen is often not placed yet."""
    try:
        stated = dict[str, float]()
        for element, word in zip(file.elements, file.contents, strict=True):
            stated[element.capitalize()] = stated.get(element.capitalize(), 0.0) + number(word)
    except ValueError:
        return []
    found = dict[str, float]()
    for symbol, share in (occupant for site in record.sites for occupant in site):
        found[symbol] = found.get(symbol, 0.0) + share
    other = [
        f"{amount:g} {element}, and {found.get(element, 0.0):.4g} are read"
        for element, amount in stated.items()
        if element in SYMBOLS and abs(amount - found.get(element, 0.0)) > 0.02 * amount + 0.05
    ]
    return [f"UNIT states {'; '.join(other[:4])}."] if other else []


def _value(stated: float, variables: list[float], what: str, where: str) -> float:
    """A value as SHELXL codes it: 10 + p is fixed at p, 10 m + p is p times free variable m, negative p (fv − 1)."""
    if -5.0 <= stated <= 5.0 or not math.isfinite(stated):
        return stated
    which = int(abs(stated) / 10 + 0.5)
    part = abs(stated) - 10 * which
    if which == 1:
        return part if stated > 0 else -part
    if which > len(variables):
        raise bad(where, f"{what} uses free variable {which}, and FVAR has {len(variables)}")
    return part * variables[which - 1] if stated > 0 else part * (1 - variables[which - 1])


def _operations(file: _File, where: str) -> Operations:
    if abs(file.lattice_type) not in _CENTRING:
        raise bad(where, f"LATT {file.lattice_type} is none of ±1 to ±7")
    generators = ["x,y,z", *file.operations]
    if file.lattice_type > 0:
        generators += ["-x,-y,-z"]
    return group_of([*generators, *_CENTRING[abs(file.lattice_type)]], where)
