"""Rows of a data set described in supervised processes of this machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from clics.dataset.crystal_rows import Row
from clics.descriptions.supervised import Describe, describing
from clics.progress import CancelToken
from clics.supervision.limits import Failure, Limits
from clics.supervision.pool import SupervisedPool


def describing_pool(describe: Describe, *, workers: int, limits: Limits) -> SupervisedPool[Row]:
    """A pool of up to ``workers`` processes that describe rows."""
    return SupervisedPool(describing(describe), Row.to_json, workers=workers, limits=limits, background=True)


def describe_rows(
    pool: SupervisedPool[Row], rows: Iterable[Row], cancel: CancelToken
) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Describe rows.

    Args:
        pool: Of :func:`describing_pool`.
        rows: Taken one by one; never more than one for each process is in memory.
        cancel: Checked several times a second.

    Yields:
        Each row with ``{"description": …}`` or ``{"error": {"kind", "message"}}``, as they are finished.

    Raises:
        Cancelled: On request.
        NoWorkersError: Processes do not start.
    """
    for row, answer in pool.run(rows, cancel, ordered=False):
        if isinstance(answer, Failure):
            message = f"{row.formula} ({row.id}, {len(row.numbers)} sites): describing it {answer.reason}."
            answer = {"error": {"kind": answer.kind, "message": message}}
        yield row, answer
