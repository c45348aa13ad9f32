"""Files to read, from the names of files and folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from clics.errors import CrystalError
from clics.readers import formats


def files_of(paths: Iterable[str | Path]) -> Iterator[str | tuple[str, CrystalError]]:
    """The files to read, in order; folders recursively, by name. What cannot be read comes with its error.

    In folders, hidden files and files of other types are left out without a word; links are followed, each folder once.
    """
    for given in paths:
        path = os.fspath(given)
        if os.path.isdir(path):
            yield from _walk(path, set())
        elif not os.path.lexists(path):
            yield path, CrystalError(f"{path}: there is no such file or folder.", kind="missing")
        elif not os.path.exists(path):
            yield path, CrystalError(f"{path}: this link leads nowhere.", kind="missing")
        elif not os.path.isfile(path):  # a pipe would block for ever, a device has no end
            yield path, CrystalError(f"{path}: this is no regular file.", kind="unsupported")
        else:
            yield path


def _walk(folder: str, seen: set[tuple[int, int]]) -> Iterator[str | tuple[str, CrystalError]]:
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
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isdir(path):  # False for a link that leads to itself
            yield from _walk(path, seen)
        elif formats.by_name(name)[0] and os.path.isfile(path):
            yield path
