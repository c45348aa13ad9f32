"""Ways of damaging a file. Each takes the random numbers of an item and the content, and gives another content.

A mutation is of one of three kinds. ``same``: the file says what it said before, in another dress. ``damage``: something is
broken, and what is read must be what an independent program reads. ``lie``: the file contradicts itself.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

Kind = Literal["same", "damage", "lie"]
_NUMBER = re.compile(rb"(?<![\w.+-])[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?![\w.])")
_INTEGER = re.compile(rb"(?<![\w.+-])\d+(?![\w.])")
_ODD_NUMBERS = (
    b"1e308", b"-1e308", b"1e-300", b"nan", b"NaN", b"inf", b"-inf", b"0", b"-0.0", b"-1", b"99999999999999999999", b"?",
    b".", b"", b"1e", b"0x10", b"1_000", b"1,5", b"1.2.3", b"(5)", b"\xc2\xb2", b"\xef\xbc\x91", b"\xd9\xa3", b"1d5",
)  # fmt: skip
_COUNTS = (b"0", b"-1", b"1000000000", b"99999999999999999999", b"2147483648", b"1e9", b"500001", b"7")
_CONTROL = (
    b"\x00",
    b"\x1b[31m",
    b"\x1b]0;x\x07",
    b"\x08",
    b"\x0c",
    b"\x7f",
    b"\xc2\x9b",
    b"\xe2\x80\xae",
    b"\r",
    b"\x1a",
)
_MANY = 100_000


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way of damaging a file."""

    name: str
    kind: Kind
    change: Callable[[Random, bytes], bytes]
    formats: tuple[str, ...] = ()
    suffix: str = ""


def _flip(chance: Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 5, 20])):
        if out:
            out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def _overwrite(chance: Random, data: bytes) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + chance.randbytes(chance.choice([1, 4, 64])) + data[start + chance.choice([0, 1, 4, 64]) :]


def _truncate(chance: Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _cut_out(chance: Random, data: bytes) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.randrange(1, 200) :]


def _on_lines(change: Callable[[Random, list[bytes]], list[bytes]]) -> Callable[[Random, bytes], bytes]:
    def changed(chance: Random, data: bytes) -> bytes:
        return b"\n".join(change(chance, data.split(b"\n")))

    return changed


def _double(chance: Random, lines: list[bytes]) -> list[bytes]:
    start = chance.randrange(len(lines))
    end = start + chance.choice([1, 1, 2, 5])
    return lines[:end] + lines[start:end] * chance.choice([1, 1, 3]) + lines[end:]


def _drop(chance: Random, lines: list[bytes]) -> list[bytes]:
    start = chance.randrange(len(lines))
    return lines[:start] + lines[start + chance.choice([1, 1, 2, 5]) :]


def _exchange_lines(chance: Random, lines: list[bytes]) -> list[bytes]:
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return lines


def _exchange_fields(chance: Random, lines: list[bytes]) -> list[bytes]:
    rows = [row for row, line in enumerate(lines) if len(line.split()) > 1]
    if rows:
        row = chance.choice(rows)
        fields = lines[row].split()
        one, two = chance.sample(range(len(fields)), 2)
        fields[one], fields[two] = fields[two], fields[one]
        lines[row] = b" ".join(fields)
    return lines


def _drop_field(chance: Random, lines: list[bytes]) -> list[bytes]:
    row = chance.randrange(len(lines))
    fields = lines[row].split()
    if fields:
        del fields[chance.randrange(len(fields))]
    lines[row] = b" ".join(fields)
    return lines


def _shift_column(chance: Random, lines: list[bytes]) -> list[bytes]:
    row = chance.randrange(len(lines))
    lines[row] = b" " * chance.randrange(1, 9) + lines[row].replace(b" ", b"", 1)
    return lines


def _replaced(pattern: re.Pattern[bytes], values: tuple[bytes, ...]) -> Callable[[Random, bytes], bytes]:
    def changed(chance: Random, data: bytes) -> bytes:
        places = list(pattern.finditer(data))
        for _ in range(chance.choice([1, 1, 3])):
            if places:
                place = places.pop(chance.randrange(len(places)))
                data = data[: place.start()] + chance.choice(values) + data[place.end() :]
                places = [other for other in places if other.end() < place.start()]
        return data

    return changed


