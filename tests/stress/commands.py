"""Runs real commands, forked from one process that has imported the program (:mod:`tests.stress.zygote`)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from .common import ROOT, environment

MARK = "CLICS_STRESS_COMMAND"
"""Environment variable by which the processes of a command are known."""


class Running:
    """A command that was started."""

    def __init__(self, commands: Commands, pid: int, mark: str, stdout: Path, stderr: Path) -> None:
        self._commands, self.pid, self._mark, self._stdout, self._stderr = commands, pid, mark, stdout, stderr
        self._code: int | None = None

    def wait(self, seconds: float) -> int | None:
        """The exit code; None while it runs."""
        if self._code is None:  # the system tells it once
            self._code = self._commands.ask({"wait": self.pid, "seconds": seconds})
        return self._code

    def kill(self) -> int | None:
        """``kill -9`` of the command alone; its own children have to notice."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait(30)

    def children(self) -> list[psutil.Process]:
        """Processes that the command started and that still run."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.pid != self.pid and process.environ().get(MARK) == self._mark:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    @property
    def stdout(self) -> str:
        """What it printed so far."""
        return self._stdout.read_bytes().decode("utf-8", "backslashreplace")

    @property
    def stderr(self) -> str:
        """What it said so far."""
        return self._stderr.read_bytes().decode("utf-8", "backslashreplace")


class Commands:
    """Starts commands."""

    def __init__(self, home: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="clics-stress-said-")
        self._environment = environment(home)
        self._number = 0
        path = os.pathsep.join([str(ROOT), self._environment.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.stress.zygote"], env=self._environment | {"PYTHONPATH": path},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            raise RuntimeError("the process that forks commands did not start")

    def __enter__(self) -> Commands:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, job: dict[str, Any]) -> Any:
        """One request to the process that forks."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def start(self, *arguments: str | Path, folder: Path | None = None, screen: str = "", output: str = "") -> Running:
        """Start a command; ``screen`` and ``output`` are devices or pipes in place of files for its stderr and stdout."""
        self._number += 1
        out, said = (Path(self._folder.name) / f"{self._number}.{kind}" for kind in ("out", "err"))
        out.touch()
        said.touch()
        mark = f"{os.getpid()}-{self._number}"
        job = {
            "arguments": [str(argument) for argument in arguments],
            "environment": self._environment | {MARK: mark},
            "folder": str(folder or ""),
            "stdout": output or str(out),
            "stderr": screen or str(said),
        }
        return Running(self, self.ask(job), mark, out, said)

    def run(
        self, *arguments: str | Path, folder: Path | None = None, timeout: float = 600.0
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        running = self.start(*arguments, folder=folder)
        code = running.wait(timeout)
        if code is None:
            running.kill()
            for process in running.children():
                process.kill()
            raise subprocess.TimeoutExpired(list(map(str, arguments)), timeout)
        return subprocess.CompletedProcess(list(map(str, arguments)), code, running.stdout, running.stderr)

    def close(self) -> None:
        """End."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._folder.cleanup()
