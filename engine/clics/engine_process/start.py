"""Command line and environment of the engine process."""

from __future__ import annotations

import os

from clics.supervision.command import safe_environment, worker_command


def engine_command() -> list[str]:
    """Command line of an engine of this process, whose number it is told."""
    return worker_command("engine", str(os.getpid()))


def engine_environment() -> dict[str, str]:
    """Environment in which the engine finds this program and imports nothing from the current folder."""
    return safe_environment()
