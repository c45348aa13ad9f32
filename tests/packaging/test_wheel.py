"""A wheel in an environment that knows nothing of the checkout: every file is inside, and every program runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"engine/clics": "clics", "clics_gui": "clics_gui", "resources": "clics_resources"}
BUILD = """
import sys
from setuptools.build_meta import build_sdist, build_wheel
(build_wheel if sys.argv[1] == "wheel" else build_sdist)(sys.argv[2])
"""


def _run(*command: str | Path, cwd: Path, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command without the variables by which this checkout could be found; it must succeed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment |= {"OMP_NUM_THREADS": "1", "QT_QPA_PLATFORM": "offscreen"}
    if home is not None:
        environment |= {"HOME": str(home), "CLICS_HOME": str(home / "clics")}
    result = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """Files of the checkout that a clone would hold, and new ones that git does not ignore."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("the checkout has no git history, so that its files are not known")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [name for name in dict.fromkeys(listed) if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def built(tracked: list[str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, built from a clean export of the checkout, and the wheel, built from the unpacked sdist."""
    export = tmp_path_factory.mktemp("export")
    for name in tracked:
        (export / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, export / name)
    out = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-c", BUILD, "sdist", out, cwd=export)
    [sdist] = out.glob("*.tar.gz")
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    [source] = unpacked.iterdir()
    _run(sys.executable, "-c", BUILD, "wheel", out, cwd=source)
    [wheel] = out.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the programs of a fresh environment: the wheel, and a path to the dependencies of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    # The wheel comes first: beside the dependencies pip would see the checkout's own installation and be content.
    pip = [sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--no-index", "--no-deps"]
    _run(*pip, "--no-compile", built[1], cwd=folder)
    [packages] = folder.glob("[Ll]ib/site-packages") if os.name == "nt" else folder.glob("lib/python3*/site-packages")
    paths = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    # A path that a .pth names is searched, but .pth files in it are not read: no editable installation is found.
    (packages / "dependencies.pth").write_text("\n".join(paths), encoding="utf-8")
    return scripts


@pytest.fixture
def crystals(tmp_path: Path) -> Path:
    """A folder outside the checkout with the CIF of rutile."""
    shutil.copy(ROOT / "resources" / "examples" / "rutile.cif", tmp_path)
    return tmp_path


def test_wheel_holds_every_file_of_the_packages(tracked: list[str], built: tuple[Path, Path]) -> None:
    expected = {
        f"{package}/{name.removeprefix(f'{folder}/')}"
        for folder, package in PACKAGES.items()
        for name in tracked
        if name.startswith(f"{folder}/")
    }
    with zipfile.ZipFile(built[1]) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert {"clics/py.typed", "clics_gui/py.typed", "clics_resources/starter.clics"} <= held
    kernels = {name for name in held if name.endswith((".so", ".pyd"))}
    assert held - kernels == expected
    # a compiled module serves every Python from 3.11; without a compiler there is none, and numpy does its work
    assert {Path(name).name.partition(".")[0] for name in kernels} in (set(), {"_graph_kernel", "_shape_kernel"})
    assert ("-cp311-abi3-" in built[1].name) or not kernels


def test_sdist_holds_every_file_of_the_checkout(tracked: list[str], built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert [name for name in tracked if name not in held and not name.startswith((".ci/", ".git"))] == []


def test_metadata_and_version_agree(installed: Path, crystals: Path) -> None:
    code = (
        "import clics, importlib.metadata as m; d = m.metadata('clics');"
        "print(clics.__version__, d['Version'], d['License-Expression'], d['Requires-Python'])"
    )
    own, stated, licence, python = _run(installed / "python", "-c", code, cwd=crystals).stdout.split()
    assert (own, licence, python) == (stated, "Apache-2.0", ">=3.11")
    for command in ([installed / "python", "-m", "clics"], [installed / "clics"], [installed / "clics-gui"]):
        assert _run(*command, "--version", cwd=crystals).stdout == f"clics {own}\n"


def test_packages_are_those_of_the_wheel(installed: Path, crystals: Path) -> None:
    code = (
        "import clics, clics_gui, clics_resources; print(clics.__file__, clics_gui.__file__, clics_resources.__file__)"
    )
    for file in _run(installed / "python", "-c", code, cwd=crystals).stdout.split():
        assert Path(file).is_relative_to(installed.parent)


def test_programs_run_outside_the_checkout(installed: Path, crystals: Path) -> None:
    home = crystals / "home"
    home.mkdir()
    [rutile] = json.loads(_run(installed / "clics", "analyse", "rutile.cif", "--json", cwd=crystals, home=home).stdout)
    assert rutile["symmetry"]["number"] == 136  # International Tables: rutile is P4_2/mnm
    assert rutile["space_groups"][0]["number"] == 136
    search = [installed / "clics", "search", "rutile structure", "--json", "--top", "3"]
    found = json.loads(_run(*search, cwd=crystals, home=home).stdout)
    assert found["searched"] == 288
    assert found["hits"][0]["space_group"] == "P4_2/mnm"
    code = "import clics; print(clics.describe('rutile.cif').space_group.number)"
    assert _run(installed / "python", "-c", code, cwd=crystals, home=home).stdout == "136\n"
