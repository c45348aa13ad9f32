"""Input of pw.x of Quantum ESPRESSO: the namelist &SYSTEM and the cards of cell and atoms (documentation of pw.x)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from clics.errors import CrystalError
from clics.readers.assemble import BOHR, Matrix, bad, count_of, numbers, record
from clics.readers.decode_text import number
from clics.readers.espresso_lattice import parameters, primitive_vectors
from clics.readers.record import Record, Step

_SYSTEM = re.compile(r"^[ \t]*&SYSTEM\b", re.MULTILINE | re.IGNORECASE)
_CARDS = ("ATOMIC_SPECIES", "ATOMIC_POSITIONS", "CELL_PARAMETERS", "K_POINTS", "CONSTRAINTS", "OCCUPATIONS",
          "ATOMIC_FORCES", "ATOMIC_VELOCITIES", "ADDITIONAL_K_POINTS", "SOLVENTS", "HUBBARD")  # fmt: skip
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*(?:\(\s*\d+\s*\))?)\s*=\s*('[^'\n]*'|\"[^\"\n]*\"|[^\s,/]+)")
_QUOTIENT = re.compile(r"^([+-]?\d+(?:\.\d*)?)/(\d+(?:\.\d*)?)$")


def is_espresso_input(_head: bytes, text: str) -> bool:
    """True where the namelist &SYSTEM and the card of positions begin."""
    return bool(_SYSTEM.search(text)) and "ATOMIC_POSITIONS" in text.upper()


def espresso_input_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of an input."""
    yield Step("", lambda: _read(text, where))


@dataclass(slots=True)
class Card:
    """The unit of a card in lower case ("" if none), and the words of its lines."""

    unit: str
    rows: list[list[str]] = field(default_factory=list)


def card_unit(line: str) -> str:
    """The unit behind the name of a card: ``CELL_PARAMETERS (alat= 10.2)`` has ``alat= 10.2``."""
    return re.sub(r"^\s*[A-Za-z_]+|[(){}]", " ", line).strip().lower()


def _parsed(text: str) -> tuple[dict[str, str], dict[str, Card]]:
    """Values of the namelists by their names in lower case, and the cards."""
    values: dict[str, str] = {}
    cards: dict[str, Card] = {}
    card: Card | None = None
    in_namelist = False
    for line in text.split("\n"):
        clean = re.split(r"!" if in_namelist else r"[!#]", line, maxsplit=1)[0].strip().replace("\t", " ")
        words = clean.split()
        name = words[0].upper() if words else ""
        keyword = re.split(r"[({]", name)[0]
        if name.startswith("&"):
            in_namelist = name != "&END"
            clean = clean[len(name) :]
        if in_namelist:
            values |= {re.sub(r"\s", "", key).lower(): value.strip("'\"") for key, value in _ASSIGNMENT.findall(clean)}
            in_namelist = not clean.endswith("/")
        elif keyword in _CARDS:
            card = cards.setdefault(keyword, Card(card_unit(clean)))
        elif card is not None and words:
            card.rows.append(words)
    return values, cards


def _read(text: str, where: str) -> Record:
    values, cards = _parsed(text)
    if "ATOMIC_POSITIONS" not in cards:
        raise bad(where, "the card ATOMIC_POSITIONS is missing")
    if "space_group" in values or cards["ATOMIC_POSITIONS"].unit.split()[:1] == ["crystal_sg"]:
        raise CrystalError(f"{where}: positions by space group (crystal_sg) are not supported; list all atoms of the cell.",
                           kind="unsupported")  # fmt: skip
    ibrav_text = values.get("ibrav", "")
    if not re.fullmatch(r"[+-]?\d{1,3}", ibrav_text):
        raise bad(where, f"ibrav is '{ibrav_text[:20]}', not a whole number")
    given = {key: _value(text, key, where) for key, text in values.items()
             if re.fullmatch(r"celldm\([1-6]\)|[abc]|cosab|cosac|cosbc", key)}  # fmt: skip
    lattice, alat, notes = _lattice(int(ibrav_text), given, cards.get("CELL_PARAMETERS"), where)
    count = count_of(values.get("nat", ""), "nat", where)
    positions = cards["ATOMIC_POSITIONS"]
    if len(positions.rows) < count:
        raise bad(where, f"nat is {count}, and {len(positions.rows)} atoms are listed")
    declared = {words[0] for words in cards["ATOMIC_SPECIES"].rows} if "ATOMIC_SPECIES" in cards else set()
    species, at = [], []
    for words in positions.rows[:count]:
        if declared and words[0] not in declared:
            raise bad(where, f"the atom '{' '.join(words)[:40]}' is of a type that ATOMIC_SPECIES does not have")
        species.append(words[0])
        at.append(numbers([_quotient(word) for word in words[1:4]], 3, f"the atom '{' '.join(words)[:40]}'", where))
    unit = positions.unit.split()[0] if positions.unit else "alat"
    if unit == "crystal" and int(ibrav_text) == -13:
        notes.append("ibrav −13 has another first axis since version 6.5; the crystal coordinates are read as in 6.5.")
    scale = length_of(unit, alat, where)
    cartesian = unit != "crystal"
    return record(lattice, species, np.array(at).reshape(-1, 3) * scale, where=where, cartesian=cartesian, notes=notes)


def length_of(unit: str, alat: float, where: str) -> float:
    """Å of a unit of positions or vectors; 1 for crystal coordinates."""
    if unit not in ("alat", "bohr", "angstrom", "crystal"):
        raise bad(where, f"the unit '{unit[:20]}' is not known")
    if unit == "alat" and not alat:
        raise bad(where, "lengths are in units of alat, which is not given")
    return {"alat": alat, "bohr": BOHR, "angstrom": 1.0, "crystal": 1.0}[unit]


def _lattice(ibrav: int, given: Mapping[str, float], card: Card | None, where: str) -> tuple[Matrix, float, list[str]]:
    """Rows a, b, c in Å, the unit alat in Å (0.0 if there is none), and notes."""
    if ibrav != 0:
        cell = parameters(ibrav, given, where)
        notes = ["ibrav gives the cell; the card CELL_PARAMETERS is passed over, as in pw.x."] if card else []
        return primitive_vectors(ibrav, cell, where), cell.a, notes
    if card is None or len(card.rows) < 3:
        raise bad(where, "ibrav is 0, and the card CELL_PARAMETERS is missing or not whole")
    vectors = np.array([numbers(words, 3, "a vector of CELL_PARAMETERS", where) for words in card.rows[:3]])
    alat = given.get("celldm(1)", 0.0) * BOHR or given.get("a", 0.0)
    unit = card.unit.split("=")[0].split()[0] if card.unit else ""
    notes = []
    if not unit:
        unit = "alat" if alat else "bohr"
        notes.append(f"CELL_PARAMETERS states no unit; {unit} is taken, as in pw.x.")
    lattice = vectors * length_of(unit, alat, where)
    if unit != "alat":
        if alat:
            raise bad(where, f"CELL_PARAMETERS is in {unit}, so neither celldm(1) nor A may be given")
        alat = float(np.linalg.norm(lattice[0]))
    return lattice, alat, notes


def _value(text: str, name: str, where: str) -> float:
    return numbers([text], 1, name, where)[0]


def _quotient(word: str) -> str:
    """``0.3333333333333333`` for ``1/3``, which pw.x calculates; other words stay."""
    match = _QUOTIENT.match(word)
    return repr(number(match[1]) / number(match[2])) if match and number(match[2]) else word
