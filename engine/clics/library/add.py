"""Add crystals to a library: read, describe, embed, store. An addition that was interrupted resumes when repeated."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TypeAlias, get_args

from clics.crystals.cells import taken_small
from clics.crystals.crystal import Crystal, Refusal
from clics.descriptions.facts.labelled import labelled
from clics.errors import Cancelled, CrystalError, InputError
from clics.library import codec
from clics.library.duplicates import Duplicates
from clics.library.embed_batch import embed
from clics.library.encoder_protocol import CrystalEncoder, Space, spaces
from clics.library.new_entry import NewEntry
from clics.library.store import Library
from clics.library.workers import describe_all
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.results.library import AddReport, Duplicate, DuplicatePolicy
from clics.sources.crystal_source import CrystalSource

Source: TypeAlias = str | Path | Crystal | Refusal | CrystalSource

BATCH = 64
COMMIT_SECONDS = 10.0
"""A crash costs the work of this time at most."""
_REPORT_SKIPS = 100


def add(
    library: Library,
    sources: Source | Iterable[Source],
    encoder: CrystalEncoder | None,
    *,
    workers: int = 1,
    time_limit: float = 60.0,
    batch: int = BATCH,
    mineral: bool = False,
    duplicates: DuplicatePolicy = "add",
    sandboxed: bool = True,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> AddReport:
    """Add files, folders, archives or crystals to a library.

    A crystal that is stored already (same id of its source, same structure) is skipped, or only gets the embedding that
    it lacks. Another structure under an id that is taken is stored as ``id#2``. A crystal without description or
    embedding is stored with the reason; what is no crystal is noted as refused.

    Args:
        library: Open for writing.
        sources: What to add, in this order.
        encoder: The model that embeds; None stores crystals without embeddings.
        workers: Processes that describe. 1 describes in this process, without limits.
        time_limit: Processor time in seconds of one description.
        batch: Crystals that are committed together; a batch that is :data:`COMMIT_SECONDS` old is committed as it is.
        mineral: Look up names of structure types.
        duplicates: ``"skip"`` leaves out crystals that equal a stored one under another id; they are reported in any case.
        sandboxed: Parse files in a process with limits.
        progress: Counts only what is committed.
        cancel: Checked between crystals.

    Raises:
        LibraryError: The library cannot be written.
        NoWorkersError: Processes do not start.
        Cancelled: On request, after what was described so far has been stored.
    """
    if duplicates not in get_args(DuplicatePolicy):
        raise InputError(f"Duplicates can be added or skipped (add, skip), not '{duplicates}'.", kind="bad-option")
    job = _Addition(library, encoder, mineral, batch, progress, duplicates)
    crystals = job.new_ones(_read(sources, sandboxed, cancel))
    try:
        described = describe_all(crystals, workers=workers, time_limit=time_limit, mineral=mineral, cancel=cancel)
        for crystal, structure_hash, described_crystal in described:
            description = described_crystal.description
            job.take(
                NewEntry(
                    crystal,
                    structure_hash,
                    None if description is None else labelled(description, crystal.labels),
                    described_crystal.undescribed,
                    mineral and described_crystal.description is not None,
                    described_crystal.space_group,
                    described_crystal.truths,
                )
            )
    except (Cancelled, KeyboardInterrupt):
        job.commit()
        raise
    job.commit()
    return job.report


@dataclass(slots=True)
class _Addition:
    """State between reading and committing."""

    library: Library
    encoder: CrystalEncoder | None
    mineral: bool
    batch: int
    progress: ProgressCallback
    policy: DuplicatePolicy
    report: AddReport = field(default_factory=AddReport)
    entries: list[NewEntry] = field(default_factory=list)
    lacking: list[tuple[int, Crystal]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    under_way: set[tuple[str, bytes]] = field(default_factory=set)
    last_commit: float = field(default_factory=time.monotonic)
    equals: Duplicates = field(init=False)

    def __post_init__(self) -> None:
        self.equals = Duplicates(self.library)

    @property
    def spaces(self) -> tuple[Space, ...]:
        """Spaces of the vectors that are stored."""
        return spaces(self.encoder) if self.encoder is not None else ()

    def new_ones(self, entries: Iterable[Crystal | Refusal]) -> Iterator[tuple[Crystal, bytes]]:
        """Yield the crystals that are not stored yet, with their hashes; note refusals and crystals that are stored."""
        for item in entries:
            if isinstance(item, Refusal):
                self.refusals.append(item)
            else:
                item = taken_small(item)
                structure_hash = codec.structure_hash(item.structure)
                name = (item.id, structure_hash)
                stored = self.library.find(*name)
                if stored is None and name not in self.under_way:
                    if not self._is_left_out(item, structure_hash):
                        self.under_way.add(name)
                        yield item, structure_hash
                else:
                    self._note_stored(item, stored)
            if len(self.refusals) + len(self.lacking) >= self.batch:
                self.commit()

    def _is_left_out(self, crystal: Crystal, structure_hash: bytes) -> bool:
        """Report a crystal that equals another one; True if it is not to be added."""
        found = self.equals.find(crystal, structure_hash)
        add = found is None or self.policy == "add"
        if found is not None:
            self.report.duplicates.append(Duplicate(crystal.id, *found, added=add))
        if add:
            self.equals.note(crystal, structure_hash)
        return not add

    def take(self, entry: NewEntry) -> None:
        """Queue a described crystal for the next commit."""
        self.entries.append(entry)
        if len(self.entries) >= self.batch or time.monotonic() - self.last_commit > COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Embed and store the queue; report it once it is on the disk."""
        crystals = [entry.crystal for entry in self.entries] + [crystal for _, crystal in self.lacking]
        if self.encoder is not None:
            outcomes = embed(self.encoder, [c.arrays() if c.is_ordered else None for c in crystals])
            for entry, outcome in zip(self.entries, outcomes, strict=False):
                entry.vector, entry.without_vector, entry.structural, entry.sites = outcome
            if self.lacking:
                keys = [key for key, _ in self.lacking]
                self.library.insert_vectors(self.spaces, keys, outcomes[len(self.entries) :])
        if self.entries or self.refusals:
            stored = self.library.insert(self.entries, self.refusals, spaces=self.spaces)
            for entry, (stored_id, new) in zip(self.entries, stored, strict=True):
                self.under_way.discard((entry.crystal.id, entry.hash))
                if new:
                    self._report_added(entry, stored_id)
                else:  # another program has stored it since this one looked
                    self.report.skipped += 1
        self.report.completed += len(self.lacking)
        self.report.refused += self.refusals
        self.entries, self.lacking, self.refusals = [], [], []
        self.last_commit = time.monotonic()
        self._report_progress(crystals[-1].id if crystals else "")

    def _report_added(self, entry: NewEntry, stored_id: str) -> None:
        self.report.added += 1
        self.report.notes += [(stored_id, note) for note in entry.crystal.notes]
        if stored_id != entry.crystal.id:
            self.report.renamed.append((entry.crystal.id, stored_id))
        if entry.undescribed is not None:
            self.report.undescribed.append((stored_id, entry.undescribed))
        if entry.without_vector is not None:
            self.report.unembedded.append((entry.crystal.id, entry.without_vector))

    def _note_stored(self, crystal: Crystal, stored: tuple[int, str] | None) -> None:
        """Queue a stored crystal that lacks embeddings of this model; count any other one as skipped."""
        if stored is not None and not self.library.has_entries(stored[0], *(name for name, _ in self.spaces)):
            self.lacking.append((stored[0], crystal))
            return
        self.report.skipped += 1
        if self.report.skipped % _REPORT_SKIPS == 0:
            self._report_progress(f"{crystal.id} is there already")

    def _report_progress(self, text: str) -> None:
        self.progress(Progress(self.report.seen, None, text))


def _read(
    sources: Source | Iterable[Source], sandboxed: bool, cancel: CancelToken | None
) -> Iterator[Crystal | Refusal]:
    """Crystals and refusals of all sources; crystals that no file reader has checked are checked here."""
    from clics.sources.files import read_crystals

    if isinstance(sources, (str, Path, Crystal, Refusal, CrystalSource)):
        sources = [sources]
    for are_paths, group in groupby(sources, key=lambda source: isinstance(source, (str, Path))):
        if are_paths:
            paths = [Path(source) for source in group if isinstance(source, (str, Path))]
            yield from read_crystals(paths, sandboxed=sandboxed, cancel=cancel)
            continue
        for source in group:
            if isinstance(source, CrystalSource):
                yield from map(_checked, source.crystals(cancel=cancel))
            elif isinstance(source, (Crystal, Refusal)):
                yield _checked(source)


def _checked(entry: Crystal | Refusal) -> Crystal | Refusal:
    from clics.crystals.check import check_structure

    if isinstance(entry, Crystal):
        try:
            check_structure(entry.structure, where=entry.id)
        except CrystalError as error:
            return Refusal(entry.source, entry.block or entry.id, error.kind, error.message)
    return entry
