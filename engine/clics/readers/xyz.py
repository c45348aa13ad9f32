"""Extended XYZ: every frame, periodic ones only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import numpy as np

from clics.crystals.atom_symbols import element_symbol
from clics.errors import CrystalError
from clics.readers.assemble import symbol_of_number
from clics.readers.decode_text import ends_within_number, number, truncated
from clics.readers.record import Record, Step, fractional
from clics.readers.site_labels import with_labels

_WIDTHS = {"S", "R", "I", "L"}
_DELIMITERS = {"'": "'", '"': '"', "{": "}", "[": "]"}
_LABELS = ("label", "labels", "site_label", "atom_label", "atomname", "name", "names")
"""Columns of labels, as programs name them."""
_FALSE = frozenset({"F", "false", "False", "FALSE", "0"})


def is_xyz(_head: bytes, text: str) -> bool:
    """True where the first line is a count of atoms."""
    return text.partition("\n")[0].strip().isdecimal()


def xyz_steps(text: str, *, where: str) -> Iterator[Step]:
    """One step a frame, named ``1``, ``2``, … A frame without a count of atoms ends the file with an error."""
    lines = text.split("\n")
    cut = ends_within_number(text)
    row, frame = 0, 1
    several = False
    while row < len(lines):
        if not lines[row].strip():
            row += 1
            continue
        word = lines[row].strip()
        if not (word.isdecimal() and len(word) < 10):
            yield Step(str(frame), partial(_no_count, where, row + 1, word))
            return
        end = row + 2 + int(word)
        several = several or any(line.strip() for line in lines[end : end + 100])
        last = end >= len(lines)
        yield Step(str(frame), partial(read_frame, lines[row:end], alone=not several, cut=cut and last, where=where))
        row, frame = end, frame + 1


def _no_count(where: str, line: int, word: str) -> Record:
    raise CrystalError(f"{where}: line {line} should be the number of atoms, not '{word[:30]}'.", kind="bad-xyz")


def read_frame(lines: list[str], *, alone: bool, cut: bool, where: str) -> Record:
    """Parse one frame: count, ``Lattice="…" Properties=…``, atoms (https://github.com/libAtoms/extxyz).

    Raises CrystalError: ``no-cell`` without a lattice, ``truncated``, ``bad-xyz``, ``unknown-element``.
    """
    count = int(lines[0])
    if len(lines) < 2 or sum(1 for line in lines[2:] if line.strip()) < count or cut:
        raise truncated(where, f"not all of the {count} atoms are there")
    info = key_values(lines[1])
    stated = info.get("Lattice", info.get("lattice"))
    if stated is None:
        raise CrystalError(f'{where}: there is no Lattice="…"; only periodic crystals can be read.', kind="no-cell")
    words = _words(stated)
    try:
        lattice = np.array([number(word) for word in words])
    except ValueError as error:
        raise CrystalError(f"{where}: the Lattice of the frame is not numbers.", kind="bad-xyz") from error
    if lattice.size not in (3, 9):
        raise CrystalError(f"{where}: the Lattice has {lattice.size} numbers instead of 9.", kind="bad-xyz")
    # The nine numbers are a, b and c, one after the other, also as rows of a matrix; three are the edges of a box.
    lattice = lattice.reshape(3, 3) if lattice.size == 9 else np.diag(lattice)
    warnings: list[str] = []
    if _FALSE.intersection(_words(info.get("pbc", ""))):
        warnings.append("not periodic in all directions (pbc); it is read as a crystal of its whole cell.")
    for key in ("Lattice", "Properties", "pbc"):
        if len(re.findall(rf"(?<![\w\"']){key}\s*=", lines[1], re.IGNORECASE)) > 1:
            warnings.append(f"{key} is given twice; the last one is taken.")
    symbol_at, position_at, label_at, width = _columns(info.get("Properties", "species:S:1:pos:R:3"), where)
    symbols, labels, positions = [], [], np.empty((count, 3))
    for atom, line in enumerate(lines[2:]):
        words = line.split()
        if len(words) < width:
            raise CrystalError(f"{where}: atom {atom + 1} has {len(words)} of {width} columns.", kind="bad-xyz")
        word = words[symbol_at]
        symbol, note = (
            (symbol_of_number(int(word[:4]), where), "") if word.isdecimal() else element_symbol(word, where=where)
        )
        symbols.append(symbol)
        labels.append([word if label_at is None and not word.isdecimal() else words[label_at or 0]])
        warnings += [note] if note and note not in warnings else []
        try:
            positions[atom] = [number(word) for word in words[position_at : position_at + 3]]
        except ValueError as error:
            raise CrystalError(f"{where}: atom {atom + 1} has no three numbers for its position.",
                               kind="bad-xyz") from error  # fmt: skip
    found = Record(lattice.tolist(), [[(symbol, 1.0)] for symbol in symbols],
                   fractional(lattice, positions, where=where), alone=alone, warnings=warnings)  # fmt: skip
    return with_labels(found, labels)


def key_values(comment: str) -> dict[str, str]:
    """Split the comment line of a frame into its ``key=value`` pairs.

    Args:
        comment: As extended XYZ has it: values may stand in quotes, braces or brackets, a backslash keeps the next
            character as it is, and a key without a value means true.

    Returns:
        The values by their keys, without what delimits them (nor the brackets of rows); the last of a repeated key.
    """
    values: dict[str, str] = {}
    key, parts, inside, closing, escaped, depth = "", [""], False, "", False, 0
    for letter in [*comment.strip(), " "]:
        if escaped:
            parts[-1] += letter
            escaped = False
        elif letter == "\\":
            escaped = True
        elif closing:
            depth += (letter == "[") - (letter == "]") if closing == "]" else -(letter == closing)
            closing = closing if depth else ""
            parts[-1] += letter if closing and (letter not in "[]" or closing != "]") else ""
        elif letter in _DELIMITERS:
            closing, inside, depth = _DELIMITERS[letter], True, 1
        elif letter.isspace():
            if parts[-1] or inside:  # else the blank stands before a key, or behind its equals sign
                key = parts[0]
                values[key] = "=".join(parts[1:]) if len(parts) > 1 else "T"
                parts, inside = [""], False
        elif letter == "=":
            parts = [*(parts if parts != [""] else [key]), ""]
        else:
            parts[-1] += letter
    return values


def _words(value: str) -> list[str]:
    return value.replace(",", " ").split()


def _columns(properties: str, where: str) -> tuple[int, int, int | None, int]:
    """First column of the species, the position and the label (None for none), and the number of columns of an atom."""
    fields = properties.split(":")
    start, columns = 0, {}
    for name, kind, width in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
        if kind not in _WIDTHS or not (width.isdecimal() and 0 < int(width) < 1000):
            break
        columns[name.lower()] = start
        start += int(width)
    else:
        symbols = next((columns[name] for name in ("species", "z", "element", "symbol") if name in columns), None)
        if symbols is not None and "pos" in columns:
            label = next((columns[name] for name in _LABELS if name in columns), None)
            return symbols, columns["pos"], label, start
    raise CrystalError(f"{where}: 'Properties={properties[:60]}' names no species and pos.", kind="bad-xyz")
