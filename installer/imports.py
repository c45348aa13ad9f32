"""Checks that a Python finds every module that CLICS imports, also those that it imports late, inside functions."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from lock import ROOT
from packaging.requirements import Requirement

OURS = ("clics", "clics_gui")
LATE = ("torch._dynamo", "vispy.app.backends._pyside6", "vispy.gloo.gl.pyopengl2", "mcp.server.stdio")
"""Modules that packages import by themselves: an optimiser's first step, a canvas, a server."""
_TRY = """
import importlib, json, os, pkgutil, sys
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
faults = []
def load(name):
    try:
        return importlib.import_module(name)
    except BaseException as error:
        faults.append(f"{name}: {type(error).__name__}: {error}")
ours, others = json.load(sys.stdin)
for package in ours:
    for module in pkgutil.walk_packages(load(package).__path__, package + "."):
        if not module.name.endswith("__main__"):
            load(module.name)
for name, attributes in others:
    if module := load(name):
        for attribute in attributes:
            if not hasattr(module, attribute):
                load(f"{name}.{attribute}")
print(json.dumps(sorted(set(faults))))
"""


def imported(extras: tuple[str, ...] = ("mcp",)) -> dict[str, set[str]]:
    """Modules of other packages that the code of CLICS imports, and the names that it takes from each.

    Args:
        extras: Extras of CLICS that are installed; imports of packages of the others are left out.
    """
    optional = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    absent = {
        Requirement(line).name.replace("-", "_")
        for extra, lines in optional.items()
        for line in lines
        if extra not in (*extras, "reference", "bench", "dev", "docs", "start")  # CLICS imports nothing of these
    }
    found: dict[str, set[str]] = {name: set() for name in LATE}
    for folder in ("engine/clics", "clics_gui"):
        for file in (ROOT / folder).rglob("*.py"):
            for name, attributes in _imports(ast.parse(file.read_text(encoding="utf-8"))):
                top = name.partition(".")[0]
                if top not in sys.stdlib_module_names | absent | {*OURS, "clics_resources", "jarvis"}:
                    found.setdefault(name, set()).update(attributes)
    return found


def _imports(tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, [alias.name for alias in node.names if alias.name != "*"]
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        else:
            yield from _imports(node)


def failures(python: str | Path, environment: Mapping[str, str] | None = None, *options: str) -> list[str]:
    """Modules that an interpreter cannot import, with what it says.

    Args:
        python: The interpreter.
        environment: Its environment; None for the one of this process.
        options: Options of the interpreter.
    """
    asked = json.dumps([OURS, sorted((name, sorted(attributes)) for name, attributes in imported().items())])
    command = [str(python), *options, "-c", _TRY]
    done = subprocess.run(command, input=asked, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return [f"{python} ended with code {done.returncode}: {done.stderr[-2000:]}"]
    return list(json.loads(done.stdout.splitlines()[-1]))
