"""A build of thousands of crystals with ``kill -9`` in the middle: rate, memory over time, and equality of the result.

    python -m benchmarks.build --crystals 5000 --kills 2 --workers 2
    python -m benchmarks.build train.jsonl.gz --crystals 5000

Takes the first crystals of a JSONL file (the first shared training file where none is named), builds them once in peace and
once with its whole process group killed at even shares of that time, continued each time by the same command. The two
folders must be the same to the byte. Memory is that of each process (resident set; the builder, and its largest worker).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "mp" / "train-00.jsonl.gz"
Sample = tuple[float, float, float]
"""Seconds since the start; MB of the building process and of its largest worker."""


def build(crystals: Path, out: Path, workers: int, kill_after: float | None = None) -> list[Sample]:
    """Run the command to its end, or kill it and all its processes; memory every half second."""
    command = [sys.executable, "-c", "from clics.cli import main; main()", "dataset", "build", str(crystals)]
    process = subprocess.Popen(
        [*command, "-o", str(out), "--workers", str(workers)],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    begin = time.monotonic()
    samples: list[Sample] = []
    while process.poll() is None:
        seconds = time.monotonic() - begin
        if kill_after is not None and seconds > kill_after:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return samples
        samples.append((seconds, *memory(process.pid)))
        time.sleep(0.5)
    if process.returncode:
        sys.exit(f"The build ended with exit code {process.returncode}: {' '.join(command)}")
    return samples


def memory(pid: int) -> tuple[float, float]:
    """MB of a process, and of the largest of those that it started."""
    sizes = [0.0]
    try:
        builder = psutil.Process(pid)
        own = builder.memory_info().rss / 1e6
        for child in builder.children(recursive=True):
            sizes.append(child.memory_info().rss / 1e6)
    except psutil.NoSuchProcess:
        return 0.0, 0.0
    return own, max(sizes)


def fingerprint(folder: Path) -> dict[str, str]:
    """Hash of every file of a described folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def over_time(samples: list[Sample], parts: int = 6) -> list[dict[str, float]]:
    """The largest memory in each of some equal stretches of time."""
    end = samples[-1][0]
    samples = []
    for part in range(parts):
        own = [sample for sample in samples if part * end <= sample[0] * parts <= (part + 1) * end]
        samples.append(
            {
                "until_s": round((part + 1) * end / parts, 1),
                "builder_mb": round(max(sample[1] for sample in own)),
                "largest_worker_mb": round(max(sample[2] for sample in own)),
            }
        )
    return samples


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", type=Path, nargs="?", default=SHARED)
    parser.add_argument("--crystals", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        crystals = Path(folder, "crystals.jsonl")
        with gzip.open(options.source, "rt", encoding="utf-8") as lines:
            crystals.write_text("".join(itertools.islice(lines, options.crystals)), encoding="utf-8")
        in_peace = build(crystals, Path(folder, "in-peace"), options.workers)
        seconds = in_peace[-1][0]
        killed, samples = Path(folder, "killed"), []
        for _ in range(options.kills):
            samples += build(crystals, killed, options.workers, kill_after=seconds / (options.kills + 1))
        last = build(crystals, killed, options.workers)
        result = {
            "crystals": options.crystals,
            "workers": options.workers,
            "seconds_in_peace": round(seconds, 1),
            "crystals_per_second": round(options.crystals / seconds, 1),
            "kills": options.kills,
            "seconds_of_the_last_run": round(last[-1][0], 1),
            "largest_builder_mb": round(max(sample[1] for sample in in_peace + samples + last)),
            "largest_worker_mb": round(max(sample[2] for sample in in_peace + samples + last)),
            "memory_over_time": over_time(in_peace),
            "same_bytes": fingerprint(Path(folder, "in-peace")) == fingerprint(killed),
        }
    print(json.dumps(result, indent=2))
    if not result["same_bytes"]:
        sys.exit("The folder of the killed build differs from that of the other.")


if __name__ == "__main__":
    main()
