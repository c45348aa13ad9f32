"""Command lines and environments of the processes that the program starts.

Python puts the current folder, or an empty or relative entry of ``PYTHONPATH``, in front of its own modules: a ``numpy.py``
among downloaded crystals would be executed. Hence ``-P`` (and ``PYTHONSAFEPATH`` for children of children) and a cleaned
``PYTHONPATH``.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

WORKER_OPTION = "--worker"
"""First argument of ``clics`` with which it becomes a worker process. An interpreter's ``-m`` would not do: where a program
brings its own interpreter, ``sys.executable`` is the program."""
_PROGRAMS = ("clics", "clics-gui")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def cli_command() -> list[str]:
    """Command line of ``clics``: this interpreter, or the executable beside a program that brings its own."""
    own = Path(sys.executable)
    if getattr(sys, "frozen", False) or own.stem.lower() in _PROGRAMS:
        return [str(own.with_name("clics" + own.suffix))]
    return [sys.executable, "-P", "-m", "clics"]


def worker_command(name: str, *arguments: str) -> list[str]:
    """Command line of a process of the program that is no command of a user (:mod:`clics.cli.worker`).

    Args:
        name: What the process does, a key of :data:`clics.cli.worker.WORKERS`.
        arguments: What it is told, from ``sys.argv[1]`` on.
    """
    return [*cli_command(), WORKER_OPTION, name, *arguments]


def child_command(task: str) -> list[str]:
    """Command line of a supervised process; ``task`` only names it in lists of processes."""
    return worker_command("supervised", task)


def safe_environment() -> dict[str, str]:
    """Environment in which Python finds this program and imports nothing from the current folder."""
    root = str(Path(__file__).resolve().parents[2])
    entries = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if os.path.isabs(entry)]
    if root not in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:  # there it is found anyway
        entries = [root, *(entry for entry in entries if entry != root)]
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(entries)}
    if not entries:
        del environment["PYTHONPATH"]  # an empty one means the current folder
    return environment


def child_environment() -> dict[str, str]:
    """Environment of a supervised process: safe, and one thread, since several processes share the cores."""
    return safe_environment() | _ONE_THREAD
