"""A Python that runs wherever its folder lies, for Linux and macOS.

CPython finds its library from the place of its executable. What ties a Python that was built on one machine to it are the
shared libraries of that machine (OpenSSL, SQLite, libffi, …): they are copied into ``lib`` and found from there.
A Python of the project python-build-standalone, which ``uv python install 3.11`` brings, has no such libraries and runs on
older systems; the release workflow uses it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from lock import PYTHON

OF_THE_SYSTEM = re.compile(
    r"(ld-linux|libc\.|libm\.|libpthread|libdl|librt|libutil|libresolv|libnsl|linux-vdso|libcrypt\.)"
)
"""Parts of glibc, which every Linux has and which no program may bring."""
UNNEEDED = (
    "test", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "pydoc_data", "site-packages", "config-*", "__pycache__",
    "lib-dynload/_test*", "lib-dynload/_tkinter*", "lib-dynload/_xxtest*", "lib-dynload/_ctypes_test*", "lib-dynload/nis.*",
    "lib-dynload/_crypt.*",
)  # fmt: skip


def copy(prefix: Path, target: Path) -> None:
    """Copy the Python of ``prefix`` to ``target``, with the shared libraries that it needs.

    Raises:
        SystemExit: It is no Python of the version of the lock.
    """
    program = prefix / "bin" / f"python{PYTHON}"
    if not program.is_file():
        raise SystemExit(f"{prefix}: there is no bin/python{PYTHON}; name the prefix of a Python {PYTHON}.")
    (target / "bin").mkdir(parents=True)
    shutil.copy2(program.resolve(), target / "bin" / program.name)
    shutil.copytree(prefix / "lib" / program.name, target / "lib" / program.name, symlinks=True,
                    ignore=shutil.ignore_patterns("__pycache__", *UNNEEDED))  # fmt: skip
    for pattern in UNNEEDED:
        for path in (target / "lib" / program.name).glob(pattern):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    (target / "lib" / program.name / "site-packages").mkdir()
    # Python's headers: torch compiles with them where there is a compiler
    shutil.copytree(prefix / "include" / program.name, target / "include" / program.name)
    for licence in [*prefix.glob("LICENSE*"), *(prefix / "lib" / program.name).glob("LICENSE*")][:1]:
        shutil.copy2(licence, target / "LICENSE.python.txt")
    modules = [target / "bin" / program.name, *(target / "lib").rglob("*.so")]
    bring_libraries(modules, target / "lib")
    for module in modules:
        depth = len(module.relative_to(target).parts) - 1
        _set_path(module, f"$ORIGIN/{'../' * depth}lib")


def bring_libraries(files: list[Path], folder: Path) -> None:
    """Copy the shared libraries that files need into a folder, glibc aside, so that they find one another there."""
    found: dict[str, Path] = {}
    for file in files:
        listed = subprocess.run(["ldd", str(file)], capture_output=True, text=True, check=False).stdout
        for name, place in re.findall(r"^\s*(\S+) => (/\S+)", listed, re.MULTILINE):
            if not OF_THE_SYSTEM.match(name) and folder.resolve() not in Path(place).resolve().parents:
                found[name] = Path(place)
    for name, place in found.items():
        if not (folder / name).exists():
            shutil.copy2(place.resolve(), folder / name)
            (folder / name).chmod(0o755)
            _set_path(folder / name, "$ORIGIN")


def _set_path(file: Path, path: str) -> None:
    subprocess.run(["patchelf", "--force-rpath", "--set-rpath", path, str(file)], check=True)
