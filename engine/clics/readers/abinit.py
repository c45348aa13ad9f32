"""Input of ABINIT: the variables of the cell and of the atoms (ABINIT documentation, "basic input variables")."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np

from clics.errors import CrystalError
from clics.readers.assemble import BOHR, Matrix, bad, cell_of_parameters, count_of, record, symbol_of_number
from clics.readers.decode_text import number
from clics.readers.record import Record, Step

_NEEDED = (re.compile(r"^[ \t]*znucl[ \t=]", re.MULTILINE | re.IGNORECASE),
           re.compile(r"^[ \t]*(?:typat|natom)[ \t=]", re.MULTILINE | re.IGNORECASE))  # fmt: skip
_GEOMETRY = ("acell", "rprim", "angdeg", "natom", "ntypat", "typat", "znucl", "xred", "xcart", "xangst", "scalecart")
_FOR_DATASET = re.compile(rf"^({'|'.join(_GEOMETRY)})([\d?]*[:+*?]|\d+)$")
_ELSEWHERE = ("xyzfile", "structure", "getxred", "getcell", "spgroup", "spgroupma", "nobj", "natrd", "npsp", "nimage")
_TOKEN = re.compile(r"-?sqrt\([^)\s]*\)|\"[^\"\n]*\"|'[^'\n]*'|[^\s=,]+")
_NAME = re.compile(r"^[a-z_][a-z_0-9]*[?:+*\d]*$")
_LENGTHS = {"angstr": 1.0, "angstrom": 1.0, "angstroms": 1.0, "ang": 1.0, "bohr": BOHR, "bohrs": BOHR, "au": BOHR,
            "nm": 10.0, "nanometer": 10.0, "nanometers": 10.0}  # fmt: skip
MAX_ATOMS = 10_000_000


def is_abinit(_head: bytes, text: str) -> bool:
    """True where variables of ABINIT begin lines."""
    return all(pattern.search(text) for pattern in _NEEDED)


def abinit_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of an input."""
    yield Step("", lambda: _read(text, where))


def _variables(text: str, where: str) -> dict[str, list[str]]:
    variables: dict[str, list[str]] = {}
    values: list[str] = []
    for line in text.lower().split("\n"):
        for token in _TOKEN.findall(re.split(r"[#!]", line, maxsplit=1)[0]):
            if _NAME.match(token) and token not in _LENGTHS:
                if match := _FOR_DATASET.match(token):
                    raise CrystalError(
                        f"{where}: {token} gives each data set a {match[1]} of its own, which is not supported; write the "
                        "structure that you mean into a file of its own.", kind="unsupported")  # fmt: skip
                if token in variables and token in _GEOMETRY:
                    raise bad(where, f"{token} is given twice")
                values = variables.setdefault(token, [])
            else:
                values.append(token)
    return variables


def _read(text: str, where: str) -> Record:
    variables = _variables(text, where)
    for name in _GEOMETRY:
        if name in variables and not variables[name]:
            raise bad(where, f"{name} has no value")
    for name in _ELSEWHERE:
        words = variables.get(name)
        if words and words not in (["0"], ["1"]):
            raise CrystalError(f"{where}: the structure depends on {name}, which is not supported; list cell and atoms.",
                               kind="unsupported")  # fmt: skip
    count = count_of((variables.get("natom") or ["1"])[0], "natom", where)
    if not 0 < count <= MAX_ATOMS:
        raise bad(where, f"natom is {count}")
    if "natom" not in variables and len(variables.get("typat") or ()) > 1:
        raise bad(where, f"natom is not stated, and typat has {len(variables['typat'])} types")
    charges = _values(variables, "znucl", where)
    if not all(charge.is_integer() for charge in charges):
        raise CrystalError(
            f"{where}: znucl {charges} has parts of elements, which are not supported.", kind="unsupported"
        )
    types = _values(variables, "typat", where, most=count) or ([1.0] if count == 1 else [])
    if len(types) < count:
        raise bad(where, f"typat has {len(types)} of {count} types")
    if not all(1 <= kind <= len(charges) and kind.is_integer() for kind in types[:count]):
        raise bad(where, f"typat names a type that none of the {len(charges)} znucl belongs to")
    elements = [symbol_of_number(int(charge), where) for charge in charges]
    species = [elements[int(kind) - 1] for kind in types[:count]]
    lattice = _lattice(variables, where)
    given = [name for name in ("xred", "xcart", "xangst") if name in variables]
    if len(given) > 1 or (not given and count > 1):
        raise bad(where, f"there should be one of xred, xcart and xangst, not {' and '.join(given) or 'none'}")
    name = given[0] if given else "xred"
    unit = {"xred": 1.0, "xcart": _unit(variables, "xcart"), "xangst": 1.0}[name]
    at = _values(variables, name, where, most=3 * count) or [0.0, 0.0, 0.0]
    if len(at) < 3 * count:
        raise bad(where, f"{name} has {len(at)} of {3 * count} numbers")
    positions = np.array(at[: 3 * count]).reshape(-1, 3) * unit
    return record(lattice, species, positions, where=where, cartesian=name != "xred")


