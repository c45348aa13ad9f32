"""Which request ended the engine: those that ran are repeated, and one that ends it twice by itself is refused. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clics_gui.engine_thread.request import Request

TWICE = 2
ONCE = frozenset({"training.start", "training.resume", "library.create", "library.delete", "models.remove"})
"""Operations that are not repeated: they may have been done, and a second time they would do something else."""


@dataclass(slots=True, eq=False)
class Sent:
    """A request in the engine, or on its way there.

    Attributes:
        request: The request.
        running: It has begun in the engine that runs now.
        deaths: Number of ends of the engine while it ran.
        delivered: Items that its listener has received.
        received: Items that came from the engine that runs now.
        held: It waits until others that are suspected have passed.
        cancelled: Time of its cancel, in s of the monotonic clock; None: not cancelled.
    """

    request: Request
    running: bool = False
    deaths: int = 0
    delivered: int = 0
    received: int = 0
    held: bool = False
    cancelled: float | None = None

    @property
    def name(self) -> str:
        """Name for people."""
        return self.request.title or f"The request “{self.request.job.operation.name}”"


@dataclass(slots=True)
class Verdict:
    """What becomes of the requests that ran when the engine ended."""

    cancelled: list[Sent] = field(default_factory=list)
    refused: list[Sent] = field(default_factory=list)
    uncertain: list[Sent] = field(default_factory=list)
    repeated: list[Sent] = field(default_factory=list)


def judge(sent: Iterable[Sent], *, wanted: bool) -> Verdict:
    """Count an end of the engine against what ran, and say what becomes of each request.

    Where two ran, it is unknown which ended the engine: both are repeated, one after the other (:func:`hold`), and the
    one that ends it alone is to blame; what is counted against the other is then taken back.

    Args:
        sent: All requests in the engine.
        wanted: The window itself ended the engine, because of a request that did not stop.
    """
    everything = list(sent)
    running = [one for one in everything if one.running]
    verdict = Verdict()
    live = [one for one in running if one.cancelled is None]
    verdict.cancelled = [one for one in running if one.cancelled is not None]
    for one in live:
        one.deaths += not wanted
        if one.request.job.operation.name in ONCE:
            verdict.uncertain.append(one)
        elif one.deaths >= TWICE and len(live) == 1:
            verdict.refused.append(one)
        else:
            verdict.repeated.append(one)
    if verdict.refused:
        for one in everything:
            one.deaths = max(0, one.deaths - 1)
    for one in everything:
        one.running, one.received = False, 0
    return verdict


def hold(sent: Iterable[Sent]) -> None:
    """Hold suspected requests of the long thread as long as there are suspected ones on the quick thread."""
    everything = list(sent)
    suspected = [one for one in everything if one.deaths]
    quick = any(one.request.thread == "quick" for one in suspected)
    for one in everything:
        one.held = quick and one.deaths > 0 and one.request.thread == "long"
