"""Reference tables as files, and what reads them. ``SOURCES.md`` names the source and the licence of each.

``tools/reference_tables.py`` writes the tables; nothing writes them at run time.
"""

from __future__ import annotations

import gzip
import json
from importlib.resources import files
from typing import Any


def read_bytes(name: str) -> bytes:
    """Content of a file of this folder, decompressed where its name ends with ``.gz``."""
    content = files(__name__).joinpath(name).read_bytes()
    return gzip.decompress(content) if name.endswith(".gz") else content


def read_rows(name: str) -> list[list[str]]:
    """Cells of a table of tab-separated values, without its first line, which names the columns."""
    return [line.split("\t") for line in read_bytes(name).decode().splitlines()[1:]]


def read_json(name: str) -> Any:
    """Value of a JSON file."""
    return json.loads(read_bytes(name))


def read_json_lines(name: str) -> list[dict[str, Any]]:
    """Objects of a file with one JSON object a line."""
    return [json.loads(line) for line in read_bytes(name).splitlines()]
