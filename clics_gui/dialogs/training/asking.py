"""What training asks of the engine; these functions run on the engine's threads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.progress import CancelToken, ProgressCallback

if TYPE_CHECKING:
    from engine.jobs.rows import Curves, Device, Estimate, ModelRow, MovedPhrase, TrainingState
    from engine.session import Engine


@dataclass(frozen=True, slots=True)
class Plan:
    """What the form says. ``start_from`` None: from nothing."""

    name: str
    source: Path
    preset: str
    epochs: int
    start_from: Path | None
    device: str


def choices(engine: Engine) -> tuple[tuple[Device, ...], tuple[ModelRow, ...]]:
    """Devices and models to choose from."""
    return engine.training_devices(), engine.models()


def library_path(engine: Engine) -> Path:
    """The file of the library in use."""
    return Path(engine.library_info().path)


def estimate(engine: Engine, plan: Plan, cancel: CancelToken) -> Estimate:
    """What it will take."""
    return engine.training_estimate(
        plan.source,
        preset=plan.preset,
        start_from=plan.start_from,
        device=plan.device,
        epochs=plan.epochs,
        cancel=cancel,
    )


def begin(engine: Engine, plan: Plan) -> TrainingState:
    """Start it."""
    return engine.training_begin(
        plan.name, plan.source, preset=plan.preset, start_from=plan.start_from, device=plan.device, epochs=plan.epochs
    )


def look(engine: Engine, folder: Path) -> tuple[TrainingState, Curves]:
    """How a training stands, with its curves."""
    return engine.training_state(folder), engine.training_curves(folder)


def trainings(engine: Engine) -> tuple[TrainingState, ...]:
    """Every training."""
    return engine.trainings()


def everything(engine: Engine) -> tuple[tuple[ModelRow, ...], tuple[TrainingState, ...]]:
    """Every model, every training."""
    return engine.models(), engine.trainings()


def resume(engine: Engine, folder: Path) -> TrainingState:
    """Go on."""
    return engine.training_resume(folder)


def pause(engine: Engine, folder: Path) -> None:
    """Stop after the step under way; it can go on."""
    engine.training_ask(folder, "pause")


def finish(engine: Engine, folder: Path) -> None:
    """No more epochs: the best so far becomes the model."""
    engine.training_ask(folder, "finish")


def kill(engine: Engine, folder: Path) -> None:
    """End its process now."""
    engine.training_kill(folder)


def moved(
    engine: Engine, before: Path | None, after: Path, progress: ProgressCallback, cancel: CancelToken
) -> tuple[MovedPhrase, ...]:
    """Which hits moved."""
    return engine.moved_hits(before, after, progress=progress, cancel=cancel)


def reembed(engine: Engine, progress: ProgressCallback, cancel: CancelToken) -> int:
    """Vectors of this request's model for every crystal of its library; those of other models stay."""
    return engine.library_refresh(progress=progress, cancel=cancel)


def rename(engine: Engine, home: Path, name: str) -> None:
    """Another name."""
    engine.model_rename(home, name)


def remove(engine: Engine, home: Path) -> None:
    """Away with it."""
    engine.model_remove(home)
