"""Space groups of many crystals, found in parallel: the label of the crystals that nobody described."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

from clics.dataset.crystal_rows import Row
from clics.dataset.describer_process import prepare_process
from clics.errors import ClicsError, DescriptionError
from clics.progress import CancelToken
from clics.results.description import SpaceGroup
from clics.symmetry.analysis import SYMPREC, space_group_of_arrays

_CHUNK = 64


def label_space_groups(
    rows: Iterable[Row], *, workers: int | None = None, cancel: CancelToken | None = None
) -> Iterator[tuple[Row, SpaceGroup | None]]:
    """Each row with its space group at 0.01 Å (None where spglib finds none), in the order of ``rows``.

    One fixed tolerance for every label, because 5 % of crystals change group between 0.001 and 0.01 Å.
    Holds a few chunks of rows at a time. Raises :class:`~clics.errors.Cancelled` on request.
    """
    count = workers or os.cpu_count() or 1
    iterator = iter(rows)
    pending: list[tuple[list[Row], Future[list[SpaceGroup | None]]]] = []
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=prepare_process)
    try:
        while True:
            if cancel is not None:
                cancel.check()
            while len(pending) < 3 * count and (chunk := list(islice(iterator, _CHUNK))):
                pending.append((chunk, pool.submit(_label, chunk)))
            if not pending:
                return
            chunk, future = pending.pop(0)
            yield from zip(chunk, future.result(), strict=True)
    except BrokenProcessPool as error:
        raise ClicsError("A process that looked for space groups died (out of memory?); start again.") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _label(rows: Sequence[Row]) -> list[SpaceGroup | None]:
    found: list[SpaceGroup | None] = []
    for row in rows:
        try:
            found.append(space_group_of_arrays(row.lattice, row.numbers, row.frac, SYMPREC))
        except DescriptionError:
            found.append(None)
    return found
