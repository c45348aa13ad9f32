"""From files to a library: processor time of every stage beside an earlier version, and what the processes share.

    python -m benchmarks.adding stages FOLDER --peer first=../first --peer before=../before
    python -m benchmarks.adding processes FOLDER --workers 1 2 4 8

FOLDER holds CIFs. ``stages`` measures this checkout and those of other versions (``git worktree add ../first COMMIT``) in
turn, each in a process of its own, and takes of each stage the least of all rounds: other work on the machine only adds.
``processes`` adds the folder to a new library by the command, and tells the processor time of the parent (which embeds and
writes), of the process that reads, and of those that describe, with the share of the latter that goes into imports.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parents[1]
_LOOK_S = 0.05


def stages_of(checkout: Path, files: list[Path]) -> dict[str, Any]:
    """What ``benchmarks.adding_stages`` measures in a checkout."""
    resources = checkout / ".pkg"
    path = os.pathsep.join(str(each) for each in (checkout / "engine", checkout, resources))
    script = Path(__file__).with_name("adding_stages.py")
    output = subprocess.run(
        [sys.executable, str(script), *map(str, files)],
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        cwd=tempfile.gettempdir(),
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(output.stdout.splitlines()[-1])
    return result


def compare(files: list[Path], checkouts: dict[str, Path], rounds: int) -> dict[str, Any]:
    """Least milliseconds of each stage of each version, and how many times those of this checkout the others take."""
    least: dict[str, dict[str, float]] = {name: {} for name in checkouts}
    for _ in range(rounds):
        for name, checkout in checkouts.items():
            for stage, ms in stages_of(checkout, files)["ms"].items():
                least[name][stage] = min(ms, least[name].get(stage, ms))
    ours = least["this"]
    ratios = {
        name: {stage: round(ms / ours[stage], 2) for stage, ms in of_version.items() if ours.get(stage)}
        for name, of_version in least.items()
        if name != "this"
    }
    return {"files": len(files), "rounds": rounds, "ms": least, "times_ours": ratios}


def seconds_of_imports() -> float:
    """Processor time of a process that describes until it is ready."""
    from clics.descriptions.supervised import describe_without_mineral, describing
    from clics.supervision.limits import Limits
    from clics.supervision.process import Inbox, SupervisedProcess

    inbox: Inbox = queue.Queue()
    process = SupervisedProcess(describing(describe_without_mineral), Limits(), inbox)
    inbox.get()
    seconds = seconds_of(psutil.Process(process.pid))
    process.kill()
    return seconds


def seconds_of(process: psutil.Process) -> float:
    """Processor time of a process alone."""
    times = process.cpu_times()
    return float(times.user + times.system)


def add(files: list[Path], workers: int, library: Path) -> dict[str, Any]:
    """Add files by the command; processor time by kind of process."""
    command = [sys.executable, "-c", "from clics.cli import main; main()", "library", "add", *map(str, files)]
    begin = time.monotonic()
    process = subprocess.Popen(
        [*command, "--workers", str(workers), "--library", str(library)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    parent = psutil.Process(process.pid)
    own = 0.0
    spent: dict[int, float] = {}
    kinds: dict[int, str] = {}
    while process.poll() is None:
        try:
            own = seconds_of(parent)
            for child in parent.children(recursive=True):
                kinds.setdefault(child.pid, "read" if "reader_process" in " ".join(child.cmdline()) else "describe")
                spent[child.pid] = seconds_of(child)
        except psutil.Error:
            pass  # it has ended between two looks
        time.sleep(_LOOK_S)
    if process.returncode:
        sys.exit(f"Adding ended with exit code {process.returncode}.")
    describing = [seconds for pid, seconds in spent.items() if kinds[pid] == "describe"]
    return {
        "workers": workers,
        "seconds": round(time.monotonic() - begin, 1),
        "parent_s": round(own, 2),
        "reader_s": round(sum(seconds for pid, seconds in spent.items() if kinds[pid] == "read"), 2),
        "describers_s": round(sum(describing), 2),
        "describers": len(describing),
    }


def processes(files: list[Path], workers: list[int]) -> dict[str, Any]:
    """Additions with each number of workers; shares of the parent and of imports."""
    imports = seconds_of_imports()
    with tempfile.TemporaryDirectory() as folder:
        start = add(files[:1], 1, Path(folder, "start.clics"))["parent_s"]
        rows = []
        for number in workers:
            row = add(files, number, Path(folder, f"{number}.clics"))
            whole = row["parent_s"] + row["reader_s"] + row["describers_s"]
            row["parent_share"] = round(row["parent_s"] / whole, 3)
            row["parent_ms_of_a_crystal"] = round(1000 * (row["parent_s"] - start) / len(files), 2)
            row["most_crystals_per_second"] = round(len(files) / (row["parent_s"] - start), 1)
            row["crystals_per_second_of_processor"] = round(
                len(files) / (whole - start - imports * row["describers"]), 1
            )
            rows.append(row)
            print(json.dumps(row), flush=True)
    return {
        "files": len(files),
        "seconds_until_the_parent_works": start,
        "seconds_until_a_describer_works": round(imports, 2),
        "additions": rows,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=("stages", "processes"))
    parser.add_argument("folder", type=Path, help="a folder of CIFs")
    parser.add_argument("--files", type=int, default=200, help="number of files, in the order of their names")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=CHECKOUT", help="another version")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8])
    options = parser.parse_args()
    files = sorted(options.folder.glob("*.cif"))[: options.files]
    if options.what == "stages":
        peers = {name: Path(folder).resolve() for name, _, folder in (peer.partition("=") for peer in options.peer)}
        print(json.dumps(compare(files, {"this": HERE, **peers}, options.rounds), indent=2))
    else:
        print(json.dumps(processes(files, options.workers), indent=2))


if __name__ == "__main__":
    main()
