"""``kill -9`` of real commands at random moments of their work.

After each kill: what was there before or was reported as done is there, whole; no process of the command lives on; the same
command, run again, ends well with the result of an undisturbed run, and leaves the same files as it.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psutil

from .commands import Commands, Running
from .common import Stress, faults_of
from .kill_scenarios import SCENARIOS, Materials, Scenario, plain_name

PATIENCE = 600.0
"""Seconds of the clock for a whole command; machines are busy."""
_ORPHANS_S = 60.0
_COUNT = re.compile(r"(\d+)/(?:\d+|\?)")


@dataclass(slots=True)
class Reference:
    """An undisturbed run."""

    state: Any
    files: set[str]
    seconds: float
    faults: list[str] = field(default_factory=list)
    said: str = ""


def run(stress: Stress) -> None:
    """Kill commands, scenario after scenario in turns."""
    with Commands(stress.scratch / "home") as commands:
        materials = Materials(stress.scratch / "materials", commands)
        references: dict[str, Reference] = {}
        for number in stress.items():
            scenario = SCENARIOS[number % len(SCENARIOS)]
            folder = stress.scratch / f"run-{number}"
            if scenario.name not in references:
                references[scenario.name] = undisturbed(scenario, materials, commands, stress.scratch / "reference")
            reference = references[scenario.name]
            killed, faults = _one_kill(scenario, materials, commands, folder, reference, stress.random(number))
            row = scenario.name if killed else f"{scenario.name}, ended before the kill"
            stress.note(number, row, [*reference.faults, *faults], processor_seconds=reference.seconds)
            if faults:
                stress.keep(number, folder)
            shutil.rmtree(folder)


def undisturbed(scenario: Scenario, materials: Materials, commands: Commands, folder: Path) -> Reference:
    """Run a command to its end."""
    shutil.rmtree(folder, ignore_errors=True)
    scenario.prepare(materials, folder)
    running = commands.start(*scenario.arguments(materials, folder), folder=folder)
    used = 0.0
    while (code := running.wait(0.02)) is None:
        used = max(used, processor_seconds(running))
    faults = [] if code == 0 else [f"the undisturbed run ended with {code}: {running.stderr[-300:]!r}"]
    reference = Reference(scenario.state(folder), files_of(folder), max(used, 0.05), faults, running.stderr)
    shutil.rmtree(folder)
    return reference


def _one_kill(
    scenario: Scenario, materials: Materials, commands: Commands, folder: Path, reference: Reference, chance: Random
) -> tuple[bool, list[str]]:
    scenario.prepare(materials, folder)
    before = scenario.state(folder)
    arguments = scenario.arguments(materials, folder)
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    try:
        running = commands.start(*arguments, folder=folder, screen=os.ttyname(slave))
        killed, said = _kill_when(running, chance, reference.seconds, master)
    finally:
        os.close(slave)
        os.close(master)
    faults = orphans(running)
    reported = max((int(count) for count in _COUNT.findall(said)), default=0)
    faults += losses(scenario, folder, before, reference, reported)
    return killed, faults + repeated(scenario, arguments, folder, reference, commands)


def losses(scenario: Scenario, folder: Path, before: Any, reference: Reference, reported: int) -> list[str]:
    """What a command that was stopped has lost or damaged."""
    with_copy = folder.with_name(f"{folder.name}-seen")  # opening a library merges its log; the copy takes that
    shutil.copytree(folder, with_copy)
    try:
        return scenario.intact(with_copy, before, reference.state, reported)
    except Exception as error:  # noqa: BLE001  what cannot be read is a loss
        return [f"after the kill it cannot be read: {type(error).__name__}: {error}"]
    finally:
        shutil.rmtree(with_copy)


def repeated(
    scenario: Scenario, arguments: list[str | Path], folder: Path, reference: Reference, commands: Commands
) -> list[str]:
    """What is wrong once the same command has been run again: another result or other files than undisturbed."""
    for again in scenario.again(arguments, folder):
        result = commands.run(*again, folder=folder, timeout=PATIENCE)
        if result.returncode == 0:
            break
    faults = faults_of(result, (0,))
    try:
        if (state := scenario.state(folder)) != reference.state:
            faults.append(f"another result than the undisturbed run: {difference(state, reference.state)}")
    except Exception as error:  # noqa: BLE001
        faults.append(f"the result cannot be read: {type(error).__name__}: {error}")
    if left := files_of(folder) - reference.files:
        faults.append(f"left-over files: {', '.join(sorted(left)[:5])}")
    return faults


def _kill_when(running: Running, chance: Random, seconds: float, screen: int) -> tuple[bool, str]:
    """Kill once a random share of the processor time is used; returns whether it still ran, and what was on the screen."""
    moment = chance.uniform(0, 1.02 * seconds)
    said, end = b"", time.monotonic() + PATIENCE
    while running.wait(0.0) is None:
        said += _read(screen)
        if processor_seconds(running) >= moment or time.monotonic() > end:
            time.sleep(chance.choice([0.0, 0.003, 0.01]))
            said += _read(screen)
            running.kill()
            return True, said.decode("utf-8", "replace")
        time.sleep(0.005)
    return False, (said + _read(screen)).decode("utf-8", "replace")


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 1 << 20)
    except (BlockingIOError, OSError):
        return b""


def processor_seconds(running: Running) -> float:
    """Processor time of a command and its children."""
    try:
        process = psutil.Process(running.pid)
        times = [process.cpu_times(), *(child.cpu_times() for child in process.children(recursive=True))]
    except psutil.Error:
        return 0.0
    return sum(one.user + one.system for one in times)


def orphans(running: Running) -> list[str]:
    """A fault where processes of a command live on."""
    end = time.monotonic() + _ORPHANS_S
    while left := running.children():
        if time.monotonic() > end:
            told = [" ".join(process.cmdline()[-3:]) for process in left]
            for process in left:
                process.kill()
            return [f"processes live on after the kill: {told}"]
        time.sleep(0.2)
    return []


def files_of(folder: Path) -> set[str]:
    """Names of the files below a folder."""
    return {plain_name(str(path.relative_to(folder))) for path in folder.rglob("*") if path.is_file()}


def difference(one: Any, two: Any) -> str:
    if isinstance(one, dict) and isinstance(two, dict):
        names = [str(name) for name in one.keys() | two.keys() if one.get(name) != two.get(name)]
        return f"{len(names)} entries differ: {', '.join(sorted(names)[:5])}"
    return f"{str(one)[:150]} for {str(two)[:150]}"
