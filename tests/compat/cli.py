"""Runs the command line in a process of its own, as users do: an empty data folder, one thread, relative file names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from clics.paths import user_library

SECONDS = 600

# The entry point is asked for by its name, so that the package behind it may be called what it likes.
_SEVERAL = """
import contextlib, io, json, os, sys
from importlib.metadata import entry_points

(script,) = entry_points(group="console_scripts", name="clics")
main, answers = script.load(), []
for arguments in json.load(sys.stdin):
    out, err, code = io.StringIO(), io.StringIO(), 0
    sys.argv = ["clics", *arguments]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    answers.append({"code": code, "out": out.getvalue(), "err": err.getvalue()})
json.dump(answers, sys.stdout)
sys.stdout.flush()
os._exit(0)  # each command would end this process with its own exit code
"""


def run_cli(*arguments: str, cwd: Path) -> dict[str, Any]:
    """Run ``clics`` once, as the installed script.

    The answer holds ``arguments``, the exit ``code``, and what was printed: ``out`` and ``err``.
    """
    script = Path(sys.executable).with_name("clics")
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [script, *arguments], cwd=cwd, env=_environment(home), capture_output=True, timeout=SECONDS, check=False
        )
    out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    return {"arguments": list(arguments), "code": done.returncode, "out": out, "err": err}


def run_several(commands: Iterable[Sequence[str]], cwd: Path, library: Path | None = None) -> list[dict[str, Any]]:
    """Run several commands one after the other in one process: torch is imported once. Answers as of :func:`run_cli`.

    A copy of ``library`` is the user's own, which commands work with where they name none; else the starter library is.
    """
    asked = [list(command) for command in commands]
    with tempfile.TemporaryDirectory() as home:
        if library is not None:
            shutil.copyfile(library, Path(home) / user_library().name)
        done = subprocess.run(
            [sys.executable, "-c", _SEVERAL], input=json.dumps(asked).encode(), cwd=cwd, env=_environment(home),
            capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8")
    return [{"arguments": command, **answer} for command, answer in zip(asked, json.loads(done.stdout), strict=True)]


def _environment(home: str) -> dict[str, str]:
    return {**os.environ, "CLICS_HOME": home, "OMP_NUM_THREADS": "1", "COLUMNS": "120", "PYTHONIOENCODING": "utf-8"}
