"""Files to read, from the names of files and folders."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from clics.errors import CrystalError
from clics.readers import formats
from clics.readers.calculations import Calculation, calculations
from clics.readers.decompress import unpacked
from clics.readers.registry import supported

_HEAD = 65536


def files_of(paths: Iterable[str | Path]) -> Iterator[str | tuple[str, CrystalError]]:
    """The files to read, as :func:`entries_of`; of each calculation the first."""
    for entry in entries_of(paths):
        yield entry.paths[0] if isinstance(entry, Calculation) else entry


def entries_of(paths: Iterable[str | Path]) -> Iterator[str | Calculation | tuple[str, CrystalError]]:
    """The files to read, in order; folders recursively, by name. What cannot be read comes with its error.

    In folders, the files of one calculation come together, hidden files and files of other types are left out
    (:func:`left_out`), and links are followed, each folder once. A folder without any file to read is an error. Files
    that are named themselves are read as they are.
    """
    for given in paths:
        path = os.fspath(given)
        if os.path.isdir(path):
            found = False
            for entry in _walk(path, set(), []):
                found = True
                yield entry
            if not found:
                message = f"{path}: the folder holds no file that is supported ({supported()})."
                yield path, CrystalError(message, kind="no-crystals")
        elif not os.path.lexists(path):
            yield path, CrystalError(f"{path}: there is no such file or folder.", kind="missing")
        elif not os.path.exists(path):
            yield path, CrystalError(f"{path}: this link leads nowhere.", kind="missing")
        elif not os.path.isfile(path):  # a pipe would block for ever, a device has no end
            yield path, CrystalError(f"{path}: this is no regular file.", kind="unsupported")
        else:
            yield path


def left_out(paths: Iterable[str | Path]) -> list[str]:
    """Paths of the files in folders that are not read, since their names are those of no format."""
    others: list[str] = []
    for given in paths:
        path = os.fspath(given)
        if os.path.isdir(path):
            for _ in _walk(path, set(), others):
                pass
    return others


def _walk(
    folder: str, seen: set[tuple[int, int]], others: list[str]
) -> Iterator[str | Calculation | tuple[str, CrystalError]]:
    try:
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in seen:
            return  # a link back to where we have been
        seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        message = f"{folder}: the folder cannot be read ({error.strerror or error})."
        yield folder, CrystalError(message, kind="unreadable")
        return
    folders = {name for name in names if os.path.isdir(os.path.join(folder, name))}  # not a link that leads to itself
    files = [name for name in names if name not in folders and os.path.isfile(os.path.join(folder, name))]
    readable = [name for name in files if formats.by_name(name)[0] or _holds_crystals(os.path.join(folder, name))]
    others += (os.path.join(folder, name) for name in files if name not in set(readable))
    found = {_first_name(entry): entry for entry in calculations(folder, readable)}
    for name in names:
        path = os.path.join(folder, name)
        if problem := _out_of_reach(path):
            yield path, CrystalError(f"{path}: it cannot be read ({problem}).", kind="unreadable")
        elif name in folders:
            yield from _walk(os.path.join(folder, name), seen, others)
        elif name in found:
            yield found[name]


def _first_name(entry: str | Calculation) -> str:
    """The name at which an entry comes among the names of its folder."""
    return os.path.basename(min(entry.paths) if isinstance(entry, Calculation) else entry)


def _holds_crystals(path: str) -> bool:
    """True for a file of a doubtful name (``.out``, ``.xml``) whose content is of a format."""
    if not formats.is_doubtful(path):
        return False
    try:
        with open(path, "rb") as raw:
            head = raw.read(_HEAD)
            if compression := formats.compression_of(head):
                raw.seek(0)
                head = unpacked(raw, compression, where=path).read(_HEAD)
    except (OSError, CrystalError):
        return False
    return bool(formats.by_content(head))


def _out_of_reach(path: str) -> str:
    """Why something that is in a folder cannot be looked at; empty for all else, also for a link that leads nowhere."""
    try:
        os.stat(path)
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.EACCES, errno.EIO):
            return error.strerror or "no reason is given"
    return ""
