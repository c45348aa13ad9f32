"""One file to its crystals, in whatever process this runs: format, decompression, archive members, blocks, checks.

The events tell where the reading stands, so that another process can go on behind what killed this one.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from clics.crystals.check import check_geometry
from clics.errors import CrystalError, reason_of
from clics.plain_text import name as plain_name
from clics.readers import archives, formats
from clics.readers.decode_text import decode, looks_binary
from clics.readers.decompress import read_all, unpacked
from clics.readers.foreign import looks_like
from clics.readers.record import Record, Step
from clics.readers.registry import format_named, supported

MAX_SITES = 100_000  # what can still be shown; the model takes far fewer
_HEAD = 65536

Position = tuple[int, int]  # (member of the archive, block of the member); plain files are member 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a position: ``outcome`` None means that its parsing begins now.

    A block of −1 is the member as a whole (opening it, listing its blocks).
    """

    position: Position
    source: str
    block: str
    outcome: Record | CrystalError | None = None


def read_file(path: str, start: Position = (0, 0)) -> Iterator[Event]:
    """All crystals and refusals of a file from ``start`` on; raises nothing but MemoryError."""
    try:
        with _named_errors(path), open(path, "rb") as raw:
            yield from _read(raw, path, start)
    except CrystalError as error:
        yield Event((0, -1), path, "", error)


@contextlib.contextmanager
def _named_errors(where: str) -> Iterator[None]:
    """Whatever else a parser or the system fails with becomes a CrystalError.

    MemoryError is left to the caller; NameError and ImportError are faults of the program and not of the file.
    """
    try:
        yield
    except (CrystalError, MemoryError, NameError, ImportError):
        raise
    except OSError as error:
        text = f"{where}: the file cannot be read ({error.strerror or error})."
        raise CrystalError(text, kind="unreadable") from error
    except Exception as error:
        text = f"{where}: it could not be read ({reason_of(error)})."
        raise CrystalError(text, kind="not-a-crystal") from error


def _read(raw: BinaryIO, path: str, start: Position) -> Iterator[Event]:
    yield Event((0, -1), path, "")
    head = raw.read(_HEAD)
    if not head:
        raise CrystalError(f"{path}: the file is empty.", kind="empty")
    raw.seek(0)
    compression = formats.compression_of(head)
    if compression:
        head = unpacked(raw, compression, where=path).read(_HEAD)
        raw.seek(0)
    kind = _kind(os.path.basename(path), head, path)
    if kind in formats.ARCHIVES:
        is_zip = kind == "zip"
        members = (
            archives.zip_members(raw, where=path) if is_zip else archives.tar_members(raw, compression, where=path)
        )
        yield from _read_members(members, path, start)
    elif start[0] == 0:
        stream = unpacked(raw, compression, where=path)
        yield from _read_blocks(stream, kind, path, 0, start[1])


def _kind(name: str, head: bytes, where: str) -> str:
    by_name, by_content = formats.by_name(name)[0], formats.by_content(head)
    if formats.overrules(by_content, by_name):
        return by_content
    if kind := by_name or by_content:
        return kind
    binary = looks_binary(head)
    named = looks_like(head) or ("binary data, not a crystal" if binary else "no format that is known")
    raise CrystalError(
        f"{where}: this is {named}. Supported: {supported()}.", kind="binary" if binary else "unsupported"
    )


def _read_members(members: Iterator[archives.Member | CrystalError], path: str, start: Position) -> Iterator[Event]:
    found_any = False
    for number, member in enumerate(members):
        if number < start[0]:
            found_any = True
            continue
        if isinstance(member, CrystalError):
            yield Event((number, -1), member.message.split(": ")[0], "", member)
            found_any = True
            continue
        kind, compression = formats.by_name(member.name.rsplit("/", 1)[-1])
        if not kind and not compression and formats.is_doubtful(member.name):
            kind = formats.by_content(member.stream.peek(_HEAD)[:_HEAD])
        source = f"{path}!{plain_name(member.name)}"
        if not kind:
            continue
        found_any = True
        yield Event((number, -1), source, "")
        try:
            if kind in formats.ARCHIVES:
                raise CrystalError(f"{source}: an archive inside an archive; unpack it first.", kind="unsupported")
            stream = member.stream
            if compression:
                stream = unpacked(io.BytesIO(read_all(stream, where=source)), compression, where=source)
            with _named_errors(source):
                yield from _read_blocks(stream, kind, source, number, start[1] if number == start[0] else 0)
        except CrystalError as error:
            yield Event((number, -1), source, "", error)
            if error.kind == "archive-too-large":
                return
    if not found_any:
        raise CrystalError(f"{path}: the archive holds no file that is supported ({supported()}).",
                           kind="no-crystals")  # fmt: skip


def _read_blocks(stream: io.BufferedReader, kind: str, source: str, member: int, skip: int) -> Iterator[Event]:
    for number, step in enumerate(_steps(stream, kind, source)):
        if number < skip:
            continue
        block = plain_name(step.block)
        yield Event((member, number), source, block)
        yield Event((member, number), source, block, _outcome(step, source))


def _steps(stream: io.BufferedReader, kind: str, source: str) -> Iterator[Step]:
    row = format_named(kind)
    if row.handing == "lines":
        yield from row.read(stream, where=source)
        return
    if row.handing == "bytes":
        yield from row.read(read_all(stream, where=source), where=source)
        return
    text, notes = decode(read_all(stream, where=source), where=source, strict=row.handing == "strict text")
    for step in row.read(text, where=source):
        yield Step(step.block, lambda parse=step.parse: _with_notes(parse(), notes))  # type: ignore[misc]


def _with_notes(record: Record, notes: list[str]) -> Record:
    record.warnings = notes + record.warnings
    return record


def _outcome(step: Step, source: str) -> Record | CrystalError:
    where = f"{source} [{plain_name(step.block)}]" if step.block else source
    try:
        with _named_errors(where):
            record = step.parse()
        if len(record.sites) > MAX_SITES:
            raise CrystalError(f"{where}: {len(record.sites)} sites are more than {MAX_SITES}.", kind="too-large")
        occupancies = np.array([sum(share for _, share in site) for site in record.sites], dtype=float)
        lattice, coords = np.array(record.lattice, dtype=float), np.array(record.coords, dtype=float).reshape(-1, 3)
        notes = check_geometry(lattice, coords, occupancies, where=where)
    except CrystalError as error:
        return error
    record.name = plain_name(record.name)
    record.warnings = list(dict.fromkeys(record.warnings + notes))
    return record
