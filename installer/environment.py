"""The packages of the environment that runs this, laid out as ``site-packages`` of an installer."""

from __future__ import annotations

import os
import shutil
from importlib.metadata import Distribution, distribution
from pathlib import Path

from contents import prune
from lock import ROOT, closure
from wheels import wrong_modules

OURS = {"engine/clics": "clics", "clics_gui": "clics_gui", "resources": "clics_resources"}


def lay_out(target: Path) -> list[str]:
    """Link the files of every package of the lock, and copy CLICS itself.

    Returns:
        What is wrong: packages of other versions than the lock's, a torch that is not for the CPU, files that are missing,
        kernels of CLICS that are not compiled.
    """
    faults = []
    for name, version in closure("linux").items():
        package = distribution(name)
        if package.version.partition("+")[0] != version:
            faults.append(f"{name}: {package.version} is installed, {version} is locked")
        if name == "torch" and any("nvidia" in line for line in package.requires or []):
            faults.append("torch is a build for CUDA; install one for the CPU (its version ends with +cpu)")
        faults += _link(package, target)
    for folder, package in OURS.items():
        shutil.copytree(ROOT / folder, target / package, ignore=shutil.ignore_patterns("__pycache__"))
    faults += [
        f"clics: {stub.stem} is not compiled; install the checkout where there is a C compiler"
        for stub in (target / "clics").rglob("_*_kernel.pyi")
        if not any(stub.parent.glob(f"{stub.stem}.*.so"))
    ]
    _metadata(target)
    prune(target)
    return faults + wrong_modules("linux", target)


def _link(package: Distribution, target: Path) -> list[str]:
    faults = []
    for file in package.files or []:
        source = Path(str(package.locate_file(file)))
        if ".." in file.parts or file.is_absolute():  # scripts, which name this environment
            continue
        if (target / file).exists():  # two packages list it
            continue
        if not source.exists():
            if file.suffix != ".pyc":
                faults.append(f"{package.metadata['Name']}: {file} is missing")
            continue
        place = target / file
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, place)
        except OSError:  # on another disk
            shutil.copy2(source, place)
    return faults


def _metadata(target: Path) -> None:
    """Metadata of CLICS, from which it reads its version; of an installation that can be edited the rest says nothing."""
    package = distribution("clics")
    folder = target / f"clics-{package.version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        package.read_text("METADATA") or package.read_text("PKG-INFO") or "", encoding="utf-8"
    )
    (folder / "RECORD").write_text("", encoding="utf-8")
