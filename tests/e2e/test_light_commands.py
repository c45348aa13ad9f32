"""Commands that need no model import no torch; describing imports none of the packages whose tables it uses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = """
import atexit, json, os, sys
def tell():
    names = sorted({name.partition(".")[0] for name in sys.modules})
    os.write(2, (chr(10) + json.dumps(names) + chr(10)).encode())
atexit.register(tell)
sys.argv = ["clics", *sys.argv[1:]]
from clics.cli import main
main()
"""
TABLES_ONLY = {"robocrys", "matminer", "inflect", "sympy", "pandas", "matplotlib", "sklearn", "ase", "networkx", "plotly",
               "transformers", "alignn"}  # fmt: skip


def packages_of(*command: str, home: Path) -> set[str]:
    environment = os.environ | {
        "CLICS_HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "engine"), str(ROOT)]),
    }
    result = subprocess.run(
        [sys.executable, "-c", MODULES, *command],
        capture_output=True,
        text=True,
        env=environment,
        cwd=home,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stderr.strip().splitlines()[-1]))


@pytest.mark.parametrize("command", ["--help", "--version", "train --help", "library list", "library info"])
def test_no_torch_for_a_list_and_a_help_text(command: str, tmp_path: Path) -> None:
    found = packages_of(*command.split(), home=tmp_path)
    assert "clics" in found
    assert not found & ({"torch", "numpy", "scipy", "faiss", "tokenizers", "PySide6"} | TABLES_ONLY)


@pytest.mark.parametrize("command", ["analyse", "describe"])
def test_describing_imports_no_package_for_its_tables(command: str, tmp_path: Path) -> None:
    found = packages_of(command, str(ROOT / "resources" / "examples" / "rutile.cif"), home=tmp_path)
    assert {"pymatgen", "spglib"} <= found
    assert not found & TABLES_ONLY


def test_searching_imports_no_package_for_its_tables(tmp_path: Path) -> None:
    found = packages_of("search", "corner-sharing octahedra", home=tmp_path)
    assert "torch" in found
    assert not found & (TABLES_ONLY | {"scipy"})


WITHOUT = f"""
import sys
owned = {{"pymatgen.analysis", "pymatgen.cli", "pymatgen.ext"}}  # of the package pymatgen; pymatgen-core has none of them
for name in {sorted(TABLES_ONLY)!r} + sorted(owned):
    sys.modules[name] = None
sys.argv = ["clics", *sys.argv[1:]]
from clics.cli import main
main()
"""


@pytest.mark.parametrize(
    "command",
    [
        ["describe", "--mineral", "RUTILE"],
        ["similar", "RUTILE", "--exact", "--top", "3"],
        ["export", "RUTILE", "--output", "answers.xlsx"],
        ["library", "add", "RUTILE"],
    ],
    ids=lambda command: command[0],
)
def test_the_dependencies_of_the_wheel_are_enough(command: list[str], tmp_path: Path) -> None:
    """Packages of the extras are hidden from the process, so that importing one fails as if it were not installed."""
    command = [part.replace("RUTILE", str(ROOT / "resources" / "examples" / "rutile.cif")) for part in command]
    environment = os.environ | {
        "CLICS_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join([str(ROOT / "engine"), str(ROOT)])
    }  # fmt: skip
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT, *command], capture_output=True, text=True, env=environment, cwd=tmp_path,
        check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
