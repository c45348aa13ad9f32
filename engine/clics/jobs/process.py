"""A training as a process of its own: it outlives the window, and the window outlives it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from clics.errors import ClicsError, InputError
from clics.jobs import status
from clics.jobs.job_spec import TrainingJobSpec
from clics.progress import CancelToken
from clics.results.training import Estimate
from clics.supervision.command import cli_command, safe_environment
from clics.supervision.priority import lower_priority

_PROBE_TAKES = 600.0
_LEAVES_WITHIN = 10.0


def start(folder: Path) -> None:
    """Start or go on with the training of ``folder``; returns at once. Raises InputError where one is at work there."""
    TrainingJobSpec.load(folder)
    before = status.read(folder)
    if before.get("ended"):
        _wait_for_end(folder, before)
    if status.alive(folder, before):
        raise InputError(f"A training is at work in {folder} already.", kind="busy")
    status.announce(folder)
    with (folder / status.LOG).open("wb") as log:
        process = subprocess.Popen(
            [*cli_command(), "train", "--resume", "--output", str(folder)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(), **_on_its_own(),
        )  # fmt: skip
    lower_priority(process.pid)
    status.launched(folder, process.pid)


def _wait_for_end(folder: Path, data: dict[str, Any]) -> None:
    """A process that has said its last word still takes a second to go."""
    import psutil

    process = status.process_of(folder, data)
    if process is not None:
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(_LEAVES_WITHIN)


def kill(folder: Path) -> None:
    """End the process at once; it can go on from its last checkpoint."""
    process = status.process_of(folder, status.read(folder))
    if process is not None:
        process.kill()


def estimate(order: TrainingJobSpec, cancel: CancelToken) -> Estimate:
    """What a training will take, from a few real steps on a sample of its data, in a process. Raises what it would raise."""
    with tempfile.TemporaryDirectory(prefix="clics-probe-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        order.save(folder)
        command = [*cli_command(), "train", "--resume", "--probe", "--json", "--output", str(folder)]
        with (folder / "answer.json").open("wb") as answer, (folder / "said.txt").open("wb") as said:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=answer, stderr=said, env=_environment()
            )
            try:
                _wait(process, cancel)
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()
        return _estimate_of(folder, process.returncode)


def _wait(process: subprocess.Popen[bytes], cancel: CancelToken) -> None:
    end = time.monotonic() + _PROBE_TAKES
    while process.poll() is None:
        cancel.check()
        if time.monotonic() > end:
            raise ClicsError("A few steps took longer than ten minutes; choose a quicker preset or other data.")
        time.sleep(0.05)


def _estimate_of(folder: Path, code: int) -> Estimate:
    said = (folder / "said.txt").read_text(encoding="utf-8", errors="replace").strip()
    try:
        data: dict[str, Any] = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
        data.pop("schema")
        return Estimate(**data)
    except (ValueError, TypeError, KeyError) as error:
        last = (
            said.splitlines()[-1].removeprefix("clics: ") if said else f"its process ended with {code} and said nothing"
        )
        kind = InputError if code == 2 else ClicsError
        raise kind(last if said else f"The probe failed: {last}.") from error


def _environment() -> dict[str, str]:
    """One core is left to the window."""
    threads = str(max(1, (os.cpu_count() or 2) - 1))
    return {"OMP_NUM_THREADS": threads} | safe_environment() | {"PYTHONUNBUFFERED": "1"}


def _on_its_own() -> dict[str, Any]:
    """Neither a closed window nor Ctrl+C in its terminal ends the process."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}
