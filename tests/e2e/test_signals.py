"""Signals to the real command: one sentence or silence, the documented exit code; what the starter ignored stays ignored."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
READING = [sys.executable, "-P", "-m", "clics", "describe", "-"]
"""Waits for its standard input, which the test holds open."""


def started(home: Path, *, ignored: str = "") -> subprocess.Popen[str]:
    """A command that waits, in a shell that ignores some signals; it has its handlers once it is importing."""
    environment = {**os.environ, "CLICS_HOME": str(home), "PYTHONPATH": str(ROOT / "engine"), "PYTHONVERBOSE": "1"}
    process = subprocess.Popen(
        ["sh", "-c", f'trap "" {ignored}; exec "$@"' if ignored else 'exec "$@"', "sh", *READING],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("import 'clics.cli.app'"):
            break
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_is_one_sentence_and_130(number: signal.Signals, tmp_path: Path) -> None:
    process = started(tmp_path)
    process.send_signal(number)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 130, said
    sentences = [line for line in said.splitlines() if line.startswith("clics: ")]
    assert len(sentences) <= 1  # none where it came before the first words could be imported
    assert "Traceback" not in said
    assert not (tmp_path / "logs").exists(), "a stop is no bug"


def test_what_the_starter_ignores_stays_ignored(tmp_path: Path) -> None:
    """As ``nohup`` ignores SIGHUP, and a script SIGINT for ``clics … &``; SIGTERM stops the command all the same."""
    process = started(tmp_path, ignored="INT HUP")
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 130, said
