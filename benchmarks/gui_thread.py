"""Time of a thread: on a processor, and in wait for one, which is what other programs take; what it runs when it stalls."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType


class ThreadTimes:
    """The times of the thread that makes it."""

    def __init__(self) -> None:
        path = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._file = os.open(path, os.O_RDONLY) if path.exists() else -1

    @staticmethod
    def used() -> float:
        """Processor time in s."""
        return time.thread_time()

    def waited(self) -> float:
        """Time in s for which it could have run and had no processor; not a number where the system does not tell."""
        if self._file < 0:
            return float("nan")
        return int(os.pread(self._file, 100, 0).split()[1]) / 1e9


def stolen() -> float:
    """Processor time in s that the host of this machine has taken from it since it started; not a number if unknown."""
    try:
        words = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()
    except OSError:
        return float("nan")
    return int(words[8]) / os.sysconf("SC_CLK_TCK")


class StallSampler:
    """Looks every few ms what a thread that has not ticked for a while is running, and counts its frames.

    A thread of Python that takes samples; :func:`faulthandler.dump_traceback_later`, which reads the stacks of threads that
    run, ended the window with a segmentation fault after some hundred dumps.

    Args:
        over: Seconds since the last tick after which samples are taken.
        package: Path part of the modules that are named; of other modules the frame that calls them is named.
    """

    EVERY = 0.005

    def __init__(self, over: float, package: str) -> None:
        self._over, self._package = over, package
        self._thread_id = threading.get_ident()
        self._last = time.perf_counter()
        self._samples: list[str] = []
        self.stalls: list[tuple[float, float, float, str, Counter[str]]] = []
        """Length, processor time and wait for a processor in s, what went on, and samples by place, of every long gap."""
        threading.Thread(target=self._watch, name="stall-sampler", daemon=True).start()

    def tick(self, gap: float, own: float, waited: float, name: str) -> None:
        """The thread is alive; ``gap`` s have passed, ``own`` of them on a processor, ``waited`` in wait for one."""
        samples, self._samples = self._samples, []
        self._last = time.perf_counter()
        if gap > self._over:
            self.stalls.append((gap, own, waited, name, Counter(samples)))

    def report(self, most: int = 25) -> list[str]:
        """The places of most samples, and the longest stalls with theirs: by processor time, and less what others took."""
        total: Counter[str] = Counter()
        for *_, samples in self.stalls:
            total += samples
        lines = [f"{len(self.stalls)} gaps above {1000 * self._over:.0f} ms; samples by place:"]
        lines += [f"{count:6d}  {place}" for place, count in total.most_common(most)]
        orders: dict[str, Callable[[tuple[float, float, float, str, Counter[str]]], float]] = {
            "by processor time": lambda stall: stall[1],
            "without waits": lambda stall: stall[0] - stall[2],
        }
        for title, length in orders.items():
            lines.append(f"longest {title}: processor time of the gap")
            for stall in sorted(self.stalls, key=length, reverse=True)[:most]:
                gap, own, _, name, samples = stall
                where = "; ".join(f"{place} ({count})" for place, count in samples.most_common(3))
                lines.append(f"{1000 * length(stall):5.0f}: {1000 * own:.0f} of {1000 * gap:.0f} ms  {name}: {where}")
        return lines

    def _watch(self) -> None:
        while True:
            time.sleep(self.EVERY)
            if time.perf_counter() - self._last > self._over / 2:
                # no frame is kept here: what only it still holds, timers of Qt among it, would end on this thread
                self._samples.append(_place(sys._current_frames().get(self._thread_id), self._package))


def _place(frame: FrameType | None, package: str) -> str:
    inner = ""
    while frame is not None:
        file, _, name = frame.f_code.co_filename.rpartition("/")
        if package in f"{file}/":
            return f"{file.rpartition(package)[2]}/{name}:{frame.f_lineno} {frame.f_code.co_name}{inner}"
        if not inner:
            inner = f" › {name}:{frame.f_lineno} {frame.f_code.co_name}"
        frame = frame.f_back
    return f"elsewhere{inner}"