def _insert(chance: Random, data: bytes) -> bytes:
    for _ in range(chance.choice([1, 3])):
        start = chance.randrange(len(data) + 1)
        data = data[:start] + chance.choice(_CONTROL) + data[start:]
    return data


def _nest(chance: Random, data: bytes) -> bytes:
    opening, closing = chance.choice(
        [(b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"(", b")"), (b"loop_\n", b"")]
    )
    depth = chance.choice([50, 2_000, _MANY])
    start = chance.choice([0, chance.randrange(len(data) + 1)])
    return data[:start] + opening * depth + b"1" + closing * depth + data[start:]


def _long_token(chance: Random, data: bytes) -> bytes:
    start = chance.randrange(len(data) + 1)
    return (
        data[:start]
        + chance.choice([b"A", b"9", b"'", b'"', b"-", b"_"]) * chance.choice([3_000, 1_000_000])
        + data[start:]
    )


def _blank(chance: Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    row = chance.randrange(len(lines) + 1)
    return b"\n".join(lines[:row] + [chance.choice([b"", b"   ", b"\t"])] * chance.choice([3, _MANY]) + lines[row:])


def _repeat(chance: Random, data: bytes) -> bytes:
    return (data + b"\n") * chance.choice([2, 3])


def _other_encoding(chance: Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(["utf-16", "utf-16-be", "utf-32", "utf-7", "cp037"]), "replace")


def _garbage(chance: Random, data: bytes) -> bytes:
    return chance.choice(
        [b"", b"\n", b" ", chance.randbytes(2_000), b"\x00" * 5_000, b"%PDF-1.4\n", b"<html></html>", data[:40]]
    )


def _bomb(chance: Random, data: bytes) -> bytes:
    # 200 MiB are beyond the limits of files that are read whole; those that are streamed take time in proportion
    return gzip.compress(data) + gzip.compress(b"\n" * (1 << 20), 9) * chance.choice([1, 4, 16, 200])


def _other_element(chance: Random, data: bytes) -> bytes:
    present = sorted(set(re.findall(rb"(?<![A-Za-z_])(?:Ti|Na|Cl|Ca|Sr|Mg|Al|Si|O|C)(?![a-z])", data)))
    if not present:
        return data
    old = chance.choice(present)
    places = [m.span() for m in re.finditer(rb"(?<![A-Za-z_])" + old + rb"(?![a-z])", data)]
    start, end = chance.choice(places)
    return data[:start] + chance.choice([b"K", b"Zr", b"S", b"F", b"Xx", b"D", b"Wat", b"VA"]) + data[end:]


def _cif_item(names: tuple[str, ...], values: Callable[[Random, bytes], bytes]) -> Callable[[Random, bytes], bytes]:
    """Another value of the first of these items that a CIF has."""
    patterns = [re.compile(rf"^({name}[ \t]+)('[^'\n]*'|\S+)".encode(), re.MULTILINE | re.IGNORECASE) for name in names]

    def changed(chance: Random, data: bytes) -> bytes:
        for pattern in patterns:
            if found := pattern.search(data):
                return data[: found.start(2)] + values(chance, found.group(2)) + data[found.end(2) :]
        return data

    return changed


def _one_of(*values: bytes) -> Callable[[Random, bytes], bytes]:
    return lambda chance, _old: chance.choice(values)


def _scaled(chance: Random, old: bytes) -> bytes:
    try:
        return b"%.4f" % (float(old.split(b"(")[0]) * chance.choice([0.5, 0.9, 1.1, 2.0]))
    except ValueError:
        return b"7.0"


_GROUP_NAMES = ("_symmetry_space_group_name_H-M", "_space_group_name_H-M_alt")
_ANGLES = ("_cell_angle_gamma", "_cell_angle_beta")
_LENGTHS = ("_cell_length_a", "_cell_length_b", "_cell_length_c")
_COMMON = (
    Mutation("line ends of Windows", "same", lambda _c, d: d.replace(b"\n", b"\r\n")),
    Mutation("byte order mark", "same", lambda _c, d: b"\xef\xbb\xbf" + d),
    Mutation("blanks at the end", "same", lambda c, d: d + b"\n \n" * c.choice([1, _MANY])),
    Mutation("blanks behind lines", "same", lambda _c, d: d.replace(b"\n", b"  \n")),
    Mutation("gzip", "same", lambda _c, d: gzip.compress(d), suffix=".gz"),
    Mutation("bzip2", "same", lambda _c, d: bz2.compress(d), suffix=".bz2"),
    Mutation("xz", "same", lambda _c, d: lzma.compress(d), suffix=".xz"),
    Mutation("bits flipped", "damage", _flip),
    Mutation("bytes overwritten", "damage", _overwrite),
    Mutation("truncated", "damage", _truncate),
    Mutation("piece cut out", "damage", _cut_out),
    Mutation("lines doubled", "damage", _on_lines(_double)),
    Mutation("lines dropped", "damage", _on_lines(_drop)),
    Mutation("lines exchanged", "damage", _on_lines(_exchange_lines)),
    Mutation("fields exchanged", "damage", _on_lines(_exchange_fields)),
    Mutation("field dropped", "damage", _on_lines(_drop_field)),
    Mutation("columns shifted", "damage", _on_lines(_shift_column)),
    Mutation("odd numbers", "damage", _replaced(_NUMBER, _ODD_NUMBERS)),
    Mutation("absurd counts", "damage", _replaced(_INTEGER, _COUNTS)),
    Mutation("control characters", "damage", _insert),
    Mutation("deep nesting", "damage", _nest),
    Mutation("long words", "damage", _long_token),
    Mutation("blank lines", "damage", _blank),
    Mutation("repeated", "damage", _repeat),
    Mutation("other encodings", "damage", _other_encoding),
    Mutation("no crystal at all", "damage", _garbage),
    Mutation("compression bomb", "damage", _bomb, suffix=".gz"),
    Mutation("truncated gzip", "damage", lambda c, d: _truncate(c, gzip.compress(d)), suffix=".gz"),
    Mutation("another element", "lie", _other_element),
)  # fmt: skip
_CIF = (
    Mutation(
        "another group number", "lie",
        _cif_item(("_symmetry_Int_Tables_number", "_space_group_IT_number"), _one_of(b"1", b"12", b"62", b"136", b"225", b"231")),
    ),
    Mutation(
        "another group name", "lie",
        _cif_item(_GROUP_NAMES, _one_of(b"'P 1'", b"'F m -3 m'", b"'P n m a'")),
    ),
    Mutation("another Z", "lie", _cif_item(("_cell_formula_units_Z",), _one_of(b"1", b"3", b"8", b"1000000"))),
    Mutation(
        "another formula", "lie",
        _cif_item(("_chemical_formula_sum",), _one_of(b"'Na1 Cl1'", b"'Ti2 O3'", b"'Ca1 Ti1 O4'", b"'H2 O1'")),
    ),
    Mutation("another volume", "lie", _cif_item(("_cell_volume",), _scaled)),
    Mutation("another cell", "lie", _cif_item(_LENGTHS, _scaled)),
    Mutation("another angle", "lie", _cif_item(_ANGLES, _one_of(b"60", b"120", b"80", b"0", b"180"))),
)  # fmt: skip
_CIF_NAMES = ("cif",)
MUTATIONS: tuple[Mutation, ...] = _COMMON + tuple(
    Mutation(m.name, m.kind, m.change, _CIF_NAMES, m.suffix) for m in _CIF
)


def mutations_of(format_name: str, *, binary: bool) -> list[Mutation]:
    """The mutations that make sense for a format."""
    fitting = [m for m in MUTATIONS if not m.formats or format_name in m.formats]
    if binary:  # another line end is damage to a binary file
        return [m for m in fitting if m.kind != "same" or m.suffix]
    return fitting
