"""Whatever a caller calls a crystal: a path, a pymatgen structure, ASE atoms, a Crystal, or several of these."""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from clics.crystals.convert import is_foreign
from clics.crystals.crystal import Crystal, Refusal
from clics.errors import CrystalError, InputError
from clics.progress import CancelToken, ProgressCallback, silent
from clics.sources import files
from clics.sources.crystal_source import CrystalSource

if TYPE_CHECKING:
    from ase import Atoms
    from pymatgen.core import Structure

Source: TypeAlias = "str | os.PathLike[str] | Structure | Atoms | Crystal | CrystalSource"
"""One source: the path of a file, a pymatgen ``Structure``, ASE ``Atoms``, a :class:`Crystal` or a :class:`CrystalSource`."""
Sources: TypeAlias = "Source | Iterable[Source | Refusal]"
"""One source or several. A ``str`` is always a path, and its letters are never iterated over."""


def is_single(sources: object) -> bool:
    """True for one source, False for an iterable of them.

    Raises:
        InputError: ``bad-source`` for anything else.
    """
    if isinstance(sources, (str, os.PathLike, Crystal, Refusal, CrystalSource)) or is_foreign(sources):
        return True
    if not isinstance(sources, Iterable) or _is_content(sources):
        raise _no_source(sources)
    return False


def _is_content(value: Iterable[object]) -> bool:
    """True for iterables whose items are no sources: bytes, open files, mappings and data frames."""
    return isinstance(value, (bytes, bytearray, Mapping, io.IOBase)) or hasattr(value, "columns")


def read(
    sources: Sources,
    *,
    sandboxed: bool = True,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> Iterator[Crystal | Refusal]:
    """Every crystal of the sources, and a Refusal for everything that is none, in their order, as they come.

    Paths may be files, archives and folders (:func:`clics.sources.files.read_crystals`). Structures are checked as those
    of files are. An object in an iterable that is no source is refused alone, as a file without a crystal is.

    Args:
        sources: One source or an iterable of sources.
        sandboxed: Parse files in a process with limits of time and memory.

    Raises:
        InputError: ``bad-source`` for one object that is no source.
        Cancelled: When ``cancel`` is set.
    """
    if is_single(sources):
        if isinstance(sources, (str, os.PathLike)):
            _path(sources)
        return _read([sources], sandboxed, progress, cancel)
    return _read(map(_checked, itertools.count(1), sources), sandboxed, progress, cancel)  # type: ignore[arg-type]


def _checked(number: int, source: object) -> object:
    """An item of an iterable; a refusal in its place where it is no source."""
    try:
        if isinstance(source, (str, os.PathLike)):
            return _path(source)
        if isinstance(source, (Crystal, Refusal, CrystalSource)) or is_foreign(source):
            return source
        raise _no_source(source)
    except InputError as error:
        return Refusal("", f"entry {number}", error.kind, f"Entry {number}: {error.message}")


def _read(
    sources: Iterable[object], sandboxed: bool, progress: ProgressCallback, cancel: CancelToken | None
) -> Iterator[Crystal | Refusal]:
    for are_paths, group in groupby(sources, key=lambda source: isinstance(source, (str, os.PathLike))):
        if are_paths:
            given = [_path(source) for source in group]  # type: ignore[arg-type]
            yield from files.read_crystals(given, sandboxed=sandboxed, progress=progress, cancel=cancel)
            continue
        for source in group:
            if cancel is not None:
                cancel.check()
            if isinstance(source, CrystalSource):
                yield from source.crystals(progress=progress, cancel=cancel)
                continue
            yield source if isinstance(source, Refusal) else _converted(source)


def read_one(
    source: Source, block: str | None = None, *, sandboxed: bool = True, cancel: CancelToken | None = None
) -> Crystal:
    """The crystal of one source; of a file that holds several, the one of the named block.

    Raises:
        CrystalError: As :func:`clics.sources.files.read_one`.
        InputError: ``bad-source`` for an object that is no source, and for several sources.
        Cancelled: When ``cancel`` is set.
    """
    if isinstance(source, (str, os.PathLike)):
        return files.read_one(_path(source), block, sandboxed=sandboxed, cancel=cancel)
    if not is_single(source):
        raise InputError("Name one crystal here, not several.", kind="bad-source")
    if isinstance(source, CrystalSource):
        return _only_crystal(source, block, cancel)
    converted = _converted(source)
    if isinstance(converted, Refusal):
        raise CrystalError(converted.message, kind=converted.kind)
    return converted


def _only_crystal(source: CrystalSource, block: str | None, cancel: CancelToken | None) -> Crystal:
    """The only crystal of a source, or the one whose id or block is ``block``."""
    crystals: list[Crystal] = []
    refused: list[Refusal] = []
    for entry in source.crystals(cancel=cancel):
        if isinstance(entry, Refusal):
            refused.append(entry)
        elif block in (None, entry.id, entry.block):
            crystals.append(entry)
        if len(crystals) > 1:
            break
    if len(crystals) == 1:
        return crystals[0]
    if not crystals and refused and (block is None or block in {entry.block for entry in refused}):
        entry = next(entry for entry in refused if block in (None, entry.block))
        raise CrystalError(entry.message, kind=entry.kind)
    if block is not None and not crystals:
        raise CrystalError(f"{source.title}: there is no crystal named '{block}' in it.", kind="no-such-block")
    if not crystals:
        raise CrystalError(f"{source.title}: there is no crystal in it.", kind="no-crystals")
    raise CrystalError(
        f"{source.title}: there are several crystals in it; name one by its id (block), or give a list with the source.",
        kind="several-blocks",
    )


def _converted(source: object) -> Crystal | Refusal:
    try:
        if isinstance(source, Crystal):
            return source
        if not is_foreign(source):
            raise _no_source(source)
        return Crystal.from_structure(source)
    except CrystalError as error:
        return Refusal("", type(source).__name__, error.kind, error.message)


def _path(source: str | os.PathLike[str]) -> Path:
    if not os.fspath(source):
        raise InputError("An empty text is no path; name a file or a folder.", kind="bad-source")
    if isinstance(source, str) and "\n" in source and not os.path.exists(source):
        begin = source.strip().splitlines()[0][:40]
        raise InputError(
            f"A text of several lines is no path ({begin!r} …); give the path of the file, or write the text to a file.",
            kind="bad-source",
        )
    return Path(source)


def _no_source(value: object) -> InputError:
    name = "None" if value is None else f"An object of type {type(value).__name__}"
    return InputError(
        f"{name} is no crystal; give a path, a pymatgen Structure, ASE Atoms, a clics.Crystal, or a list of these.",
        kind="bad-source",
    )
