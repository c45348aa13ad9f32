"""The log of a training: ``metrics.jsonl``, one event a line, never torn for a reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clics.atomic_files import write_text


class Log:
    """Appends events, each with where the training was."""

    def __init__(self, folder: Path, state: dict[str, Any]) -> None:
        """``state``: the training's, whose step, epoch and seconds go with every event."""
        self._path = folder / "metrics.jsonl"
        self._state = state

    def begin(self) -> None:
        """Empty it."""
        self._path.write_text("", encoding="utf-8")

    def __call__(self, **entry: Any) -> None:
        """Add an event."""
        state = self._state
        line = {"step": state["step"], "epoch": state["epoch"], "seconds": round(state["seconds"], 1), **entry}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def cut(self) -> None:
        """Drop lines of steps that were lost after the checkpoint, and a line that was torn."""
        kept = []
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                if json.loads(line)["step"] <= self._state["step"]:
                    kept.append(line)
            except ValueError:
                continue
        write_text(self._path, "".join(f"{line}\n" for line in kept))
