"""The described data set: a folder of crystals with their descriptions; a killed process leaves it intact.

``part-00000.jsonl``, ``part-00001.jsonl``, … hold one JSON object a line, in the order of the sources; full parts are compressed
to ``.jsonl.gz``. ``ahead.jsonl`` exists while a build runs or after it was interrupted: lines that were ready before their turn.
``about.json`` holds the sources of the crystals and the versions that described them. Written by :mod:`clics.dataset.writer`.
A line is

    {"key", "id", "formula", "source", "lattice", "numbers", "frac", "description": {…}, "crc"}   or
    {"key", "id", "formula", "source", "error": {"kind", "message"}, "crc"}

``key`` hashes id and structure, ``crc`` is the CRC-32 of the line without its last field. Readers ignore
incomplete and damaged lines; their crystals are described again.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from clics.dataset.crystal_rows import open_lines
from clics.errors import InputError, reason_of

FORMAT = 1
AHEAD = "ahead.jsonl"
_PART = re.compile(r"part-(\d{5})\.jsonl(\.gz)?")


def is_described(folder: Path) -> bool:
    """True if ``folder`` holds a described data set."""
    return (folder / "about.json").is_file()


def read_about(folder: Path) -> dict[str, Any]:
    """The metadata of a described data set.

    Raises:
        InputError: ``folder`` is none (kind ``bad-dataset``).
    """
    try:
        about: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise InputError(
                f"{folder} is a described data set of format {about['format']}; build it again.", kind="bad-dataset"
            )
    except (OSError, ValueError, KeyError) as error:
        message = f"{folder} is not a described data set ({reason_of(error)}); make one with 'clics dataset build'."
        raise InputError(message, kind="bad-dataset") from error
    return about


def read_lines(folder: Path) -> Iterator[dict[str, Any]]:
    """Every intact line of a described data set, one in memory at a time.

    A crystal may have several lines: it failed and was tried again, or a killed process left it in two files.
    """
    for part in parts(folder):
        yield from whole_lines(part)
    if (folder / AHEAD).exists():
        yield from whole_lines(folder / AHEAD)


def parts(folder: Path) -> list[Path]:
    """The parts in order; where a crash left a part both compressed and plain, the plain one, which is intact."""
    by_number: dict[str, Path] = {}
    for path in sorted(folder.iterdir(), reverse=True):
        if match := _PART.fullmatch(path.name):
            by_number[match.group(1)] = path
    return [by_number[number] for number in sorted(by_number)]


def whole_lines(part: Path) -> Iterator[dict[str, Any]]:
    """The intact lines of one part."""
    try:
        with open_lines(part) as lines:
            for line in lines:
                if (data := decode(line)) is not None:
                    yield data
    except (OSError, EOFError, zlib.error):
        return  # a truncated compressed part: the lines before are intact, the others are described again


def encode(data: Mapping[str, Any]) -> bytes:
    """One line with its checksum."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return body[:-1] + b',"crc":"%08x"}\n' % zlib.crc32(body)


def decode(line: bytes) -> dict[str, Any] | None:
    """The object of a line that :func:`encode` wrote; None where the line is incomplete or damaged."""
    head, mark, tail = line.rpartition(b',"crc":"')
    if not mark or len(tail) != 11 or tail[8:] != b'"}\n':
        return None
    body = head + b"}"
    if b"%08x" % zlib.crc32(body) != tail[:8]:
        return None
    data: dict[str, Any] = json.loads(body)
    return data
