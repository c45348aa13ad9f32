"""Trainings and models: options, states, estimates and results. Importing this module is cheap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from clics.results.lists import ResultList

TrainingStatus = Literal["starting", "running", "paused", "interrupted", "failed", "finished"]
"""``interrupted``: the process ended without a report (killed, power cut); it can resume from its checkpoint."""

FIGURES = {
    "space_group_top1": "Space group, top-1",
    "space_group_top5": "Space group, top-5",
    "environment_top1": "Environment, top-1",
    "environment_top5": "Environment, top-5",
    "environment_map": "Environment, mean average precision",
}
"""Validation figures in percent: name → title."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device on which a training can run.

    Attributes:
        id: Identifier for PyTorch, for example ``cuda``.
        name: Its name.
        memory: Total memory in bytes.
        free: Free memory in bytes.
    """

    id: str
    name: str
    memory: int
    free: int


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """The options of a training.

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
    """One value of a curve, ``at`` a time in epochs."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Curves:
    """The learning curves of a training.

    Attributes:
        loss: Training loss.
        figures: Validation figures in percent, by name (:data:`FIGURES`).
        epochs: Number of epochs of the whole training.
    """

    loss: tuple[Point, ...] = ()
    figures: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    epochs: int = 0


@dataclass(frozen=True, slots=True)
class TrainingState:
    """The state of a training.

    Attributes:
        folder: Folder of the training.
        name: Name of the model.
        source: Data that it is trained on.
        preset: Name of the recipe.
        start_from: Model folder that is fine-tuned; empty for random weights.
        start_name: Name of that model.
        device: Device.
        created: Time of creation, ISO 8601.
        status: Its condition.
        phase: Current phase, for example preparing or training.
        done: Progress of the phase.
        total: Length of the phase; None where not known.
        text: Progress in words.
        left: Estimated remaining time in seconds; None where not known.
        message: Why it ended.
        before: Validation figures of the model that is fine-tuned.
        after: Validation figures of the best epoch.
    """

    folder: Path
    name: str
    source: str
    preset: str
    start_from: str
    start_name: str
    device: str
    created: str
    status: TrainingStatus
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
        """True while a process works on it."""
        return self.status in ("starting", "running")

    @property
    def model(self) -> Path:
        """The model folder, which exists once the training has finished."""
        return self.folder / "model"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model that can be used.

    Attributes:
        name: Its name.
        folder: The model folder.
        home: The folder that is removed with the model; None for the released one.
        fingerprint: Its fingerprint.
        created: Time of creation, ISO 8601.
        data: Data that it was trained on.
        start_from: Name of the model that was fine-tuned.
        preset: Name of the recipe.
        figures: Validation figures in percent.
        size: Size in bytes.
        licence: Licence of the training data.
    """

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
        """True for the released model, which ships with the program and is never removed."""
        return self.home is None


class ModelRows(ResultList[ModelRow]):
    """Models that can be used: the released one, then the user's own, latest first."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimated time and memory of a training.

    Attributes:
        device: Device.
        crystals: Number of training crystals.
        steps: Number of optimiser steps.
        step_seconds: Time of one step in seconds.
        prepare_seconds: Time for building crystal graphs in seconds.
        train_seconds: Time of all steps in seconds.
        text_alignment_seconds: Time of the text alignment in seconds.
        memory: Peak memory in bytes.
        memory_free: Free memory in bytes.
        disk: Disk space in bytes.
        disk_free: Free disk space in bytes.
    """

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
        """Total time in seconds."""
        return self.prepare_seconds + self.train_seconds + self.text_alignment_seconds


@dataclass(frozen=True, slots=True)
class MovedHit:
    """A crystal that is among the best hits of a phrase before or after a training.

    Attributes:
        id: Id in the library.
        formula: Reduced formula.
        before: Rank before, from 1.
        after: Rank after.
        fits: Whether the stored facts confirm the phrase; None where they do not tell.
    """

    id: str
    formula: str
    before: int
    after: int
    fits: bool | None


@dataclass(frozen=True, slots=True)
class MovedPhrase:
    """The change of the hits of one phrase by a training.

    Attributes:
        phrase: The phrase.
        depth: Number of best hits that are compared.
        hits: The best hits after the training, then those that were among the best only before.
    """

    phrase: str
    depth: int
    hits: tuple[MovedHit, ...]

    @property
    def came(self) -> int:
        """Number of best hits after the training that were not among the best before."""
        return sum(hit.after <= self.depth < hit.before for hit in self.hits)

    def fitting(self, when: Literal["before", "after"]) -> int:
        """Number of best hits for which the stored facts confirm the phrase."""
        return sum(bool(hit.fits) for hit in self.hits if getattr(hit, when) <= self.depth)


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The result of a training.

    Attributes:
        model: The model folder.
        fingerprint: Fingerprint of the model.
        before: Validation figures in percent before; empty without validation crystals.
        after: Validation figures in percent after.
        improved: The trained model is better than the one that was fine-tuned.
        message: The result in one sentence.
        epochs: Number of epochs.
        seconds: Duration.
    """

    model: Path
    fingerprint: str
    before: dict[str, float]
    after: dict[str, float]
    improved: bool
    message: str
    epochs: int
    seconds: float
