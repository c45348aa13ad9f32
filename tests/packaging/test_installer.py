"""What installers hold, as far as it can be told without building one: ``installer/linux/test.sh`` builds on it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from clics.supervision.command import cli_command, safe_environment

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "installer"))

import binaries  # noqa: E402
import contents  # noqa: E402
import icons  # noqa: E402
import imports  # noqa: E402
import lock  # noqa: E402
import notices  # noqa: E402
import wheels  # noqa: E402

RUTILE = ROOT / "resources" / "examples" / "rutile.cif"
BLOCK = """
import sys
class Without:
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {names}:
            return self.finder.find_spec(name, path, target)
sys.meta_path[:] = map(Without, sys.meta_path)
"""


@pytest.mark.parametrize("system", ["linux", "windows", "macos"])
def test_every_package_of_a_system_is_locked(system: str) -> None:
    found = lock.closure(system)
    assert {"torch", "numpy", "pyside6-essentials", "shiboken6", "mcp"} <= set(found)
    assert not lock.LEFT_OUT & set(found)
    assert ("pywin32" in found) == (system == "windows")


@pytest.fixture
def without(tmp_path: Path) -> dict[str, str]:
    """Environment of processes that find none of the packages that installers leave out."""
    names = {name.replace("-", "_") for name in lock.LEFT_OUT}
    (tmp_path / "sitecustomize.py").write_text(BLOCK.format(names=names))
    environment = {**safe_environment(), "CLICS_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    environment["PYTHONPATH"] = f"{tmp_path}:{environment.get('PYTHONPATH', '')}".rstrip(":")
    probe = subprocess.run([sys.executable, "-c", "import pandas"], env=environment, capture_output=True, check=False)
    assert b"No module named 'pandas'" in probe.stderr
    return environment


def test_no_import_needs_a_package_that_is_left_out(without: dict[str, str]) -> None:
    asked = imports.imported()
    assert {"pymatgen.io.vasp", "vispy", "faiss"} <= set(asked)  # inside functions, too
    assert not any(name.startswith(("pandas", "ase.", "transformers")) for name in asked)
    assert imports.failures(sys.executable, without) == []


def test_an_import_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "OURS", ())
    monkeypatch.setattr(imports, "imported", lambda: {"pymatgen.io.vasp": {"Poscar"}, "email": {"mime", "absent"}})
    (tmp_path / "sitecustomize.py").write_text(BLOCK.format(names={"lxml"}))  # pymatgen's results of VASP import it
    assert imports.failures(sys.executable, {**safe_environment(), "PYTHONPATH": str(tmp_path)}) == [
        "email.absent: ModuleNotFoundError: No module named 'email.absent'",
        "pymatgen.io.vasp: ModuleNotFoundError: No module named 'lxml'",
    ]


def test_programs_run_without_the_packages_that_are_left_out(without: dict[str, str], tmp_path: Path) -> None:
    for arguments in (
        ["similar", RUTILE, "--exact", "--json"],
        ["export", RUTILE, "-o", tmp_path / "table.xlsx", "--json"],
    ):
        command = [*cli_command(), *map(str, arguments)]
        done = subprocess.run(command, env=without, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)


def _made(folder: Path, name: str, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(folder / name, "w") as wheel:
        for member, content in members.items():
            wheel.writestr(member, content)


def test_a_payload_that_is_not_complete_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheels, "closure", lambda _: {"numpy": "2.0", "scipy": "1.0", "rich": "15.0.0"})
    pe, elf = b"MZ" + bytes(9), b"\x7fELF\x02" + bytes(9)
    _made(tmp_path, "numpy-2.0-cp311-cp311-win_amd64.whl",
          {"numpy/a.cp311-win_amd64.pyd": pe, "numpy/a.cp310-win_amd64.pyd": pe, "numpy/b.cp312-win_amd64.pyd": pe,
           "numpy/c.pyd": elf, "numpy/d.dll": pe})  # fmt: skip
    _made(tmp_path, "rich-15.0.0-py3-none-any.whl", {"rich/__init__.py": b""})
    assert sorted(wheels.check("windows", tmp_path)) == [
        "numpy/b.cp312-win_amd64.pyd: not for this system",
        "numpy/c.pyd: not for this system",
        "scipy 1.0: no wheel",
    ]
    assert any("numpy-2.0" in fault for fault in wheels.check("linux", tmp_path))


def test_what_no_program_opens_is_removed(tmp_path: Path) -> None:
    kept = [
        "PySide6/QtCore.abi3.so", "PySide6/QtTest.abi3.so", "PySide6/Qt/plugins/platforms/libqxcb.so", "torch/testing/a.py",
        "torch/test_me.py", "vispy/a.cpython-311-x86_64-linux-gnu.so", "numpy-2.0.dist-info/licenses/tests/LICENSE",
    ]  # fmt: skip
    gone = [
        "PySide6/Qt/lib/libQt6Quick.so.6", "PySide6/Qt/plugins/sqldrivers/libqsqlite.so", "torch/include/a.h", "torch/a.pyi",
        "vispy/a.cpython-310-x86_64-linux-gnu.so", "vispy/b.cp310-win_amd64.pyd", "scipy/a/tests/b.py",
    ]  # fmt: skip
    for name in kept + gone:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    contents.prune(tmp_path)
    assert sorted(str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()) == sorted(kept)
    assert contents.is_left_out(gone[0])
    assert not any(map(contents.is_left_out, kept))


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("objdump") is None, reason="reads ELF files with objdump")
def test_libraries_from_outside_a_folder_are_found(tmp_path: Path) -> None:
    import _sqlite3

    module = shutil.copy2(_sqlite3.__file__, tmp_path)
    [library] = [name for name in binaries.outside_libraries(tmp_path) if "sqlite" in name]
    assert binaries.outside_libraries(tmp_path)[library] == [Path(module).name]
    (tmp_path / library).touch()
    assert library not in binaries.outside_libraries(tmp_path)
    assert binaries.oldest_glibc(tmp_path).startswith("2.")


def test_the_icon_is_drawn_in_every_size() -> None:
    drawn = icons.images(ROOT / "resources" / "icons" / "clics.svg", (16, 256))
    for size, image in drawn.items():  # width and height of a PNG, ISO 15948
        assert (image[:4], image[16:24]) == (b"\x89PNG", size.to_bytes(4, "big") * 2)
    assert len(set(drawn[256])) > 100  # pixels, not an empty picture
    packed = icons.as_ico(drawn)
    assert packed[:6] == b"\0\0\1\0\2\0"
    assert packed[22:24] == b"\0\0"  # 256 is written as 0
    assert packed.endswith(drawn[256])


def test_notices_hold_the_licence_of_every_package(tmp_path: Path) -> None:
    import sysconfig

    notices.write(Path(sysconfig.get_path("purelib")), tmp_path / "notices.txt")
    text = (tmp_path / "notices.txt").read_text()
    for name, licence in (("numpy", "BSD"), ("PySide6_Essentials", "LGPL"), ("gemmi", "MPL"), ("torch", "BSD")):
        [entry] = [part for part in text.split("=" * 100) if part.strip().lower().startswith(name.lower() + " ")]
        assert licence in entry
