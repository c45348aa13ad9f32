"""The described data set: a folder of crystals with their descriptions that survives ``kill -9`` at any moment.

``part-00000.jsonl``, ``part-00001.jsonl``, … hold one JSON object a line, appended by one process; full parts are
packed to
``.jsonl.gz``. ``about.json`` says where the crystals come from and which versions described them. A line is

    {"key", "id", "formula", "source", "lattice", "numbers", "frac", "description": {…}, "crc"}   or
    {"key", "id", "formula", "source", "error": {"kind", "message"}, "crc"}

``key`` hashes id and structure, ``crc`` is the CRC-32 of the line without its last field. A line that was torn or
damaged is not there for any reader, and its crystal is done again.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.dataset.lock import FolderLock
from engine.dataset.rows import open_lines
from engine.errors import InputError

FORMAT = 1
_LINES_PER_PART = 2000
_PART = re.compile(r"part-(\d{5})\.jsonl(\.gz)?")


def is_described(folder: Path) -> bool:
    """Whether ``folder`` holds a described data set."""
    return (folder / "about.json").is_file()


def read_about(folder: Path) -> dict[str, Any]:
    """What a described data set says of itself.

    Raises :class:`~engine.errors.InputError` (kind ``bad-dataset``) where ``folder`` is none.
    """
    try:
        about: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise InputError(
                f"{folder} is a described data set of format {about['format']}; build it again.", kind="bad-dataset"
            )
    except (OSError, ValueError, KeyError) as error:
        message = f"{folder} is not a described data set ({error}); make one with 'clics dataset build'."
        raise InputError(message, kind="bad-dataset") from error
    return about


def read_lines(folder: Path) -> Iterator[dict[str, Any]]:
    """Every whole line of a described data set, one in memory at a time; torn and damaged ones are left out."""
    for part in _parts(folder):
        yield from _whole_lines(part)


def _parts(folder: Path) -> list[Path]:
    """The parts in order; where a crash left a part both packed and plain, the plain one, which is still whole."""
    by_number: dict[str, Path] = {}
    for path in sorted(folder.iterdir(), reverse=True):
        if match := _PART.fullmatch(path.name):
            by_number[match.group(1)] = path
    return [by_number[number] for number in sorted(by_number)]


def _whole_lines(part: Path) -> Iterator[dict[str, Any]]:
    try:
        with open_lines(part) as lines:
            for line in lines:
                if (data := decode(line)) is not None:
                    yield data
    except (OSError, EOFError, zlib.error):
        return  # a packed part that was cut: what came before was whole, the rest is done again


def encode(data: Mapping[str, Any]) -> bytes:
    """One line with its checksum."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return body[:-1] + b',"crc":"%08x"}\n' % zlib.crc32(body)


def decode(line: bytes) -> dict[str, Any] | None:
    """The object of a line that :func:`encode` wrote, or None where the line was torn or damaged."""
    head, mark, tail = line.rpartition(b',"crc":"')
    if not mark or len(tail) != 11 or tail[8:] != b'"}\n':
        return None
    body = head + b"}"
    if b"%08x" % zlib.crc32(body) != tail[:8]:
        return None
    data: dict[str, Any] = json.loads(body)
    return data


class DescribedWriter:
    """Appends to a described data set; one at a time (an operating-system lock), safe against ``kill -9``.

    Knows which crystals are done by 16 bytes of hash each.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FolderLock(folder)
        try:
            self._folder = folder
            self._open_about(about)
            for plain in folder.glob("part-*.jsonl"):
                _drop_torn_end(plain)
            self._done: dict[bytes, bool] = {}
            for line in read_lines(folder):
                self._note(line)
            parts = _parts(folder)
            for full in parts[:-1]:
                _compress(full)
            self._number = int(parts[-1].name[5:10]) + (parts[-1].suffix == ".gz") if parts else 0
            self._file = self._part.open("ab")
            self._lines = sum(1 for _ in _whole_lines(self._part))
        except BaseException:
            self._lock.release()
            raise

    @property
    def _part(self) -> Path:
        return self._folder / f"part-{self._number:05d}.jsonl"

    def _open_about(self, about: Mapping[str, Any]) -> None:
        path = self._folder / "about.json"
        if path.exists():
            old = read_about(self._folder)
            versions = old["versions"] + [v for v in about["versions"] if v not in old["versions"]]
            sources = old["sources"] + [s for s in about["sources"] if s not in old["sources"]]
            about = {
                **old,
                "versions": versions,
                "sources": sources,
                "licence": about.get("licence") or old.get("licence"),
            }
        part = path.with_suffix(".part")
        part.write_text(json.dumps({"format": FORMAT, **about}, indent=1), encoding="utf-8")
        part.replace(path)

    def is_done(self, key: str, *, retry_failed: bool = False) -> bool:
        """Whether a crystal is there; with ``retry_failed``, whether it is there and was described."""
        described = self._done.get(bytes.fromhex(key))
        return described is not None and (described or not retry_failed)

    def _note(self, line: Mapping[str, Any]) -> None:
        key = bytes.fromhex(line["key"])
        self._done[key] = self._done.get(key, False) or "error" not in line

    def append(self, data: Mapping[str, Any]) -> None:
        """Write one line; the operating system has it when this returns, so that a killed program does not lose it."""
        self._file.write(encode(data))
        self._file.flush()
        self._note(data)
        self._lines += 1
        if self._lines >= _LINES_PER_PART:
            self._file.close()
            _compress(self._part)
            self._number += 1
            self._lines = 0
            self._file = self._part.open("ab")

    def close(self) -> None:
        """Bring everything to the disk and let others write."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        self._lock.release()

    def __enter__(self) -> DescribedWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _drop_torn_end(part: Path) -> None:
    """Cut a last line without its end, so that the next line begins on its own."""
    with part.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        keep = size
        while keep > 0:
            start = max(0, keep - 65536)
            file.seek(start)
            newline = file.read(keep - start).rfind(b"\n")
            if newline >= 0:
                keep = start + newline + 1
                break
            keep = start
        if keep != size:
            file.truncate(keep)


def _compress(part: Path) -> None:
    """Replace a full part by its packed form, whole or not at all."""
    if part.suffix == ".gz":
        return
    packed, temporary = part.with_name(part.name + ".gz"), part.with_name(part.name + ".tmp")
    with temporary.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        file.write(part.read_bytes())
    temporary.replace(packed)
    part.unlink()
