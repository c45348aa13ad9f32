"""Compiled files of a payload: which shared libraries they ask for, and which nothing provides. Needs objdump."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_HEADS = (b"\x7fELF", b"MZ")


def compiled_files(tree: Path) -> list[Path]:
    """Programs and libraries of Linux and Windows below a folder; links are left out."""
    found = []
    for file in sorted(tree.rglob("*")):
        if not file.is_symlink() and file.is_file():
            with file.open("rb") as opened:
                head = opened.read(4)
            if head == _HEADS[0] or (head[:2] == _HEADS[1] and file.suffix in {".dll", ".pyd", ".exe"}):
                found.append(file)
    return found


def outside_libraries(tree: Path) -> dict[str, list[str]]:
    """Names of shared libraries, in lower case, that files below a folder need and that do not lie there.

    Returns:
        For each library the files that need it, relative to ``tree``.
    """
    files = compiled_files(tree)
    inside = {file.name.lower() for file in tree.rglob("*")}
    found: dict[str, list[str]] = {}
    for file in files:
        for elf, dll in re.findall(r"NEEDED\s+(\S+)|DLL Name: (\S+)", _objdump("-p", file)):
            name = (elf or dll).lower()
            if name not in inside:
                found.setdefault(name, []).append(str(file.relative_to(tree)))
    return found


def oldest_glibc(tree: Path) -> str:
    """The version of glibc that the newest symbol below a folder asks for, for example ``2.34``."""
    versions = {
        tuple(map(int, version.split(".")))
        for file in compiled_files(tree)
        for version in re.findall(r"GLIBC_(\d+\.\d+)", _objdump("-T", file))
    }
    return ".".join(map(str, max(versions, default=(2, 17))))


def _objdump(option: str, file: Path) -> str:
    return subprocess.run(["objdump", option, str(file)], capture_output=True, text=True, check=False).stdout
