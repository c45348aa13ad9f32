"""What installers hold, as far as it can be told without building one: ``installer/linux/test.sh`` builds on it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from clics.supervision.command import cli_command, safe_environment

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "installer"))

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


def test_programs_run_without_the_packages_that_are_left_out(tmp_path: Path) -> None:
    names = {name.replace("-", "_") for name in lock.LEFT_OUT}
    (tmp_path / "sitecustomize.py").write_text(BLOCK.format(names=names))
    environment = {**safe_environment(), "CLICS_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    environment["PYTHONPATH"] = f"{tmp_path}:{environment.get('PYTHONPATH', '')}".rstrip(":")
    probe = subprocess.run([sys.executable, "-c", "import pandas"], env=environment, capture_output=True, check=False)
    assert b"No module named 'pandas'" in probe.stderr
    for arguments in (
        ["analyse", RUTILE, "--json"],
        ["similar", RUTILE, "--exact", "--json"],
        ["library", "add", RUTILE, "--json"],
        ["export", RUTILE, "-o", tmp_path / "table.xlsx", "--json"],
    ):
        command = [*cli_command(), *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
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


def test_notices_hold_the_licence_of_every_package(tmp_path: Path) -> None:
    import sysconfig

    notices.write(Path(sysconfig.get_path("purelib")), tmp_path / "notices.txt")
    text = (tmp_path / "notices.txt").read_text()
    for name, licence in (("numpy", "BSD"), ("PySide6_Essentials", "LGPL"), ("gemmi", "MPL"), ("torch", "BSD")):
        [entry] = [part for part in text.split("=" * 100) if part.strip().lower().startswith(name.lower() + " ")]
        assert licence in entry
