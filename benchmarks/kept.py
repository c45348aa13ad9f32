"""Results that outlast an interruption: one JSON line for each piece of work, written as soon as it is done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class Kept:
    """The results in a file of JSON lines, by key. A line that was cut off by a kill is dropped and made again."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._found: dict[str, Any] = {}
        lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        whole = [line for line in lines if line.endswith(b"\n")]
        if len(whole) < len(lines):
            path.write_bytes(b"".join(whole))
        for line in whole:
            key, value = json.loads(line)
            self._found[key] = value

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def __getitem__(self, key: str) -> Any:
        return self._found[key]

    def add(self, key: str, value: Any) -> None:
        """Keep a result (anything that JSON can hold)."""
        self._found[key] = value
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, value]) + "\n")
