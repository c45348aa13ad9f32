"""Describe the crystals of a library whose facts of geometry are missing, such as those that an earlier version stored."""

from __future__ import annotations

import time
from collections.abc import Iterator

from clics.crystals.crystal import Crystal
from clics.errors import Cancelled
from clics.library.add import COMMIT_SECONDS
from clics.library.described_crystal import Described
from clics.library.row_conditions import lacks_geometry
from clics.library.sql_condition import Condition
from clics.library.store import Library
from clics.library.workers import describe_all
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.results.library import DescribeReport

BATCH = 32
"""Crystals that are committed together; a batch that is :data:`COMMIT_SECONDS` old is committed as it is."""


def update_descriptions(
    library: Library,
    *,
    workers: int = 1,
    time_limit: float = 60.0,
    batch: int = BATCH,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> DescribeReport:
    """Describe every ordered crystal without facts of geometry, and store its description and facts.

    Each batch reaches the disk before it is reported, so that a call after an interruption continues with the crystals
    that are left. Structures, ids and embeddings stay. A crystal that cannot be described keeps what it has. Names of
    structure types are looked up again where they were looked up before.

    Args:
        library: A library open for writing.
        workers: Processes that describe. 1 describes in this process, without limits.
        time_limit: Processor time in seconds of one description.
        batch: Crystals that are committed together.
        progress: Called after each batch.
        cancel: Checked between crystals.

    Raises:
        LibraryError: The library cannot be written.
        NoWorkersError: Processes do not start.
        Cancelled: On request, after what was described so far has been stored.
    """
    report, total = DescribeReport(), library.count(lacks_geometry())
    waiting: list[tuple[int, Described]] = []
    since = time.monotonic()

    def commit() -> None:
        nonlocal since
        library.replace_descriptions(waiting)
        report.described += sum(found.description is not None for _, found in waiting)
        waiting.clear()
        since = time.monotonic()

    done = 0
    try:
        for named in (False, True):
            crystals = _crystals(library, Condition("named = ?", (int(named),)))
            for crystal, key, found in describe_all(
                crystals, workers=workers, time_limit=time_limit, mineral=named, cancel=cancel
            ):
                waiting.append((key, found))
                if found.undescribed is not None:
                    report.undescribed.append((crystal.id, found.undescribed))
                done += 1
                if len(waiting) >= batch or time.monotonic() - since > COMMIT_SECONDS:
                    commit()
                    progress(Progress(done, total, crystal.id))
    except (Cancelled, KeyboardInterrupt):
        commit()
        raise
    commit()
    if done:
        progress(Progress(done, total))
    return report


def _crystals(library: Library, where: Condition) -> Iterator[tuple[Crystal, int]]:
    for key, row in library.rows_of(library.keys(lacks_geometry() & where).tolist()).items():
        yield library.crystal(row.id), key
