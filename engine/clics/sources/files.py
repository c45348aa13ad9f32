"""The door of this room: crystals, or why not, from files, archives and folders, one after the other.

Kinds of refusals: those of :mod:`clics.crystals.check`, and ``missing``, ``unreadable``, ``unsupported``, ``empty``,
``binary``, ``encoding``, ``truncated``, ``not-a-crystal``, ``no-crystals``, ``several-blocks``, ``no-symbols``,
``bad-cif``, ``bad-symmetry``, ``ambiguous-setting``, ``cell-against-symmetry``, ``modulated``, ``atoms-missing``,
``bad-occupancy``, ``missing-coordinates``, ``bad-poscar``, ``bad-xyz``, ``bad-xsf``, ``bad-format``, ``bad-json``,
``bad-csv``, ``bad-archive``, ``archive-too-large``, ``archive-unsafe``, ``archive-encrypted``, ``file-too-large``,
``too-large``, and of the process that reads (:mod:`clics.supervision.limits`) ``timeout``, ``out-of-memory``,
``process-died``, ``failed``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from clics.crystals.crystal import Crystal, Refusal
from clics.errors import CrystalError
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.readers.calculations import Calculation, name_of
from clics.readers.folders import entries_of, files_of
from clics.readers.reading import Event, read_file
from clics.readers.record import Record
from clics.readers.sandbox import read_sandboxed

_NAMES_SHOWN = 12


def read_crystals(
    paths: Iterable[str | Path],
    *,
    sandboxed: bool = True,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> Iterator[Crystal | Refusal]:
    """Every crystal of the given files and folders, and a Refusal for everything that is none, in a stable order.

    Of each calculation in a folder (:mod:`clics.readers.calculations`) the last structure of its best file is read; its
    notes name the files and count the frames that were passed over.

    Memory stays bounded whatever the number of files. Identifiers are unique within one call: what the source names
    (``id`` of a record), else the file's name without ending (of ``CONTCAR`` and its like the folder's), with ``:block``
    where a file holds several crystals, and ``#2`` on a collision. ``sandboxed`` reads in a child process with limits
    (:mod:`clics.readers.sandbox`); switch it off for files that you wrote yourself. Raises Cancelled only.
    """
    ids = _Identifiers()
    for entry in read_events(paths, sandboxed=sandboxed, progress=progress, cancel=cancel):
        yield entry if isinstance(entry, Refusal) else _result(entry, ids)


def read_events(
    paths: Iterable[str | Path],
    *,
    sandboxed: bool = True,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> Iterator[Event | Refusal]:
    """As :func:`read_crystals`, before records become crystals: events with an outcome, and refusals of whole files."""
    paths = list(paths)
    total = None if progress is silent else sum(1 for _ in files_of(paths))
    for done, entry in enumerate(entries_of(paths)):
        if isinstance(entry, Calculation):
            path, problem = entry.paths[0], None
        else:
            path, problem = (entry, None) if isinstance(entry, str) else entry
        progress(Progress(done, total, os.path.basename(path)))
        if cancel is not None:
            cancel.check()
        if isinstance(entry, Calculation):
            yield _of_calculation(entry, sandboxed, cancel)
            continue
        if problem is not None:
            yield Refusal(path, "", problem.kind, problem.message)
            continue
        for event in read_sandboxed(path, cancel=cancel) if sandboxed else read_file(path):
            if event.outcome is not None:
                yield event
            if cancel is not None:
                cancel.check()
    if total is not None:
        progress(Progress(total, total))


def read_one(
    path: str | Path, block: str | None = None, *, sandboxed: bool = True, cancel: CancelToken | None = None
) -> Crystal:
    """The only crystal of a file, or the one of the named block (CIF block, frame, line, or file inside an archive).

    Raises CrystalError: ``several-blocks`` with their names where none is named, ``no-such-block``, or the kind of the
    refusal. Blocks that were refused beside the one that is returned are mentioned in its warnings.

    Raises Cancelled when ``cancel`` is set.
    """
    crystals: list[Crystal] = []
    refusals: list[Refusal] = []
    for entry in read_crystals([path], sandboxed=sandboxed, cancel=cancel):
        if isinstance(entry, Refusal):
            refusals.append(entry)
        elif block is None or block in (entry.block, entry.id, entry.source.rpartition("!")[2]):
            crystals.append(entry)
        if len(crystals) > _NAMES_SHOWN:
            break
    if len(crystals) > 1:
        names = ", ".join(_place(crystal.source, crystal.block) for crystal in crystals[:_NAMES_SHOWN])
        more = ", …" if len(crystals) > _NAMES_SHOWN else ""
        raise CrystalError(
            f"{path}: there are several crystals in it; name one of {names}{more}.", kind="several-blocks"
        )
    wanted = [refusal for refusal in refusals if block is None or refusal.block == block]
    if crystals:
        notes = [
            f"beside it, {_place(refusal.source, refusal.block)} was refused: {refusal.message}" for refusal in wanted
        ]
        if not notes:
            return crystals[0]
        known = crystals[0].provenance.get("warnings", [])
        assert isinstance(known, list)
        return replace(crystals[0], provenance={**crystals[0].provenance, "warnings": known + notes})
    if wanted:
        raise CrystalError(wanted[0].message, kind=wanted[0].kind)
    if block is not None:
        raise CrystalError(f"{path}: there is no crystal named '{block}' in it.", kind="no-such-block")
    raise CrystalError(f"{path}: there is no crystal in it.", kind="no-crystals")


def _of_calculation(calculation: Calculation, sandboxed: bool, cancel: CancelToken | None) -> Event:
    """The last structure of the first file that gives one, with notes on what was passed over; else the first refusal."""
    first: Event | None = None
    refused: list[str] = []
    for place, path in enumerate(calculation.paths):
        last, problem, earlier = None, None, 0
        for event in read_sandboxed(path, cancel=cancel) if sandboxed else read_file(path):
            if isinstance(event.outcome, Record):
                earlier += last is not None
                last = event
            elif event.outcome is not None:
                problem = event
            if cancel is not None:
                cancel.check()
        name = os.path.basename(path)
        if last is not None and isinstance(last.outcome, Record):
            others = [os.path.basename(other) for other in calculation.paths[place + 1 :]]
            notes = [f"of its calculation, {name} is read; {_listed(others)} passed over."] if others else []
            notes += [f"{earlier} earlier frames of {name} are passed over."] if earlier else []
            notes += [f"{name} is not whole: {problem.outcome}"] if problem else []
            last.outcome.warnings = [*refused, *notes, *last.outcome.warnings]
            last.outcome.alone = True
            return last
        if problem is not None:
            first = first or problem
            refused.append(f"a file of the calculation was refused: {problem.outcome}")
    nothing = CrystalError(f"{calculation.paths[0]}: there is no crystal in it.", kind="no-crystals")
    return first or Event((0, -1), calculation.paths[0], "", nothing)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return f"{shown}{more} {'is' if len(names) == 1 else 'are'}"


def _place(source: str, block: str) -> str:
    return block or source.rpartition("!")[2]


def _result(event: Event, ids: _Identifiers) -> Crystal | Refusal:
    outcome = event.outcome
    if isinstance(outcome, Record):
        name = outcome.name
        if not name:
            name = name_of(event.source)
            name = name if outcome.alone or not event.block else f"{name}:{event.block}"
        return outcome.crystal(ids.unique(name), event.source, event.block)
    assert outcome is not None
    return Refusal(event.source, event.block, outcome.kind, outcome.message)


@dataclass(frozen=True, slots=True)
class FileSource:
    """Files, archives and folders as a :class:`~clics.sources.crystal_source.CrystalSource`."""

    paths: tuple[str | Path, ...]
    sandboxed: bool = True
    attribution: str = ""

    @property
    def title(self) -> str:
        """The names of the files."""
        return ", ".join(os.path.basename(path) for path in self.paths)

    def crystals(
        self, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
    ) -> Iterator[Crystal | Refusal]:
        """As :func:`read_crystals`."""
        return read_crystals(self.paths, sandboxed=self.sandboxed, progress=progress, cancel=cancel)


class _Identifiers:
    """Hands out every identifier once; a second ``NaCl`` becomes ``NaCl#2``."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """``name``, or ``name#2`` and so on where it was given before."""
        count = self._counts.get(name, 0) + 1
        while count > 1 and f"{name}#{count}" in self._counts:
            count += 1
        self._counts[name] = count
        if count == 1:
            return name
        return self.unique(f"{name}#{count}")
