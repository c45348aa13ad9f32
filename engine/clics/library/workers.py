"""Describing crystals for a library, in this process or in supervised ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from clics.crystals.crystal import Crystal
from clics.descriptions.supervised import crystal_to_json, describe_with_mineral, describe_without_mineral, describing
from clics.library.described_crystal import Described, describe_for_library, described, without_description
from clics.progress import CancelToken
from clics.results.description import Description
from clics.supervision.limits import Failure, Limits
from clics.supervision.pool import SupervisedPool

Tag = TypeVar("Tag")


def describe_all(
    crystals: Iterable[tuple[Crystal, Tag]],
    *,
    workers: int = 1,
    time_limit: float = 60.0,
    mineral: bool = False,
    cancel: CancelToken | None = None,
) -> Iterator[tuple[Crystal, Tag, Described]]:
    """Describe crystals in the order they come.

    Args:
        crystals: Crystals with anything that is to come back with them.
        workers: Number of processes. 1 describes in this process, without limits.
        time_limit: Processor time in seconds of one crystal.
        mineral: Look up names of structure types.
        cancel: Checked between crystals, and several times a second while processes work.

    Raises:
        Cancelled: On request.
        NoWorkersError: No process starts.
    """
    if workers <= 1:
        for crystal, tag in crystals:
            if cancel is not None:
                cancel.check()
            yield crystal, tag, describe_for_library(crystal, mineral=mineral)
        return
    task = describing(describe_with_mineral if mineral else describe_without_mineral)
    limits = Limits(seconds=time_limit)
    pool: SupervisedPool[tuple[Crystal, Tag]] = SupervisedPool(
        task, lambda item: crystal_to_json(item[0]), workers=workers, limits=limits, background=True
    )
    with pool:
        for (crystal, tag), answer in pool.run(crystals, cancel):
            yield crystal, tag, _described(crystal, answer)


def _described(crystal: Crystal, answer: dict[str, Any] | Failure) -> Described:
    if isinstance(answer, Failure):
        return without_description(crystal, f"{answer.kind}: Describing it {answer.reason}.")
    if "error" in answer:
        return without_description(crystal, f"{answer['error']['kind']}: {answer['error']['message']}")
    return described(Description.from_json(answer["description"]))
