"""Two and four programs that add to one library at the same time, by :mod:`tests.stress.two_writers`."""

from __future__ import annotations

from . import two_writers
from .common import Stress

ADDERS = (2, 4)
CRYSTALS = 24


def run(stress: Stress) -> None:
    """Runs of two and of four adders in turns."""
    processes = [two_writers.Process() for _ in range(max(ADDERS) + 1)]
    ids, *_ = [process.answer()[:CRYSTALS] for process in processes]
    try:
        for number in stress.items():
            count = ADDERS[number % len(ADDERS)]
            taken = [*processes[:count], processes[-1]]
            path = stress.scratch / f"{number}.clics"
            faults = two_writers.one_run(taken, ids, path, 1000 * stress.seed + number, begun=number % 4 < len(ADDERS))
            stress.note(number, f"{count} adders", faults)
    finally:
        for process in processes:
            process.end()
