"""Makes the virtual environment ``.venv`` of a checkout: ``python tools/environment.py run|test``.

Standard library only, because it runs before anything is installed. A stamp in ``.venv`` holds a hash of what the
environment was made from, so that a second call returns at once and a change of ``pyproject.toml`` or
``constraints.txt`` installs again. An installation that was interrupted leaves a marker behind and is made anew.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
UNFINISHED = VENV / "installing"
EXTRAS = {"run": "", "test": "[dev]"}
SCREEN_PACKAGES = (  # packages of Debian and Ubuntu for Qt and a virtual screen, on which the tests draw
    "xvfb", "libegl1", "libgl1", "libgl1-mesa-dri", "libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4",
    "libxcb-image0", "libxcb-keysyms1", "libxcb-render-util0", "libxcb-shape0", "libdbus-1-3",
    "libfontconfig1", "fonts-dejavu-core",
)  # fmt: skip
SCREEN_LIBRARIES = ("libEGL.so.1", "libGL.so.1", "libxkbcommon-x11.so.0", "libxcb-cursor.so.0", "libxcb-icccm.so.4",
                    "libxcb-image.so.0", "libxcb-keysyms.so.1", "libxcb-render-util.so.0", "libdbus-1.so.3",
                    "libfontconfig.so.1")  # fmt: skip
OLDEST = (3, 11)


def venv_python() -> Path:
    """The environment's interpreter, on POSIX and on Windows."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint() -> str:
    """Hash of everything that the environment depends on, including the path of the checkout and the interpreter."""
    compiled = [path.relative_to(ROOT) for path in sorted((ROOT / "engine").glob("*_kernel/*.[ch]"))]
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt", "setup.py", *compiled)]
    parts += [str(ROOT).encode(), sys.version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_ready(purpose: str) -> bool:
    """True if an environment for ``purpose`` is complete and current; one for the tests also runs the program."""
    for stamp in {VENV / f"ready-{purpose}", VENV / "ready-test"}:
        if (
            stamp.is_file()
            and stamp.read_text() == fingerprint()
            and venv_python().exists()
            and not UNFINISHED.exists()
        ):
            return True
    return False


def run(*command: str | Path) -> None:
    """Print and run a step; end the set-up if it fails."""
    print("+", " ".join(str(part) for part in command), file=sys.stderr, flush=True)
    code = subprocess.run([str(part) for part in command], stdout=sys.stderr, check=False).returncode
    if code:
        sys.exit(f"The set-up stopped: the command above ended with code {code}. Run make again to repeat it.")


def works(*command: str | Path) -> bool:
    """True if a command can be started and succeeds."""
    try:
        return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def provide_venv_module() -> None:
    """Install the package that holds ``venv`` on Debian and Ubuntu where that is possible; otherwise end with the command."""
    if works(sys.executable, "-c", "import venv, ensurepip"):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if may_install_packages():
        run("apt-get", "update")
        run("apt-get", "install", "-y", package)
        return
    sys.exit(
        f"Python's venv module is missing. Install it, then run make again:\n    sudo apt-get install -y {package}"
    )


def may_install_packages() -> bool:
    """True for root on Debian or Ubuntu."""
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def missing_of_screen() -> list[str]:
    """Names of the programs and libraries that the window's tests need on Linux and do not find."""
    if not sys.platform.startswith("linux"):
        return []
    missing = [] if shutil.which("Xvfb") else ["Xvfb"]
    for name in SCREEN_LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return missing


def provide_screen() -> None:
    """Install a virtual screen for the window's tests where that is possible; otherwise end with the command for it."""
    missing = missing_of_screen()
    if not missing:
        return
    if may_install_packages():
        run("apt-get", "update")
        run("apt-get", "install", "-y", "--no-install-recommends", *SCREEN_PACKAGES)
        return
    sys.exit(
        f"The window's tests need {', '.join(missing)}. Install what they are in, then run make again:\n"
        f"    sudo apt-get install -y {' '.join(SCREEN_PACKAGES)}\n"
        "On another Linux its own package manager has them under similar names."
    )


def make_venv() -> None:
    """Make the environment, unless one that works exists."""
    if UNFINISHED.exists() or (VENV.exists() and not works(venv_python(), "-m", "pip", "--version")):
        print("The environment of an interrupted set-up is removed and made anew.", file=sys.stderr)
        shutil.rmtree(VENV)
    if not VENV.exists():
        provide_venv_module()
        run(sys.executable, "-m", "venv", VENV)


def install(purpose: str) -> None:
    """Install torch first (its pin decides between CPU and CUDA), then the project with what ``purpose`` needs."""
    make_venv()
    UNFINISHED.touch()
    print("Setting up .venv; this takes some minutes the first time.", file=sys.stderr, flush=True)
    pip = [
        venv_python(),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--prefer-binary",
        "-c",
        ROOT / "constraints.txt",
    ]
    run(*pip, "torch")
    run(*pip, "-e", f"{ROOT}{EXTRAS[purpose]}")
    (VENV / f"ready-{purpose}").write_text(fingerprint())
    UNFINISHED.unlink()


def main() -> None:
    """Entry point."""
    if len(sys.argv) != 2 or sys.argv[1] not in (*EXTRAS, "screen"):
        sys.exit("Usage: python tools/environment.py run|test|screen")
    if sys.version_info < OLDEST:
        sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; {sys.executable} is {sys.version.split()[0]}.")
    if sys.argv[1] in ("test", "screen"):
        provide_screen()
    if sys.argv[1] == "screen":
        return
    if not is_ready(sys.argv[1]):
        install(sys.argv[1])


if __name__ == "__main__":
    main()
