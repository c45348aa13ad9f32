"""Limits of a supervised process, and how an item of work fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clics.errors import ClicsError

PATIENCE = 4.0
"""Idle time that an item may take, in units of its limit of processor time."""

FailureKind = Literal["timeout", "out-of-memory", "process-died", "failed"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Resources of a process.

    Attributes:
        seconds: Processor time of one item. The clock does not count, since on a busy machine a process waits for its
            turn; but a process that asks for no turn (it sleeps, or waits for a disk) may do so for :data:`PATIENCE`
            times as long.
        memory: Resident memory in bytes during an item; 0 for no limit.
        restart_memory: A process that holds more bytes than this after an item is replaced; 0 for no limit.
        restart_items: A process is replaced after this number of items.
    """

    seconds: float = 120.0
    memory: int = 1_000_000_000
    restart_memory: int = 700_000_000
    restart_items: int = 2000


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that got no answer.

    Attributes:
        kind: ``timeout``, ``out-of-memory``, ``process-died``, or ``failed`` for an exception in the child.
        reason: A clause without subject and full stop, such as ``took more than 30 s of processor time``.
    """

    kind: FailureKind
    reason: str


class NoWorkersError(ClicsError):
    """Child processes do not start at all."""

    kind = "no-workers"


def out_of_time(seconds: float, *, idle: bool) -> Failure:
    """Failure of an item that exceeded its processor time or, with ``idle``, that did nothing for too long."""
    if idle:
        return Failure("timeout", f"did nothing for {PATIENCE * seconds:g} s")
    return Failure("timeout", f"took more than {seconds:g} s of processor time")


def out_of_memory(memory: int) -> Failure:
    """Failure of an item that exceeded its memory in bytes."""
    return Failure("out-of-memory", f"needed more than {memory / 1e9:.1f} GB of memory")


def died(code: int) -> Failure:
    """Failure of an item during which the process ended with an exit code (negative: a signal)."""
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return Failure("process-died", f"ended its process ({how})")
