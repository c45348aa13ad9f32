"""Every command that writes, on a full and on a read-only disk: one sentence with the path, a documented exit code, and what
was there before is there afterwards.

The disks are small ``tmpfs`` mounts, for which Linux wants root; without it the script is left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .commands import Commands
from .common import Stress, faults_of
from .kill_scenarios import SCENARIOS, Materials, Scenario

CONDITIONS = ("full", "nearly full", "read-only")
SIZE = "96m"
_ROOM = {"full": 0, "nearly full": 48 * 1024, "read-only": 4 << 20}
"""Bytes that are free when the command starts."""


def unable() -> str:
    """Why the script cannot run here; empty where it can."""
    if not sys.platform.startswith("linux"):
        return "full disks are made with mount(8) of Linux"
    if os.geteuid() != 0:
        return "only root may mount the small disks that are filled"
    found = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return "" if found.returncode == 0 else "this system does not let root mount (a container?)"


def run(stress: Stress) -> None:
    """Every writer in every condition, again and again until the count is reached; in one round, once each."""
    cases = [(scenario, condition) for condition in CONDITIONS for scenario in SCENARIOS]
    with Commands(stress.scratch / "home") as commands:
        materials = Materials(stress.scratch / "materials", commands)
        for number in stress.items():
            if number >= len(cases):
                break
            scenario, condition = cases[number]
            faults = _one(scenario, condition, materials, commands, stress.scratch / f"disk-{number}")
            stress.note(number, condition, faults)


def _one(scenario: Scenario, condition: str, materials: Materials, commands: Commands, place: Path) -> list[str]:
    with _disk(place) as disk:
        folder = disk / "work"
        scenario.prepare(materials, folder)
        arguments = scenario.arguments(materials, folder)
        before, files = scenario.state(folder), _contents(folder)
        room = _fill(disk, _ROOM[condition])
        if condition == "read-only":
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        result = commands.run(*arguments, folder=folder, timeout=900)
        faults = faults_of(result, (0, 1, 2))
        lines = [line for line in result.stderr.splitlines() if line.strip()]
        if condition == "read-only":
            subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        room.unlink()
        if result.returncode == 0 and condition != "nearly full":
            faults.append("it claims to be done")
        elif result.returncode == 0:
            return faults
        if not any(str(disk) in line for line in lines):
            faults.append(f"no sentence names the path: {result.stderr[-300:]!r}")
        if len(lines) > 2:
            faults.append(f"{len(lines)} lines: {result.stderr[:400]!r}")
        if not any(word in result.stderr for word in ("full", "quota", "read", "written")):
            faults.append(f"the reason is not told: {result.stderr[-300:]!r}")
        seen = place.with_name(f"{place.name}-seen")
        shutil.copytree(folder, seen)
        faults += scenario.intact(seen, before, scenario.state(seen) if condition == "nearly full" else before, 0)
        shutil.rmtree(seen)
        faults += [f"{name} is not as it was" for name, content in files.items() if _differs(folder / name, content)]
        left = {name for name in _contents(folder) if name.endswith((".part", ".tmp"))}
        if left:
            faults.append(f"left-over files: {', '.join(sorted(left))}")
        for again in scenario.again(arguments, folder):  # with room again, the same command ends well
            result = commands.run(*again, folder=folder, timeout=900)
            if result.returncode == 0:
                break
        else:
            faults.append(f"with room again it fails: {result.stderr[-300:]!r}")
        return faults


@contextmanager
def _disk(place: Path) -> Iterator[Path]:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "clics-stress", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)
        place.rmdir()


def _fill(disk: Path, room: int) -> Path:
    """Fill a disk but for some bytes; returns the file that fills it."""
    path = disk / "filler"
    free = os.statvfs(disk)
    wanted = max(free.f_bavail * free.f_frsize - room, 0)
    with path.open("wb") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, wanted)
        except OSError:
            while file.write(b"\0" * 4096):
                pass
    return path


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _differs(path: Path, content: bytes) -> bool:
    """True where an old file is gone or another; libraries are compared by what they hold, and their logs not at all."""
    if path.suffix == ".clics" or path.name.endswith(("-wal", "-shm")):
        return not path.exists()
    return not path.exists() or path.read_bytes() != content
