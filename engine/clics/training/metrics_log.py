"""The log of a training: ``metrics.jsonl``, one event a line; readers never see half a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clics.atomic_files import naming, write_text
from clics.training.run_state import RunState

FILE = "metrics.jsonl"


class MetricsLog:
    """Appends events, each with step, epoch and seconds of the training."""

    def __init__(self, folder: Path, state: RunState) -> None:
        """Open no file yet.

        Args:
            folder: output folder of the training.
            state: read whenever an event is added.
        """
        self._path = folder / FILE
        self._state = state

    def start(self) -> None:
        """Create the file, or empty it."""
        write_text(self._path, "")

    def __call__(self, **entry: Any) -> None:
        """Append an event with the fields of ``entry``."""
        state = self._state
        line = {"step": state.step, "epoch": state.epoch, "seconds": round(state.seconds, 1), **entry}
        with naming(self._path), self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def truncate(self) -> None:
        """Drop lines of steps after the checkpoint, which a resumed training repeats, and an incomplete line."""
        kept = []
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                if json.loads(line)["step"] <= self._state.step:
                    kept.append(line)
            except (ValueError, KeyError, TypeError):
                continue
        write_text(self._path, "".join(f"{line}\n" for line in kept))
