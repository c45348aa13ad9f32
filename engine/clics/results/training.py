"""Plain results about trainings and models, as a window shows them. Importing this module is cheap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from clics.results.lists import ResultList

Condition = Literal["starting", "running", "paused", "interrupted", "failed", "finished"]
"""``interrupted``: the process is gone without having said why (killed, power cut); it can go on from its checkpoint."""

FIGURES = {
    "space_group_top1": "Space group, top-1",
    "space_group_top5": "Space group, top-5",
    "environment_top1": "Environment, top-1",
    "environment_top5": "Environment, top-5",
    "environment_map": "Environment, mean average precision",
}
"""Validation figures (percent) by name, and how people read them."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where a training can run. ``memory`` is what the device has, ``free`` what is free now, both in bytes."""

    id: str
    name: str
    memory: int
    free: int


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """What a training is to do.

    Attributes:
        source: A packed or a described data set, a library, or a file or folder of crystals.
        name: Name of the model.
        preset: ``quick``, ``standard`` or ``paper``.
        recipe: A recipe file in place of the preset.
        start_from: Model folder that is fine-tuned; None trains from random weights.
        device: ``auto``, ``cuda``, ``mps`` or ``cpu``.
        epochs: Number of epochs in place of the recipe's.
    """

    source: Path
    name: str = ""
    preset: str = "quick"
    recipe: Path | None = None
    start_from: Path | None = None
    device: str = "auto"
    epochs: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One measured number: ``at`` in epochs."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Curves:
    """What a training has logged: the loss, and each validation figure (percent) by name."""

    loss: tuple[Point, ...] = ()
    figures: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    epochs: int = 0


@dataclass(frozen=True, slots=True)
class TrainingState:
    """How a training stands. ``left`` in seconds, None where it cannot be told; ``message`` says why it ended."""

    folder: Path
    name: str
    source: str
    preset: str
    start_from: str
    start_name: str
    device: str
    created: str
    condition: Condition
    phase: str = ""
    done: int = 0
    total: int | None = None
    text: str = ""
    left: float | None = None
    message: str = ""
    before: Mapping[str, float] = field(default_factory=dict)
    after: Mapping[str, float] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether a process works on it."""
        return self.condition in ("starting", "running")

    @property
    def model(self) -> Path:
        """Where its model is once it has finished."""
        return self.folder / "model"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model that can be used. ``folder`` is the model folder, ``home`` what is removed with it (None: it shipped)."""

    name: str
    folder: Path
    home: Path | None
    fingerprint: str
    created: str
    data: str
    start_from: str
    preset: str
    figures: Mapping[str, float]
    size: int
    licence: str = ""

    @property
    def shipped(self) -> bool:
        """Whether it came with the program; such a one is never removed."""
        return self.home is None


class ModelRows(ResultList[ModelRow]):
    """Models that can be used: the released one, then the user's own, latest first."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a training will take: seconds for each part, bytes of memory and disk. ``crystals`` are those to train on."""

    device: str
    crystals: int
    steps: int
    step_seconds: float
    prepare_seconds: float
    train_seconds: float
    text_alignment_seconds: float
    memory: int
    memory_free: int
    disk: int
    disk_free: int

    @property
    def seconds(self) -> float:
        """The whole."""
        return self.prepare_seconds + self.train_seconds + self.text_alignment_seconds


@dataclass(frozen=True, slots=True)
class MovedHit:
    """A crystal among the best of a phrase before or after; ranks from 1. ``fits``: what the stored facts say, if they do."""

    id: str
    formula: str
    before: int
    after: int
    fits: bool | None


@dataclass(frozen=True, slots=True)
class MovedPhrase:
    """The ``depth`` best crystals of one phrase after a training, then those that were among the best before it."""

    phrase: str
    depth: int
    hits: tuple[MovedHit, ...]

    @property
    def came(self) -> int:
        """How many of the best are new among them."""
        return sum(hit.after <= self.depth < hit.before for hit in self.hits)

    def fitting(self, when: Literal["before", "after"]) -> int:
        """How many of the best fit by the stored facts."""
        return sum(bool(hit.fits) for hit in self.hits if getattr(hit, when) <= self.depth)


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a training did. Figures in percent on validation crystals (empty where the data set has none)."""

    model: Path
    fingerprint: str
    before: dict[str, float]
    after: dict[str, float]
    improved: bool
    message: str
    epochs: int
    seconds: float
