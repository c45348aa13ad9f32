"""The packages that an installer holds: what CLICS needs at run time, at the versions of ``constraints.txt``.

The requirements of each package are read from the metadata of the environment of the checkout (``make test``) and
evaluated for the system that the installer is for.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "3.11"

LEFT_OUT = frozenset(
    {
        # required by pymatgen-core and tokenizers, imported by nothing that CLICS imports
        "pandas", "matplotlib", "plotly", "bibtexparser", "palettable", "uncertainties", "pybtex",
        "huggingface-hub",
    }
)  # fmt: skip
"""Requirements that the programs do without (``tests/packaging/test_installer.py`` runs them so)."""

BESIDES = {"windows": ("msvc-runtime",)}
"""Packages that only an installer needs: on Windows torch asks for Microsoft's C++ runtime, which no other package brings."""

MARKERS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
}
TAGS = {
    "linux": [f"manylinux_2_{minor}_x86_64" for minor in range(34, 16, -1)] + ["manylinux2014_x86_64"],
    "windows": ["win_amd64"],
    "macos": [f"macosx_{major}_0_{machine}" for major in (14, 13, 12, 11) for machine in ("arm64", "universal2")],
}
"""Platforms of wheels that run on the oldest supported system, the newest first."""


def pins() -> dict[str, str]:
    """Version of every package in ``constraints.txt``, by canonical name."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = (re.fullmatch(r"([\w.-]+)==(\S+)", line.strip()) for line in lines)
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def closure(system: str, extras: tuple[str, ...] = ("mcp",)) -> dict[str, str]:
    """Names and versions of the packages of an installer.

    Args:
        system: ``linux``, ``windows`` or ``macos``.
        extras: Extras of CLICS that it holds.

    Raises:
        SystemExit: A package has no version in ``constraints.txt``.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = pins()
    environment = {**MARKERS[system], "python_version": PYTHON, "python_full_version": f"{PYTHON}.9",
                   "implementation_name": "cpython", "platform_python_implementation": "CPython",
                   "platform_release": "", "platform_version": "", "implementation_version": PYTHON}  # fmt: skip
    waiting = [Requirement(line) for line in project["dependencies"]]
    waiting += map(Requirement, BESIDES.get(system, ()))
    waiting += [Requirement(line) for extra in extras for line in project["optional-dependencies"][extra]]
    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in LEFT_OUT or (name, frozenset(wanted.extras)) in seen:
            continue
        seen.add((name, frozenset(wanted.extras)))
        if name not in versions:
            raise SystemExit(f"{name} has no version in constraints.txt.")
        found[name] = versions[name]
        try:
            lines = distribution(name).requires or []
        except PackageNotFoundError:  # of another system
            continue
        for requirement in map(Requirement, lines):
            chosen = [{**environment, "extra": extra} for extra in ("", *wanted.extras)]
            if requirement.marker is None or any(requirement.marker.evaluate(values) for values in chosen):
                waiting.append(requirement)
    return dict(sorted(found.items()))
