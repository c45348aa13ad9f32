"""Export a library, or a part of it, to files that other programs read."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clics.atomic_files import not_written, partial_path, refuse_source, replacing, sync_folder
from clics.errors import InputError
from clics.export.table_files import WRITERS, format_of, write_csv_rows, write_table
from clics.library.sql_condition import EVERYTHING, Condition
from clics.progress import CancelToken, Progress, ProgressCallback, silent

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.library.store import Library

FORMATS = ("jsonl", "cif", *WRITERS)
_UNSAFE = re.compile(r"[^\w.-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)  # names of devices on Windows


def export_library(
    library: Library,
    path: str | Path,
    *,
    format: str | None = None,
    where: Condition = EVERYTHING,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> int:
    """Write the crystals of a library that fulfil a condition.

    An export that fails or is cancelled leaves no files behind.

    Args:
        library: The library.
        path: The file or folder.
        format: ``jsonl`` (also ``.jsonl.gz``): structure, description and source of each crystal, in a form that this
            program can read. ``cif``: a folder of CIF files, with the file of each id in ``index.csv``. ``csv``,
            ``xlsx``, ``json``, ``html``: rows without structures. By default, the suffix of ``path`` decides; without a
            suffix, ``cif``.
        where: The condition.
        progress: Called after each crystal.
        cancel: Checked before each crystal.

    Returns:
        Number of crystals written.

    Raises:
        InputError: Kinds ``bad-format``, ``folder-not-empty``, and ``output-is-source`` where ``path`` is the library.
        ClicsError: The files could not be written (kind ``not-written``).
        LibraryError: The library cannot be read.
        Cancelled: The token was set.
    """
    path = Path(path)
    if format is None and path.suffix == ".gz" and Path(path.stem).suffix == ".jsonl":
        format = "jsonl"
    wanted = "cif" if format is None and not path.suffix else format_of(path, format, FORMATS)
    refuse_source(path, [library.path])
    if wanted == "csv":
        return write_csv_rows(library.rows(where), path, title=library.name, library=library.name)
    if wanted in WRITERS:
        return write_table(library.rows(where), path, format=wanted, title=library.name, library=library.name)
    crystals = _counted(library, where, progress, cancel)
    return _jsonl(library, crystals, path) if wanted == "jsonl" else _folder(library, crystals, path)


def _counted(
    library: Library, where: Condition, progress: ProgressCallback, cancel: CancelToken | None
) -> Iterator[Crystal]:
    total = library.count(where)
    for done, crystal in enumerate(library.crystals(where), start=1):
        if cancel is not None:
            cancel.check()
        yield crystal
        progress(Progress(done, total, crystal.id))


def _jsonl(library: Library, crystals: Iterator[Crystal], path: Path) -> int:
    count = 0
    with replacing(path) as file:
        packed = gzip.GzipFile(fileobj=file, mode="wb", mtime=0) if path.suffix == ".gz" else None
        for crystal in crystals:
            line = json.dumps(_entry(library, crystal), ensure_ascii=False, separators=(",", ":"), default=str)
            (packed or file).write(line.encode("utf-8", "replace") + b"\n")
            count += 1
        if packed is not None:
            packed.close()
    return count


def _entry(library: Library, crystal: Crystal) -> dict[str, Any]:
    structure = crystal.structure
    entry: dict[str, Any] = {"id": crystal.id, "formula": crystal.formula}
    if crystal.is_ordered:
        entry["lattice"] = structure.lattice.matrix.tolist()
        entry["species"] = [site.specie.symbol for site in structure]
        entry["frac_coords"] = structure.frac_coords.tolist()
    else:
        entry["structure"] = structure.as_dict()
    if crystal.stated is not None:
        (entry if crystal.is_ordered else entry["structure"])["stated"] = crystal.stated.to_json()
    entry |= {"source": crystal.source, "block": crystal.block, "provenance": crystal.provenance}
    description = library.description(crystal.id)
    if description is not None:
        entry["description"] = description.to_json()
    return entry


def _folder(library: Library, crystals: Iterator[Crystal], path: Path) -> int:
    from clics.crystals.writing import to_cif

    target = Path(os.path.realpath(path))  # a link stays one, and the folder that it names is filled
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(f"{path} is there already and not an empty folder; choose another.", kind="folder-not-empty")
    growing: Path | None = None
    try:
        growing = partial_path(target)
        growing.mkdir()
        index: list[dict[str, str]] = []
        taken: set[str] = set()
        for crystal in crystals:
            name = _file_name(crystal.id, taken)
            (growing / name).write_text(to_cif(crystal), encoding="utf-8")
            index.append({"file": name, "id": crystal.id, "formula": crystal.formula, "source": crystal.source})
        write_table(index, growing / "index.csv", library=library.name)
        sync_folder(growing, files=True)
        if target.exists():
            target.rmdir()
        os.replace(growing, target)
        growing = None
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        if growing is not None:
            shutil.rmtree(growing, ignore_errors=True)
    return len(index)


def _file_name(crystal_id: str, taken: set[str]) -> str:
    """A name that every file system accepts, unique even where letter case is ignored."""
    stem = _UNSAFE.sub("_", crystal_id).strip("._-")[:120] or "crystal"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    name, count = stem, 1
    while name.lower() in taken:
        count += 1
        name = f"{stem}_{count}"
    taken.add(name.lower())
    return f"{name}.cif"
