"""Processes that end with the one that started them."""

from __future__ import annotations

import subprocess

from clics.supervision.command import safe_environment, worker_command


def start() -> subprocess.Popen[str]:
    command = worker_command("bound", "--version")
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=safe_environment())


def test_a_bound_command_runs_as_any_other() -> None:
    with start() as process:
        assert process.stdout is not None
        assert process.stdout.read().startswith("clics ")
        assert process.wait() == 0


def test_it_ends_when_the_pipe_of_its_owner_is_closed() -> None:
    with start() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        assert process.stdout.read() == ""
        assert process.wait() == 1
