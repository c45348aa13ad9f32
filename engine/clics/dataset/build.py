"""Describe many crystals, in parallel and resumably, into a described data set."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypedDict

from clics.crystals.crystal import Refusal
from clics.dataset.crystal_rows import Row, count_rows, read_rows
from clics.dataset.describe_rows import describe_rows, describing_pool
from clics.dataset.description_store import is_described, read_about
from clics.dataset.manifest import licence_text, source_names, versions
from clics.dataset.writer import DescribedWriter
from clics.descriptions.supervised import Describe, describe_with_mineral, describe_without_mineral
from clics.errors import InputError
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.results.dataset import BuildReport
from clics.supervision.limits import Limits

_KEPT_REFUSALS = 1000
_DECIMALS = 8


class BuildOptions(TypedDict, total=False):
    """The options of :func:`build` that people choose, for those who hand them on."""

    workers: int | None
    scheduler: str | None
    limit_s: float
    limit_crystals: int | None
    max_sites: int | None
    retry_failed: bool
    mineral: bool
    licence: str | None


def build(
    sources: Sequence[Path],
    folder: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    limit_s: float = 120.0,
    limits: Limits | None = None,
    limit_crystals: int | None = None,
    max_sites: int | None = None,
    retry_failed: bool = False,
    mineral: bool = False,
    licence: str | None = None,
    describe: Describe | None = None,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> BuildReport:
    """Describe crystals into a described data set; called again, it resumes.

    A crystal that is there already (same id, same structure) is skipped. One that fails, exceeds a limit or kills its
    process becomes one line with the reason. Lines are in the order of the sources: where no crystal is near a limit, the
    same bytes come out whichever processes worked, and however often a build was stopped. Memory does not grow with the
    size of the sources: a few crystals at a time, and some 200 bytes for each that is done.

    Args:
        sources: Files, folders and archives.
        folder: The data set, new or begun by an earlier build with the same ``mineral``.
        workers: Number of processes; all cores by default.
        scheduler: Address of a dask.distributed scheduler whose workers describe, in place of this machine.
        limit_s: Processor time in seconds of one crystal.
        limits: Every limit of a process, in place of ``limit_s``.
        limit_crystals: Stop after this number of new crystals.
        max_sites: Leave larger cells out.
        retry_failed: Describe again those that failed before.
        mineral: Look up structure types too. One folder holds descriptions with or without, never both.
        licence: Licence of the crystals, or a short name of :data:`clics.dataset.manifest.LICENCES`.
        describe: Another describer.
        progress: Receives an event for every crystal.
        cancel: Checked several times a second.

    Raises:
        InputError: A source is missing, ``folder`` was begun otherwise, another program writes to it or no scheduler
            answers.
        ClicsError: Processes do not start (``no-workers``); :mod:`clics.dataset.cluster` has further kinds.
        Cancelled: On request; what was done is kept.
    """
    token = cancel or CancelToken()
    report = BuildReport(folder)
    about = {
        "versions": [versions()],
        "sources": source_names(sources),
        "licence": licence_text(licence),
        "named": mineral,
    }
    _check_begun_alike(folder, mineral=mineral)
    clock = _Clock(count_rows(sources), limit_crystals)
    with DescribedWriter(folder, about) as writer:
        new = _new_rows(
            sources,
            writer,
            report,
            max_sites=max_sites,
            retry_failed=retry_failed,
            limit=limit_crystals,
            cancel=token,
        )
        results = _describe_all(
            new,
            describe or (describe_with_mineral if mineral else describe_without_mineral),
            workers=workers or os.cpu_count() or 1,
            scheduler=scheduler,
            limits=limits or Limits(seconds=limit_s),
            cancel=token,
        )
        for row, answer in results:
            writer.append(_line(row, answer))
            if "error" in answer:
                report.failed[answer["error"]["kind"]] += 1
            else:
                report.described += 1
            progress(clock.event(report, row.formula))
    report.seconds = clock.seconds
    return report


def _check_begun_alike(folder: Path, *, mineral: bool) -> None:
    if is_described(folder) and (before := bool(read_about(folder).get("named"))) != mineral:
        message = (
            f"{folder} was begun {'with' if before else 'without'} structure types; go on so, or name another folder."
        )
        raise InputError(message, kind="other-options")


def _describe_all(
    rows: Iterator[Row],
    describe: Describe,
    *,
    workers: int,
    scheduler: str | None,
    limits: Limits,
    cancel: CancelToken,
) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Each row with its answer, as they are finished, by processes of this machine or of a cluster."""
    if scheduler is not None:
        from clics.dataset.cluster import describe_rows_on

        yield from describe_rows_on(scheduler, rows, describe, limits=limits, cancel=cancel)
        return
    with describing_pool(describe, workers=workers, limits=limits) as pool:
        yield from describe_rows(pool, rows, cancel)


def _new_rows(
    sources: Sequence[Path],
    writer: DescribedWriter,
    report: BuildReport,
    *,
    max_sites: int | None,
    retry_failed: bool,
    limit: int | None,
    cancel: CancelToken,
) -> Iterator[Row]:
    """The rows that are still to do; counts the others in ``report``."""
    given = 0
    for read in read_rows(sources, cancel):
        if limit is not None and given >= limit:
            return
        if isinstance(read, Refusal):
            report.refused += 1
            if len(report.refusals) < _KEPT_REFUSALS:
                report.refusals.append(read)
        elif max_sites is not None and len(read.numbers) > max_sites:
            report.left_out += 1
        elif writer.want(read.key, retry_failed=retry_failed):
            given += 1
            yield read
        else:
            report.skipped += 1


def _line(row: Row, answer: dict[str, Any]) -> dict[str, Any]:
    head = {"key": row.key, "id": row.id, "formula": row.formula, "source": row.source}
    if "error" in answer:
        return {**head, **answer}
    return {
        **head,
        "lattice": row.lattice.round(_DECIMALS).tolist(),
        "numbers": row.numbers.tolist(),
        "frac": row.frac.round(_DECIMALS).tolist(),
        **answer,
    }


class _Clock:
    """Rate at which crystals are described, and the remaining time in seconds."""

    def __init__(self, rows: int | None, limit: int | None) -> None:
        self._rows = rows
        self._limit = limit
        self._begun = time.monotonic()
        self._first: float | None = None

    @property
    def seconds(self) -> float:
        """Since the beginning of this run."""
        return time.monotonic() - self._begun

    def event(self, report: BuildReport, formula: str) -> Progress:
        """The state after one more crystal; where a limit was set, of the new crystals alone."""
        failed = sum(report.failed.values())
        new = report.described + failed
        done, total = (new, self._limit) if self._limit is not None else (new + report.passed_over, self._rows)
        total = None if total is None else max(total, done)  # a file may hold more crystals than one
        text = formula
        if self._first is None:  # the rate is counted from the first answer: before it, the workers had to start
            self._first = time.monotonic()
        elif (elapsed := time.monotonic() - self._first) > 0:
            rate = (new - 1) / elapsed
            text += f", {rate:.1f} crystals/s"
            if total is not None:
                text += f", {_duration((total - done) / rate)} left"
        if failed:
            text += f", {failed} failed"
        return Progress(done, total, text)


def _duration(seconds: float) -> str:
    minutes = max(0, round(seconds / 60))
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
