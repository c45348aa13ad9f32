"""Elements of atoms that have a label and no element symbol: all readings of the labels, the likeliest first.

``HO1`` in a list of capitals is holmium or hydrogen, ``CA1`` calcium or carbon. The sum formula of the file decides; without it
the first two letters count, unless they give distances that no crystal has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, product

from clics.crystals.atom_symbols import GROUP, NEVER_IN_LABELS, SYMBOLS
from clics.readers.cif_formula import Formula

_LETTERS = re.compile(r"^[A-Za-z]+")
_MOST = 256
_UNLIKELY = frozenset("Ho He Hf Hg Os No Np Ne Cm Cf Cs Cd Ce Nd Po Pa Pu".split())  # noqa: SIM905 - shorter
"""Elements for whose symbol in capitals one looks twice: the first letter is that of a commoner one, H, C, N, O or P."""


def choices(labels: Sequence[str], formula: Formula | None) -> list[dict[str, str]]:
    """The readings of labels: for each, letters at the start of a label → element; letters that are clear are left out.

    Args:
        labels: Of the atoms without element symbol.
        formula: The sum formula of the block.
    """
    options = {stem: _options(stem) for stem in dict.fromkeys(map(stem_of, labels))}
    if formula is None:
        open_stems = {stem: each for stem, each in options.items() if len(each) > 1 and stem.isupper()}
    else:
        open_stems = {}
        for stem, each in options.items():
            named = [symbol for symbol in each if symbol in formula.counts]
            if named and (len(each) > 1 or named != each):
                open_stems[stem] = named
    readings = [dict(zip(open_stems, each, strict=True)) for each in islice(product(*open_stems.values()), _MOST)]
    if formula is None:
        return readings[:16]
    clear = {each[0] for stem, each in options.items() if stem not in open_stems and each}
    wanted = set(formula.counts)

    def missing(reading: dict[str, str]) -> int:
        return len(wanted - clear - set(reading.values()))

    return sorted(readings, key=missing)[:16]


def stem_of(label: str) -> str:
    """The letters at the start of a label; "" for what begins otherwise, or names a molecule (``OH``, ``Wat``)."""
    match = _LETTERS.match(label.strip())
    return "" if match is None or GROUP.match(label.strip()) else match[0]


def notes_of(reading: dict[str, str], formula: Formula | None) -> list[str]:
    """What must be said of a reading."""
    notes = []
    for stem, symbol in reading.items():
        first, *others = _options(stem)
        named = f"atom labels '{stem[:20]}…' are read as {symbol}"
        if formula is not None and symbol != first:
            notes.append(f"{named} and not as {first}, by the formula of the file.")
        elif formula is None and others and (symbol in _UNLIKELY or symbol != first):
            other = others[0] if symbol == first else first
            notes.append(f"{named}; {other} is possible too: give the element symbols (_atom_site_type_symbol).")
    return notes


def _options(stem: str) -> list[str]:
    """The elements that letters can begin with, two letters first."""
    found = [stem[:length].capitalize() for length in (2, 1) if len(stem) >= length]
    symbols = [symbol for symbol in found if symbol in SYMBOLS - NEVER_IN_LABELS]
    return symbols or (["H"] if stem[:1].upper() in ("D", "T") else [])
