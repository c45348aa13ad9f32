"""Tasks of supervised processes that do what strangers' crystals may do to theirs."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

import psutil
from clics.errors import InputError


def worker(scale: int = 2):
    """Numbers are multiplied; words name a trouble."""

    kept: list[bytes] = []

    def handle(item: Any) -> Iterator[Any]:
        match item:
            case "spin":
                while True:
                    pass
            case "sleep":
                time.sleep(3600)
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "exit":
                os._exit(7)
            case "memory":
                yield len(b"x" * (1500 << 20))
            case "hoard":
                hoard = []
                while True:
                    hoard.append(b"x" * (8 << 20))
                    time.sleep(0.01)
            case "raise":
                raise ZeroDivisionError("nothing")
            case "print":
                print("this is not an answer", flush=True)
                os.write(1, b"nor is this\n")
                sys.stderr.write("nor this\n")
                yield "printed"
            case "pid":
                yield os.getpid()
            case ["shared", processor, seconds]:
                os.sched_setaffinity(0, {processor})
                end = time.monotonic() + seconds
                while time.monotonic() < end:
                    pass
                yield "done"
            case "pieces":
                pieces = [bytes(1000) for _ in range(100_000)]
                kept.append(bytes(1000))  # stands above the pieces, so that freeing them alone gives nothing back
                yield len(pieces)
            case "size":
                yield psutil.Process().memory_info().rss
            case "late":
                time.sleep(0.5)
                yield "late"
            case "garbage":
                yield [gc.isenabled(), gc.get_freeze_count() > 1000]
            case "path":
                yield [sys.flags.safe_path, sys.path, os.environ.get("PYTHONPATH"), os.environ["OMP_NUM_THREADS"]]
            case _:
                yield scale * item

    return handle


def broken():
    raise InputError("Nothing works here.")


def dies():
    os._exit(3)
