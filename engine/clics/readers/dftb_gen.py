"""``.gen`` of DFTB+ (DFTB+ manual, appendix "The gen format")."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from clics.readers.assemble import bad, count_of, no_cell, numbers, record
from clics.readers.decode_text import truncated
from clics.readers.record import Record, Step

_HEAD = re.compile(r"\A(?:[ \t]*#.*\n|[ \t]*\n)*[ \t]*\d+[ \t]+[CcSsFfHh][ \t]*(?:#.*)?\n[ \t]*[A-Za-z]")


def is_gen(_head: bytes, text: str) -> bool:
    """True where a count and a letter of C, S, F, H stand above the names of the species."""
    return bool(_HEAD.match(text))


def gen_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of a gen file."""
    yield Step("", lambda: _read(text, where))


def _read(text: str, where: str) -> Record:
    rows = [words for line in text.split("\n") if (words := line.partition("#")[0].split())]
    if len(rows) < 2 or len(rows[0]) < 2:
        raise bad(where, "the first line should be the number of atoms and one of C, S, F")
    count, mode, names = count_of(rows[0][0], "the number of atoms", where), rows[0][1].upper(), rows[1]
    if mode in ("C", "H"):
        what = "a cluster (C)" if mode == "C" else "a helical structure (H)"
        raise no_cell(where, f"this is {what} without a unit cell")
    if mode not in ("S", "F"):
        raise bad(where, f"'{rows[0][1][:10]}' in the first line is none of C, S, F, H")
    if len(rows) < 2 + count + 4:
        raise truncated(where, f"{len(rows) - 2} of {count + 4} lines of atoms and cell")
    species, positions = [], []
    for atom, words in enumerate(rows[2 : 2 + count], start=1):
        number_of_species = count_of(words[1], f"the species of atom {atom}", where) if len(words) > 1 else 0
        if not 1 <= number_of_species <= len(names):
            raise bad(where, f"atom {atom} has species {number_of_species}; {len(names)} are named")
        species.append(names[number_of_species - 1])
        positions.append(numbers(words[2:], 3, f"atom {atom}", where))
    lattice = np.array([numbers(words, 3, "a lattice vector", where) for words in rows[3 + count : 6 + count]])
    return record(lattice, species, np.array(positions), where=where, cartesian=mode == "S")
