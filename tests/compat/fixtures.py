"""The files that version 0.1 wrote, how a test copies them, and the commands that read them."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

from clics import paths as places

FIXTURES = Path(__file__).resolve().parents[1] / "data" / "fixtures" / "v0_1"
HERE = "{HERE}"
"""Stands for the folder of the copy in files that hold whole paths."""
TEXTS = ("*.json", "*.jsonl", "*.md")

_IN = ("--library", "library.clics", "--json")
_BY = ("--model", "model")
READING = (
    ("library", "list", *_IN),
    ("library", "info", *_IN),
    ("search", "octahedral geometry", *_BY, *_IN),
    ("search", "Pm-3m", "--facts-first", *_BY, *_IN),
    ("similar", "rutile.cif", "--exact", *_BY, *_IN),
    ("similar", "--id", "srtio3-perovskite", *_BY, *_IN),
    ("analyse", "rutile.cif", "catio3-perovskite.cif", *_BY, "--json"),
    ("dataset", "info", "described", "--json"),
    ("dataset", "info", "packed", "--json"),
)
"""Commands that change nothing; their answers of version 0.1 are kept beside the files."""


def copy(source: Path, target: Path) -> Path:
    """The files at a place where they may be changed, with two example crystals that the commands name."""
    shutil.copytree(source, target)
    for pattern in TEXTS:
        for path in target.rglob(pattern):
            text = path.read_text(encoding="utf-8")
            if HERE in text:
                path.write_text(text.replace(HERE, target.as_posix()), encoding="utf-8")
    for name in ("rutile", "catio3-perovskite"):
        shutil.copyfile(places.resources() / "examples" / f"{name}.cif", target / f"{name}.cif")
    return target


def expected() -> dict[str, Any]:
    """The ``answers`` of version 0.1 to :data:`READING`, and what is ``stored`` in the library."""
    found: dict[str, Any] = json.loads(gzip.decompress((FIXTURES / "expected.json.gz").read_bytes()))
    return found
