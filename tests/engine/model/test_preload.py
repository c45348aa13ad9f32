"""Torch's libraries are loaded beforehand, by a call that does not hold the lock of Python's threads."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import sys
import clics.model

assert "torch" not in sys.modules
with open("/proc/self/maps") as maps:
    assert "libtorch_cpu" in maps.read()
import torch
from clics.model.preload import load_torch_libraries

assert float(torch.ones(3).sum()) == 3.0
assert not load_torch_libraries()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_libraries_are_there_before_the_import_and_torch_works_with_them() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
