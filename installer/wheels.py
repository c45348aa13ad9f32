"""Wheels of the lock for a system, and their content laid out as ``site-packages``.

For Windows and macOS the package index has builds of torch for the CPU. Linux is built from an environment instead
(``environment.py``), since its build there is for CUDA.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from contents import is_left_out, prune
from lock import PYTHON, ROOT, TAGS, closure
from packaging.utils import canonicalize_name, parse_wheel_filename

_VERSION = f"cp{PYTHON.replace('.', '')}"
_MODULES = {
    "linux": f".cpython-{_VERSION[2:]}-x86_64-linux-gnu.so",
    "windows": f".{_VERSION}-win_amd64.pyd",
    "macos": f".cpython-{_VERSION[2:]}-darwin.so",
}
_HEADS = {"linux": (b"\x7fELF\x02",), "windows": (b"MZ",), "macos": (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")}


def download(system: str, folder: Path) -> None:
    """Download every wheel of the lock that ``folder`` lacks.

    Raises:
        SystemExit: A wheel is not to be had for this system.
    """
    wanted = closure(system)
    missing = {name: version for name, version in wanted.items() if _wheel(folder, name, version) is None}
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--dest", str(folder),
               "--python-version", PYTHON, "--implementation", "cp"]  # fmt: skip
    for abi in (_VERSION, "abi3", "none"):
        command += ["--abi", abi]
    for tag in TAGS[system]:
        command += ["--platform", tag]
    subprocess.run([*command, *(f"{name}=={version}" for name, version in missing.items())], check=True)


def build_clics(folder: Path, system: str) -> Path:
    """The wheel of this checkout; without the compiled kernels where it is for another system, which then uses numpy."""
    own = {"linux": "linux", "darwin": "macos", "win32": "windows"}.get(sys.platform) == system
    for old in folder.glob("clics-*.whl"):
        old.unlink()
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    without = {} if own else {"CLICS_WITHOUT_KERNELS": "1"}
    subprocess.run([*command, str(ROOT)], check=True, stdout=subprocess.DEVNULL, env={**os.environ, **without})
    [wheel] = folder.glob("clics-*.whl")
    return wheel


def unpack(system: str, folder: Path, target: Path) -> list[str]:
    """Lay out the wheels of the lock and of CLICS in ``target``, without what is unneeded.

    Returns:
        What is wrong: wheels that are missing or of another system. An empty list is a complete payload.
    """
    faults = check(system, folder)
    found = [_wheel(folder, *package) for package in closure(system).items()]
    for wheel in [build_clics(folder, system), *filter(None, found)]:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target)
    for data in target.glob("*.data"):  # what a wheel puts beside site-packages
        for kind in ("purelib", "platlib"):
            if (data / kind).is_dir():
                shutil.copytree(data / kind, target, dirs_exist_ok=True)
        for library in [*(data / "data" / "Scripts").glob("*.dll")]:  # Microsoft's C++ runtime: beside python.exe
            shutil.copy2(library, target.parents[1])
        shutil.rmtree(data)
    prune(target)
    return faults


def version() -> str:
    """Version of CLICS in this checkout."""
    text = (ROOT / "engine" / "clics" / "__init__.py").read_text(encoding="utf-8")
    match = re.search(r'__version__ = "([^"]+)"', text)
    assert match is not None
    return match[1]


def fits(system: str, wheel: Path) -> bool:
    """True for a wheel of this system and Python, or of any."""
    tags = parse_wheel_filename(wheel.name)[3]
    ours = {"linux": "linux", "windows": "win_amd64", "macos": "macosx"}[system]
    return any(
        (tag.platform == "any" or ours in tag.platform)
        and (tag.interpreter.startswith("py3") or tag.interpreter == _VERSION or tag.abi == "abi3")
        for tag in tags
    )


def check(system: str, folder: Path) -> list[str]:
    """What is wrong with the wheels of a system in a folder, without unpacking them; an empty list is a complete payload."""
    faults = []
    for name, number in closure(system).items():
        wheel = _wheel(folder, name, number)
        if wheel is None:
            faults.append(f"{name} {number}: no wheel")
            continue
        if not fits(system, wheel):
            faults.append(f"{wheel.name}: of another system")
        with zipfile.ZipFile(wheel) as archive:
            heads = {}
            for member in filter(_is_compiled, archive.namelist()):
                with archive.open(member) as opened:
                    heads[member] = opened.read(8)
        faults += _faults(system, heads)
    return faults


def wrong_modules(system: str, target: Path) -> list[str]:
    """Compiled modules below a folder that Python on this system would not load."""
    heads = {}
    for file in target.rglob("*"):
        if _is_compiled(str(file.relative_to(target))) and file.is_file():
            with file.open("rb") as opened:
                heads[str(file.relative_to(target))] = opened.read(8)
    return _faults(system, heads)


def _is_compiled(name: str) -> bool:
    return name.endswith((".so", ".pyd", ".dll", ".dylib")) and not is_left_out(name)


def _faults(system: str, heads: dict[str, bytes]) -> list[str]:
    """Modules of another machine, by their first bytes, or for another Python alone, by their names."""
    faults = []
    for name, head in heads.items():
        tagged = ".cpython-" in name or ".cp3" in name
        other = tagged and not name.endswith(_MODULES[system])  # a wheel may hold one for each Python
        if not head.startswith(_HEADS[system]) or (other and name.partition(".")[0] + _MODULES[system] not in heads):
            faults.append(f"{name}: not for this system")
    return faults


def _wheel(folder: Path, name: str, version: str) -> Path | None:
    for path in folder.glob("*.whl"):
        found, number, *_ = parse_wheel_filename(path.name)
        if canonicalize_name(found) == name and str(number).partition("+")[0] == version.partition("+")[0]:
            return path
    return None
