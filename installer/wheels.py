"""Wheels of the lock for a system, and their content laid out as ``site-packages``."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from lock import PYTHON, ROOT, TAGS, closure
from packaging.utils import canonicalize_name, parse_wheel_filename

CPU_TORCH = "https://download.pytorch.org/whl/cpu"
"""Index of the builds of torch without CUDA; the package index has them for Windows and macOS only."""

UNNEEDED = {  # folders and files of wheels that no program of CLICS opens
    "torch": ("test", "include", "share", "bin", "lib/*.lib", "lib/*.a", "utils/benchmark", "testing/_internal/generated"),
    "PySide6": (
        "Qt/qml", "Qt/translations", "Qt/libexec", "translations", "qml", "include", "typesystems", "glue", "scripts", "*.pyi",
        "*Quick*", "*Qml*", "*Designer*", "*Test*", "*Help*", "*UiTools*", "assistant*", "designer*", "linguist*", "lupdate*",
        "lrelease*", "qmlls*", "qmlformat*", "qmllint*", "balsam*", "balsamui*", "svgtoqml*",
        "Qt/lib/*Quick*", "Qt/lib/*Qml*", "Qt/lib/*Designer*", "Qt/lib/*Labs*", "Qt/lib/*Test*", "Qt/lib/*Help*",
        "Qt/lib/*UiTools*", "Qt/plugins/designer", "Qt/plugins/qmltooling", "Qt/plugins/qmllint", "plugins/designer",
        "plugins/qmltooling", "plugins/qmllint", "Qt6*Quick*", "Qt6*Qml*", "Qt6*Designer*", "Qt6*Labs*",
    ),
}  # fmt: skip
_TESTS = {"tests", "test"}
_KEEP_TESTS = {"torch", "numpy"}  # their tests folders hold modules that are imported


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
    for abi in (f"cp{PYTHON.replace('.', '')}", "abi3", "none"):
        command += ["--abi", abi]
    for tag in TAGS[system]:
        command += ["--platform", tag]
    if "torch" in missing and system == "linux":
        subprocess.run([*command, "--index-url", CPU_TORCH, f"torch=={missing.pop('torch')}"], check=True)
    subprocess.run([*command, *(f"{name}=={version}" for name, version in missing.items())], check=True)


def build_clics(folder: Path) -> Path:
    """The wheel of this checkout."""
    for old in folder.glob("clics-*.whl"):
        old.unlink()
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, stdout=subprocess.DEVNULL)
    [wheel] = folder.glob("clics-*.whl")
    return wheel


def unpack(system: str, folder: Path, target: Path) -> list[str]:
    """Lay out the wheels of the lock and of CLICS in ``target``, without what is unneeded.

    Returns:
        What is wrong: wheels that are missing or of another system. An empty list is a complete payload.
    """
    faults = []
    wheels = [build_clics(folder)]
    for name, version in closure(system).items():
        wheel = _wheel(folder, name, version)
        if wheel is None:
            faults.append(f"{name} {version}: no wheel")
        else:
            wheels.append(wheel)
    for wheel in wheels:
        if not fits(system, wheel):
            faults.append(f"{wheel.name}: of another system")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target)
    for data in target.glob("*.data"):  # what a wheel puts beside site-packages
        for kind in ("purelib", "platlib"):
            if (data / kind).is_dir():
                shutil.copytree(data / kind, target, dirs_exist_ok=True)
        shutil.rmtree(data)
    prune(target)
    return faults + wrong_modules(system, target)


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
    version = f"cp{PYTHON.replace('.', '')}"
    return any(
        (tag.platform == "any" or ours in tag.platform)
        and (tag.interpreter.startswith("py3") or tag.interpreter == version or tag.abi == "abi3")
        for tag in tags
    )


def wrong_modules(system: str, target: Path) -> list[str]:
    """Compiled modules that Python on this system would not load: another suffix, or another machine by their first bytes."""
    version = f"cp{PYTHON.replace('.', '')}"
    good = {
        "linux": (f".cpython-{version[2:]}-x86_64-linux-gnu.so", ".abi3.so"),
        "windows": (f".{version}-win_amd64.pyd", ".pyd"),
        "macos": (f".cpython-{version[2:]}-darwin.so", ".abi3.so", ".so"),
    }[system]
    heads = {"linux": (b"\x7fELF\x02",), "windows": (b"MZ",), "macos": (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")}[
        system
    ]
    faults = []
    for file in [*target.rglob("*.so"), *target.rglob("*.pyd"), *target.rglob("*.dll"), *target.rglob("*.dylib")]:
        with file.open("rb") as opened:
            head = opened.read(8)
        tagged = ".cpython-" in file.name or ".cp3" in file.name
        if not head.startswith(heads) or (tagged and not file.name.endswith(good)):
            faults.append(f"{file.relative_to(target)}: not for this system")
    return faults


def _wheel(folder: Path, name: str, version: str) -> Path | None:
    for path in folder.glob("*.whl"):
        found, number, *_ = parse_wheel_filename(path.name)
        if canonicalize_name(found) == name and str(number).partition("+")[0] == version.partition("+")[0]:
            return path
    return None


def prune(target: Path) -> None:
    """Remove what no program of CLICS opens."""
    for package, patterns in UNNEEDED.items():
        for pattern in patterns:
            for path in (target / package).glob(pattern):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for folder in sorted(target.rglob("*"), reverse=True):
        if folder.name in _TESTS and folder.is_dir() and folder.relative_to(target).parts[0] not in _KEEP_TESTS:
            shutil.rmtree(folder)
