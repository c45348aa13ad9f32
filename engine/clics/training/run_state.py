"""The state of a training that is kept in a checkpoint beside the tensors: counters, figures and the recipe."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

OLD_KEYS = {"settled": "text_aligned"}
"""Keys that ``checkpoint.json`` of version 0.1 has, and what they are called since."""


@dataclass(slots=True)
class RunState:
    """Counters and figures of a training.

    Attributes:
        recipe: the recipe as JSON.
        start_from: folder of the model that is fine-tuned; empty for a training from scratch.
        batch: crystals per step and process; halved where memory runs out.
        text_aligned: the text tower is frozen and its embeddings are the concept proxies.
        step: optimiser steps done.
        epoch: epochs done.
        done: crystals of the current epoch that were seen.
        seconds: time spent training, over all sessions.
        before: validation figures (percent) before the first step.
        best: validation figures of the best epoch so far; empty without validation crystals.
        best_epoch: number of epochs done when ``best`` was measured.
        best_folder: name of the model folder of that epoch within the output folder; that of earlier versions by default.
    """

    recipe: dict[str, Any]
    start_from: str
    batch: int
    text_aligned: bool = False
    step: int = 0
    epoch: int = 0
    done: int = 0
    seconds: float = 0.0
    before: dict[str, float] = field(default_factory=dict)
    best: dict[str, float] = field(default_factory=dict)
    best_epoch: int = 0
    best_folder: str = "best"

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> RunState:
        """The inverse of :meth:`to_json`; keys of version 0.1 are mapped by :data:`OLD_KEYS`, unknown ones ignored.

        Raises:
            TypeError: ``data`` lacks ``recipe``, ``start_from`` or ``batch``.
        """
        names = {each.name for each in fields(cls)}
        renamed = {OLD_KEYS.get(key, key): value for key, value in data.items()}
        return cls(**{name: value for name, value in renamed.items() if name in names})

    def update(self, other: RunState) -> None:
        """Take all values of ``other``."""
        for each in fields(self):
            setattr(self, each.name, getattr(other, each.name))