def _lattice(variables: dict[str, list[str]], where: str) -> Matrix:
    """Rows of the primitive vectors in Å: ``rprim`` or ``angdeg``, each times its length of ``acell``."""
    lengths = np.array(_three(variables, "acell", where) or [1.0, 1.0, 1.0]) * _unit(variables, "acell")
    if "rprim" in variables and "angdeg" in variables:
        raise bad(where, "the cell is given twice (rprim and angdeg)")
    if angles := _three(variables, "angdeg", where):
        vectors = _from_angles(angles, where)
    else:
        nine = _values(variables, "rprim", where) or [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]
        if len(nine) < 9:
            raise bad(where, f"rprim has {len(nine)} of 9 numbers")
        vectors = np.array(nine[:9]).reshape(3, 3)
    stretch = np.array(_three(variables, "scalecart", where) or [1.0, 1.0, 1.0])
    return np.asarray(vectors * lengths[:, None] * stretch, dtype=float)


def _from_angles(angles: list[float], where: str) -> Matrix:
    """Vectors of unit length; of three equal angles that are not right, the threefold axis lies along z."""
    if len(set(angles)) > 1 or angles[0] == 90.0:
        return cell_of_parameters([1.0, 1.0, 1.0, *angles], where)
    if not 0.0 < angles[0] < 120.0:
        raise bad(where, f"three angles of {angles[0]:g}° span no cell")
    across = math.sqrt((1 - math.cos(math.radians(angles[0]))) * 2 / 3)
    along = math.sqrt(1 - across**2)
    return np.array([
        [across, 0.0, along],
        [-across / 2, across * math.sqrt(0.75), along],
        [-across / 2, -across * math.sqrt(0.75), along],
    ])  # fmt: skip


def _unit(variables: dict[str, list[str]], name: str) -> float:
    """Å of the unit of length behind the values of a variable; Bohr where none is given."""
    return next((_LENGTHS[word] for word in variables.get(name, []) if word in _LENGTHS), BOHR)


def _three(variables: dict[str, list[str]], name: str, where: str) -> list[float]:
    values = _values(variables, name, where)
    if values and len(values) < 3:
        raise bad(where, f"{name} has {len(values)} of 3 numbers")
    return values[:3]


def _values(variables: dict[str, list[str]], name: str, where: str, most: int = 1000) -> list[float]:
    """The numbers of a variable; ``2*0.5`` stands for two, ``*0.5`` for as many as are needed."""
    numbers: list[float] = []
    for word in variables.get(name, []):
        if word in _LENGTHS:
            continue
        times, star, value = word.rpartition("*")
        repeat = 1 if not star else most if not times else int(times) if times.isdecimal() and len(times) < 10 else -1
        if repeat < 0:
            raise bad(where, f"{name} has '{word[:30]}', which is no number")
        numbers += [_number(value, name, where)] * min(repeat, most)
    return numbers


def _number(word: str, name: str, where: str) -> float:
    sign, text = (-1.0, word[1:]) if word.startswith("-") else (1.0, word)
    try:
        if text.startswith("sqrt(") and text.endswith(")"):
            return sign * math.sqrt(_plain(text[5:-1]))
        return sign * _plain(text)
    except (ValueError, ZeroDivisionError) as error:
        raise bad(where, f"{name} has '{word[:30]}', which is no number") from error


def _plain(text: str) -> float:
    upper, slash, lower = text.partition("/")
    return number(upper) / number(lower) if slash else number(upper)
