"""Signals and closed pipes in the middle of every command.

SIGTERM, SIGINT (Ctrl+C) and SIGHUP go to the command or to its whole process group, as a terminal and a service manager send
them; the reader of its output or of its messages goes away. Faults: a traceback, more than two sentences, another exit code
than documented, a temporary file that is left, a process that lives on, and what counts as one in :mod:`tests.stress.kills`.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from .commands import Commands, Running
from .common import EXAMPLES, Stress, faults_of_text
from .kill_scenarios import (
    OWN,
    RUTILE,
    SCENARIOS,
    Materials,
    Scenario,
    command_of,
    either,
    empty_folder,
    library_state,
    with_library,
)  # fmt: skip
from .kills import PATIENCE, Reference, files_of, losses, orphans, processor_seconds, repeated, undisturbed

STOPPED = 130
"""Documented exit code of a command that a signal stopped."""
SENTENCES = 2
"""That it stops after the step under way, and that it has stopped."""
ORDERED = tuple(str(path) for path in sorted(EXAMPLES.glob("*.cif")) if "taenite" not in path.name)
_TEMPORARY = (".part", ".tmp", "-journal")


def unable() -> str:
    """Why the script cannot run here; empty where it can."""
    return "" if os.name == "posix" else "signals and named pipes are those of POSIX"


@dataclass(frozen=True, slots=True)
class Way:
    """A way in which a command is disturbed."""

    name: str
    disturb: Callable[[Running, int], None]
    pipe: str = ""
    """The stream of the command that is a pipe, whose reading end ``disturb`` is given."""

    @property
    def is_signal(self) -> bool:
        """True where the command is asked to stop."""
        return not self.pipe


def _to_command(number: int) -> Callable[[Running, int], None]:
    return lambda running, _pipe: os.kill(running.pid, number)


def _to_group(number: int) -> Callable[[Running, int], None]:
    return lambda running, _pipe: os.killpg(running.pid, number)


def _close(_running: Running, pipe: int) -> None:
    os.close(pipe)


WAYS = (
    *(Way(f"{number.name}", _to_command(number)) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)),
    *(Way(f"{number.name} to the group", _to_group(number)) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)),
    Way("nobody reads stdout", _close, "output"),
    Way("nobody reads stderr", _close, "screen"),
)  # fmt: skip


def _present(name: str) -> Callable[[Path], Any]:
    return lambda folder: (folder / name).exists()


def _without_target(name: str) -> Callable[[list[str | Path], Path], list[list[str | Path]]]:
    """The same command without what it is to make."""

    def again(arguments: list[str | Path], folder: Path) -> list[list[str | Path]]:
        (folder / name).unlink(missing_ok=True)
        return [arguments]

    return again


def _reads(name: str, *arguments: str) -> Scenario:
    """A command that writes nothing."""
    return Scenario(name, with_library, command_of(*arguments), library_state, either(library_state))


READERS = (
    _reads("analyse", "analyse", *ORDERED, "--model", "@model"),
    _reads("analyse, JSON", "analyse", *ORDERED, "--model", "@model", "--json"),
    _reads("describe", "describe", *ORDERED),
    _reads("check", "check", *ORDERED),
    _reads("search", "search", "octahedra", *OWN, "--model", "@model"),
    _reads("similar", "similar", RUTILE, *OWN, "--model", "@model"),
    _reads("evaluate", "evaluate", "@packed", "--model", "@model"),
    _reads("library list", "library", "list", *OWN),
    _reads("library info", "library", "info", *OWN),
    _reads("library check", "library", "check", *OWN),
    _reads("models list", "models", "list"),
    _reads("models info", "models", "info", "Released model"),
    _reads("dataset info", "dataset", "info", "@packed"),
    _reads("library update-descriptions", "library", "update-descriptions", *OWN),
    _reads("mcp", "mcp", *OWN, "--model", "@model"),
    Scenario(
        "library create", empty_folder, command_of("library", "create", "=own.clics"), library_state,
        either(library_state), _without_target("own.clics"),
    ),
    Scenario(
        "library recover", with_library, command_of("library", "recover", "=own.clics", "-o", "=new.clics"),
        _present("new.clics"), either(_present("new.clics")), _without_target("new.clics"),
    ),
)  # fmt: skip
COMMANDS = (*SCENARIOS, *READERS)


def run(stress: Stress) -> None:
    """Every command in every way, in turns."""
    with Commands(stress.scratch / "home") as commands:
        materials = Materials(stress.scratch / "materials", commands)
        references: dict[str, Reference] = {}
        for number in stress.items():
            scenario, way = COMMANDS[number % len(COMMANDS)], WAYS[number // len(COMMANDS) % len(WAYS)]
            folder = stress.scratch / f"run-{number}"
            if scenario.name not in references:
                references[scenario.name] = undisturbed(scenario, materials, commands, stress.scratch / "reference")
            reference = references[scenario.name]
            disturbed, faults = _one(scenario, way, materials, commands, folder, reference, stress.random(number))
            row = way.name if disturbed else f"{way.name}, ended before"
            stress.note(number, row, [f"{scenario.name}: {fault}" for fault in (*reference.faults, *faults)])
            if faults:
                stress.keep(number, folder)
            shutil.rmtree(folder)


def _one(
    scenario: Scenario,
    way: Way,
    materials: Materials,
    commands: Commands,
    folder: Path,
    reference: Reference,
    chance: Random,
) -> tuple[bool, list[str]]:
    scenario.prepare(materials, folder)
    before = scenario.state(folder)
    arguments = scenario.arguments(materials, folder)
    pipe, streams = -1, {}
    if way.pipe:
        path = folder.with_name(f"{folder.name}-pipe")
        os.mkfifo(path)
        pipe, streams = os.open(path, os.O_RDONLY | os.O_NONBLOCK), {way.pipe: str(path)}
    running = commands.start(*arguments, folder=folder, **streams)
    disturbed, faults = _disturb(running, way, pipe, chance.uniform(0, 1.02 * reference.seconds))
    code = _end(running, pipe)
    if code is None:
        running.kill()
        faults.append(f"it has not ended after {PATIENCE:g} s")
    faults += _words(running, way, code, reference, disturbed=disturbed)
    faults += orphans(running)
    if left := {name for name in files_of(folder) if name.endswith(_TEMPORARY)}:
        faults.append(f"temporary files: {', '.join(sorted(left)[:5])}")
    faults += losses(scenario, folder, before, reference, 0)
    return disturbed, faults + repeated(scenario, arguments, folder, reference, commands)


def _disturb(running: Running, way: Way, pipe: int, moment: float) -> tuple[bool, list[str]]:
    """Disturb a command once it has used so much processor time; returns whether it still ran."""
    end = time.monotonic() + PATIENCE
    while running.wait(0.0) is None:
        if processor_seconds(running) >= moment:
            way.disturb(running, pipe)
            return True, []
        if time.monotonic() > end:
            return False, [f"it has not used {moment:.2f} s of the processor after {PATIENCE:g} s"]
        _drain(pipe)
        time.sleep(0.005)
    return False, []


def _end(running: Running, pipe: int) -> int | None:
    end = time.monotonic() + PATIENCE
    while (code := running.wait(0.02)) is None and time.monotonic() < end:
        _drain(pipe)
    return code


def _drain(pipe: int) -> None:
    """Read what a pipe holds, which the command would wait for."""
    if pipe >= 0:
        try:
            while os.read(pipe, 1 << 16):
                pass
        except OSError:  # nothing there, or it was closed
            pass


def _words(running: Running, way: Way, code: int | None, reference: Reference, *, disturbed: bool) -> list[str]:
    """What is wrong with the exit code and with what was said."""
    faults = faults_of_text(running.stderr)
    usual = set(reference.said.splitlines())
    said = [line for line in running.stderr.splitlines() if line.strip() and line not in usual]
    codes = {0, STOPPED} if disturbed and way.is_signal else {0}
    if code not in codes:
        faults.append(f"exit code {code}: {running.stderr[-300:]!r}")
    if len(said) > (SENTENCES if disturbed and way.is_signal else 0):
        faults.append(f"{len(said)} lines: {running.stderr[-500:]!r}")
    return faults
