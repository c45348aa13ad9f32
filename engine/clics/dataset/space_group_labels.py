"""Space groups of many crystals, found in parallel: the label of the crystals that nobody described."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from clics.dataset.crystal_rows import Row
from clics.errors import DescriptionError
from clics.progress import CancelToken
from clics.results.description import SpaceGroup
from clics.supervision.limits import Failure, Limits
from clics.supervision.pool import SupervisedPool
from clics.supervision.task import Handler, Task, name_of
from clics.symmetry.analysis import SYMPREC, space_group_of_arrays

_CHUNK = 64


def label_space_groups(
    rows: Iterable[Row], *, workers: int | None = None, cancel: CancelToken | None = None
) -> Iterator[tuple[Row, SpaceGroup | None]]:
    """Find the space groups of rows at 0.01 Å.

    One fixed tolerance for every label, because 5 % of crystals change group between 0.001 and 0.01 Å.

    Args:
        rows: A few hundred for each process are in memory.
        workers: Number of processes; all cores by default.
        cancel: Checked several times a second.

    Yields:
        Each row with its space group, in order; None where spglib finds none, or ends its process on it.

    Raises:
        Cancelled: On request.
        NoWorkersError: Processes do not start.
    """
    iterator = iter(rows)
    chunks = iter(lambda: list(islice(iterator, _CHUNK)), [])
    yield from _labelled(chunks, workers or os.cpu_count() or 1, cancel)


def _labelled(
    chunks: Iterable[list[Row]], workers: int, cancel: CancelToken | None
) -> Iterator[tuple[Row, SpaceGroup | None]]:
    task = Task(name_of(labeller))
    pool: SupervisedPool[list[Row]] = SupervisedPool(task, _structures, workers=workers, limits=Limits())
    with pool:
        for chunk, answer in pool.run(chunks, cancel):
            if not isinstance(answer, Failure):
                yield from zip(chunk, (group and SpaceGroup(**group) for group in answer), strict=True)
            elif len(chunk) > 1:  # one by one, so that one crystal costs no other its label
                yield from _labelled([[row] for row in chunk], 1, cancel)
            else:
                yield chunk[0], None


def _structures(rows: Sequence[Row]) -> list[list[Any]]:
    return [[row.lattice.tolist(), row.numbers.tolist(), row.frac.tolist()] for row in rows]


def labeller() -> Handler:
    """The handler of the processes: the fields of the space group, or None, for every structure of a chunk."""
    space_group_of_arrays(np.eye(3), np.array([1]), np.zeros((1, 3)), SYMPREC)  # loads what the first chunk needs
    return lambda chunk: iter([[_space_group(*structure) for structure in chunk]])


def _space_group(lattice: Any, numbers: Any, frac: Any) -> dict[str, Any] | None:
    try:
        group = space_group_of_arrays(np.array(lattice), np.array(numbers), np.array(frac), SYMPREC)
    except DescriptionError:
        return None
    return {"symbol": group.symbol, "number": group.number, "symprec": group.symprec}
