"""The programs with the build of torch that a package index gives by default (on Linux the one for CUDA, with triton).

    python tools/usual_torch.py [PYTHON…] [--folder FOLDER] [--keep]

For each interpreter, in an environment of its own that is removed afterwards (5 GB): torch as ``constraints.txt`` pins it,
from the index that pip knows of itself (settings of this machine do not count), and the wheel of this checkout. Then, with
nothing of the checkout on the path: ``clics analyse``, ``search`` and ``train``, and the window on a virtual screen with
software OpenGL (``tools/window_walk.py``). The window's process must import no torch, and no process that answers may load
triton, whose LLVM ends a process that draws with Mesa's. Exit code 1 where anything fails. Needs a network and Xvfb.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
RUTILE = 136
"""Space group of rutile, P4_2/mnm (International Tables)."""
PATIENCE = 3000
RECIPE = {"epochs": 1, "sentences": 1, "bank_share": 0.01, "texts": 8, "text_alignment_steps": 2}
"""A training of few steps."""


class CheckError(Exception):
    """A check that did not hold, in a sentence."""


def environment(home: Path) -> dict[str, str]:
    """The user's environment without settings of pip and Python, with a user's folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "CLICS"))}
    return kept | {"PIP_CONFIG_FILE": os.devnull, "CLICS_HOME": str(home), "LIBGL_ALWAYS_SOFTWARE": "1"}


def run(*command: str | Path, home: Path, quiet: bool = True) -> str:
    """Run a command outside the checkout; its output. Raises CheckError where it fails, with the signal that ended it."""
    began = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        env=environment(home), cwd=home, text=True, timeout=PATIENCE, check=False, capture_output=True,
    )  # fmt: skip
    name = " ".join(Path(part).name if isinstance(part, Path) else part for part in command)
    print(f"  {time.monotonic() - began:5.0f} s  {name[:100]}", flush=True)
    if done.returncode:
        raise CheckError(f"“{name}” ended with {done.returncode}: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


def install(python: str, folder: Path) -> Path:
    """Make the environment; the folder of its programs."""
    run(python, "-m", "venv", folder / "env", home=folder)
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    pip = (programs / "python", "-m", "pip", "--disable-pip-version-check", "--quiet")
    install = (*pip, "install", "--no-compile", "--no-cache-dir", "--prefer-binary", "-c", CONSTRAINTS)
    run(*install, f"torch==={pinned('torch')}", home=folder)
    source = folder / "source"  # a build in the checkout leaves files there
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "tests"))
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder / "wheel", source, home=folder)
    [wheel] = (folder / "wheel").glob("clics-*.whl")
    run(*install, wheel, home=folder)
    return programs


def pinned(name: str) -> str:
    """Version of a package in the constraints."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(f"{name}=="))


def expect(condition: object, sentence: str) -> None:
    """Raise CheckError unless a condition holds."""
    if not condition:
        raise CheckError(sentence)


def check_commands(programs: Path, folder: Path) -> tuple[Path, Path, Path]:
    """The command line; returns a crystal, a folder of small crystals, and the released model."""
    python, clics = programs / "python", programs / "clics"
    build = json.loads(
        run(python, "-I", "-c", "import json, torch; print(json.dumps([torch.__version__, torch.version.cuda]))",
            home=folder)
    )  # fmt: skip
    print(f"  torch {build[0]}, CUDA {build[1]}")
    expect(build[1] or not sys.platform.startswith("linux"), "the index gave no build of torch for CUDA")
    resources = Path(
        run(python, "-I", "-c", "import clics_resources; print(clics_resources.__path__[0])", home=folder).strip()
    )
    rutile, model = resources / "examples" / "rutile.cif", resources / "model"
    [answer] = json.loads(run(clics, "analyse", rutile, "--json", home=folder))
    expect(answer["space_groups"][0]["number"] == RUTILE, f"rutile is in {answer['space_groups'][0]}")
    found = json.loads(run(clics, "search", "corner-sharing octahedra", "--json", "--top", "5", home=folder))
    expect(len(found["hits"]) == 5, "the search found fewer than five crystals")
    small = folder / "small"
    run(clics, "library", "export", "-o", small, "--format", "cif", "--where", "nsites<4", home=folder)
    return rutile, small, model


def check_training(programs: Path, folder: Path, crystals: Path, model: Path, recipe: Path) -> None:
    """A training of few steps by the command line, whose model answers."""
    clics = programs / "clics"
    run(clics, "train", crystals, "-o", folder / "mine", "--start-from", model, "--recipe", recipe, home=folder)
    rutile = model.parent / "examples" / "rutile.cif"
    [answer] = json.loads(run(clics, "analyse", rutile, "--model", folder / "mine" / "model", "--json", home=folder))
    expect(answer["space_groups"], "the trained model ranks no space groups")


def check_window(programs: Path, folder: Path, file: Path, *training: Path) -> None:
    """The window, on a virtual screen."""
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1400x900x24"] if sys.platform.startswith("linux") else []
    walk = ROOT / "tools" / "window_walk.py"
    output = run(*screen, programs / "python", "-I", walk, file, *training, home=folder)
    seen: dict[str, Any] = json.loads(output.splitlines()[-1])
    print(f"  {json.dumps(seen)}")
    expect(seen["space groups"][0] == RUTILE, f"the window ranks {seen['space groups']} first for rutile")
    expect(seen["hits"], "the window's search found nothing")
    expect(seen["steps"], "the window's training made no step")
    expect(seen["ended"], "the engine did not end with the window")
    expect(not seen["imported by the window"], f"the window imported {seen['imported by the window']}")
    expect("libtorch" not in " ".join(seen["window"]), "the window loaded torch")
    for process in ("window", "engine"):
        expect("libtriton" not in seen[process], f"the {process} loaded triton")
    crash = folder / "logs" / "clics-gui-crash.log"
    expect(not crash.exists() or not crash.read_text(), f"{crash} is not empty")
    engine = folder / "logs" / "clics-engine.log"
    expect("Fatal Python error" not in engine.read_text(), f"the engine crashed: {engine}")


def check(python: str, folder: Path) -> None:
    """All checks with one interpreter."""
    check_programs(install(python, folder), folder)


def check_programs(programs: Path, folder: Path) -> None:
    """All checks of an environment."""
    rutile, crystals, model = check_commands(programs, folder)
    recipe = folder / "recipe.json"
    recipe.write_text(json.dumps(RECIPE), encoding="utf-8")
    check_window(programs, folder, rutile, crystals, model, recipe)
    check_training(programs, folder, crystals, model, recipe)


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pythons", nargs="*", default=[sys.executable], metavar="PYTHON", help="interpreters")
    parser.add_argument("--folder", type=Path, help="where environments are made; by default a temporary folder")
    parser.add_argument("--keep", action="store_true", help="keep the environments")
    arguments = parser.parse_args()
    faults = 0
    for number, python in enumerate(arguments.pythons):
        folder = Path(tempfile.mkdtemp(prefix=f"clics-torch-{number}-", dir=arguments.folder))
        print(f"{python} in {folder}", flush=True)
        try:
            check(python, folder)
            print("  all passed")
        except (CheckError, subprocess.TimeoutExpired) as error:
            faults += 1
            print(f"  FAILED: {error}", flush=True)
        finally:
            if not arguments.keep:
                shutil.rmtree(folder, ignore_errors=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
