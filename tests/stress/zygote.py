"""A process that has imported the program and forks a command for each request, so that thousands of commands are cheap.

The forked process runs the same entry point as ``clics``; processes that a command starts itself are started as ever. Requests
and answers are JSON lines: ``start`` gives the process id, ``wait`` the exit code (null: still running).
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from typing import Any, NoReturn

_IMPORTED = (
    "clics.cli.app", "clics.library.add", "clics.library.index", "clics.model.encoder", "clics.descriptions.describe",
    "clics.dataset.build", "clics.training.train", "clics.export.libraries", "clics.symmetry.analysis", "spglib",
    "moyopy", "gemmi", "openpyxl", "pymatgen.io.cif", "rich.progress", "clics.services.library",
)  # fmt: skip


_PARENT = os.getppid()


def main() -> None:
    """Serve until stdin ends."""
    for name in _IMPORTED:
        importlib.import_module(name)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        job = json.loads(line)
        if "wait" in job:
            answer = _wait(job["wait"], job["seconds"])
        elif pid := os.fork():
            answer = pid
        else:
            _become(job)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _wait(pid: int, seconds: float) -> int | None:
    end = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            return None
        if os.getppid() != _PARENT:  # whoever asked is gone
            os._exit(1)
        time.sleep(0.01)


def _become(job: dict[str, Any]) -> NoReturn:
    """Run one command, as a fresh interpreter would."""
    from clics.cli.main import main as clics

    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored where the script runs in the background
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(job["environment"])
    if job["folder"]:
        os.chdir(job["folder"])
    for number, (path, flags) in enumerate(
        ((os.devnull, os.O_RDONLY), (job["stdout"], os.O_WRONLY), (job["stderr"], os.O_WRONLY))
    ):
        descriptor = os.open(path, flags | os.O_NOCTTY)
        os.dup2(descriptor, number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115  they live as long as the process
    sys.argv = ["clics", *job["arguments"]]
    try:
        clics()
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else 1
    except BaseException:  # noqa: BLE001  a fresh interpreter would print it, too
        import traceback

        traceback.print_exc()
        code = 1
    _end(code)


def _end(code: int) -> NoReturn:
    """What the interpreter does at its end."""
    import atexit

    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
