"""Training jobs as processes of their own, which outlive the window that started them."""

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
from clics.supervision.command import cli_command, safe_environment, worker_command
from clics.supervision.priority import lower_priority

_PROBE_TIMEOUT = 600.0
_EXIT_TIMEOUT = 10.0


def start(folder: Path) -> None:
    """Start or resume the job in ``folder``, in the background.

    Raises:
        InputError: there is no job (kind ``no-job``), or its process runs already (``busy``).
    """
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
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(), **_detached(),
        )  # fmt: skip
    lower_priority(process.pid)
    status.launched(folder, process.pid)


def _wait_for_end(folder: Path, data: dict[str, Any]) -> None:
    """Wait for a process that has written its last status but not ended yet."""
    import psutil

    process = status.process_of(folder, data)
    if process is not None:
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(_EXIT_TIMEOUT)


def kill(folder: Path) -> None:
    """Kill the job's process; the job can be resumed from its last checkpoint."""
    process = status.process_of(folder, status.read(folder))
    if process is not None:
        process.kill()


def estimate(spec: TrainingJobSpec, cancel: CancelToken) -> Estimate:
    """Estimate time and memory of a job from a few real steps on a sample of its data, in a process of its own.

    Raises:
        ClicsError: as the job would raise; or the steps take longer than ten minutes.
        Cancelled: on request.
    """
    with tempfile.TemporaryDirectory(prefix="clics-probe-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        spec.save(folder)
        command = worker_command("bound", "train", "--resume", "--probe", "--json", "--output", str(folder))
        with (folder / "answer.json").open("wb") as answer, (folder / "messages.txt").open("wb") as messages:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=answer, stderr=messages, env=_environment()
            )
            try:
                _wait(process, cancel)
            finally:
                if process.poll() is None:
                    process.kill()
                process.communicate()
        return _estimate_of(folder, process.returncode)


def _wait(process: subprocess.Popen[bytes], cancel: CancelToken) -> None:
    end = time.monotonic() + _PROBE_TIMEOUT
    while process.poll() is None:
        cancel.check()
        if time.monotonic() > end:
            raise ClicsError("A few steps took longer than ten minutes; choose a quicker preset or other data.")
        time.sleep(0.05)


def _estimate_of(folder: Path, code: int) -> Estimate:
    messages = (folder / "messages.txt").read_text(encoding="utf-8", errors="replace").strip()
    try:
        data: dict[str, Any] = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
        data.pop("schema")
        return Estimate(**data)
    except (ValueError, TypeError, KeyError) as error:
        last = (
            messages.splitlines()[-1].removeprefix("clics: ")
            if messages
            else f"its process ended with {code} and printed nothing"
        )
        kind = InputError if code == 2 else ClicsError
        raise kind(last if messages else f"The probe failed: {last}.") from error


def _environment() -> dict[str, str]:
    """The environment of a job's process; one core is left to the window."""
    threads = str(max(1, (os.cpu_count() or 2) - 1))
    return {"OMP_NUM_THREADS": threads} | safe_environment() | {"PYTHONUNBUFFERED": "1"}


def _detached() -> dict[str, Any]:
    """Options of Popen with which neither a closed window nor Ctrl+C in its terminal ends the process."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}
