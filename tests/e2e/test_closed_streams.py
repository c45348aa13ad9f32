"""Streams that were closed before the program began (``clics … >&-``): the exit code is as ever, and nothing fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUTILE = ROOT / "resources" / "examples" / "rutile.cif"


@pytest.mark.skipif(os.name != "posix", reason="closed descriptors of POSIX")
@pytest.mark.parametrize(
    ("closed", "name", "code"),
    [("1>&-", RUTILE, 0), ("2>&-", RUTILE, 0), ("0<&- 1>&- 2>&-", "no.cif", 2), ("0<&-", "-", 2)],
)
def test_a_closed_stream_is_no_fault(closed: str, name: object, code: int, tmp_path: Path) -> None:
    environment = {**os.environ, "CLICS_HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "engine")}
    result = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "clics", "describe", str(name)],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert result.returncode == code, result.stderr
    assert "unexpectedly" not in result.stderr
    assert not (tmp_path / "logs").exists(), "nothing went wrong"
