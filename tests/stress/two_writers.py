"""Several programs write to one library at once: nothing is lost, nothing is stored twice, all finish.

    python tests/stress/two_writers.py --runs 100

Every run begins a new library that two or four processes fill with overlapping inputs, while another process renames it,
removes other crystals from it and searches it. The processes are started once and serve all runs; a run begins in all of
them at the same moment.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOOMED = 6
"""Crystals that the other process removes."""
OVERLAP = 0.6
"""Share of all crystals that each process adds."""


def serve() -> None:
    """One process: takes a job as a line of JSON, answers with a line of JSON."""
    from clics.library.add import add
    from clics.library.store import Library
    from clics.model.encoder import Encoder
    from clics.paths import model_folder
    from clics.sources.prototypes import aflow_prototypes

    encoder = Encoder.load(model_folder())
    crystals = {c.id: c for c in aflow_prototypes() if c.num_sites <= 4}
    print(json.dumps(sorted(crystals)), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        time.sleep(max(0.0, job["begin"] - time.time()))
        try:
            if job["what"] == "add":
                with Library(job["library"], "create") as library:
                    report = add(library, [crystals[name] for name in job["ids"]], encoder, batch=job["batch"])
                    answer = {"added": report.added, "skipped": report.skipped, "renamed": len(report.renamed)}
            else:
                answer = {"removed": _disturb(Library(job["library"], "create"), job["ids"], encoder)}
        except Exception as error:  # noqa: BLE001 - every failure is a finding
            answer = {"failed": repr(error)}
        print(json.dumps(answer), flush=True)


def _disturb(library: Any, ids: list[str], encoder: Any) -> int:
    """Rename, search and remove in turns."""
    from clics.library.index import index_of

    removed = 0
    with library:
        for number, crystal_id in enumerate(ids):
            library.rename(f"Name {number}")
            index = index_of(library, encoder.fingerprint, encoder.dimensions)
            if len(index.keys):
                index.nearest(encoder.embed_texts(["octahedra"])[0], 3)
            removed += library.remove([crystal_id])
    return removed


class Process:
    """A process of :func:`serve`."""

    def __init__(self) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__, "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def give(self, job: dict[str, Any]) -> None:
        """Hand over a job."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """Wait for the next answer."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        """Let it finish."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def one_run(processes: list[Process], ids: list[str], path: Path, seed: int, *, begun: bool) -> list[str]:
    """One run with all but the last process adding; returns what went wrong.

    Args:
        processes: Those that add, and one that removes, renames and searches.
        ids: Crystals that may be added.
        path: The library, which is made in the run unless ``begun``.
        seed: Of the choice of inputs.
        begun: The library holds the crystals that will be removed, or is made by whichever process comes first.
    """
    from clics.library.store import Library

    chance = random.Random(seed)
    doomed, rest = ids[:DOOMED], ids[DOOMED:]
    if begun:
        processes[0].give({"what": "add", "library": str(path), "ids": doomed, "batch": 64, "begin": 0.0})
        processes[0].answer()
    wanted: set[str] = set()
    begin = time.time() + 0.05
    adders = processes[:-1]
    for process in adders:
        own = chance.sample(rest, int(OVERLAP * len(rest)))
        wanted.update(own)
        job = {"what": "add", "library": str(path), "ids": own, "batch": chance.choice([1, 3, 8, 64])}
        process.give({**job, "begin": begin + chance.choice([0.0, 0.0, 0.02])})
    if begun:
        processes[-1].give({"what": "disturb", "library": str(path), "ids": doomed, "begin": begin})
    answers = [process.answer() for process in (processes if begun else adders)]
    faults = [answer["failed"] for answer in answers if "failed" in answer]
    if faults:
        return faults
    if begun and answers[-1]["removed"] != DOOMED:
        faults.append(f"{answers[-1]['removed']} of {DOOMED} crystals removed")
    added = sum(answer["added"] for answer in answers[: len(adders)])
    with Library(path, "read") as library:
        library.check()
        stored = [row.id for row in library.rows()]
        info = library.info()
    if sorted(stored) != sorted(wanted):
        faults.append(f"{len(stored)} crystals stored, {len(wanted)} given; lost {sorted(wanted - set(stored))}")
    if added != len(wanted):
        faults.append(f"the processes report {added} added crystals of {len(wanted)}")
    if (info.described, info.models[0].vectors, info.models[0].sites) != (len(wanted),) * 3:
        faults.append(f"{info.described} descriptions and {info.models[0].vectors} vectors of {len(wanted)} crystals")
    return faults


def main(runs: int, adders: tuple[int, ...], crystals: int) -> int:
    """Print what went wrong; the exit code is 1 where anything did."""
    folder = Path(tempfile.mkdtemp(prefix="clics-two-writers-"))
    processes = [Process() for _ in range(max(adders) + 1)]
    ids = [[*process.answer()][:crystals] for process in processes][-1]
    failed = 0
    for number in range(runs):
        for count in adders:
            path = folder / f"{number}-{count}.clics"
            taken = [*processes[:count], processes[-1]]
            for fault in one_run(taken, ids, path, 1000 * number + count, begun=number % 2 == 0):
                failed += 1
                print(f"run {number} with {count} adders: {fault}", flush=True)
            for file in folder.iterdir():
                file.unlink()
    for process in processes:
        process.end()
    shutil.rmtree(folder)
    print(f"{runs} runs with {' and '.join(map(str, adders))} adders: {failed} faults")
    return int(failed > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--adders", type=int, nargs="+", default=[2, 4])
    parser.add_argument("--crystals", type=int, default=24, help="that may be added, the removed ones included")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve()
    else:
        sys.exit(main(given.runs, tuple(given.adders), given.crystals))
