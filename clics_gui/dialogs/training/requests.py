"""What training asks of the engine; these functions run on the engine's threads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clics.progress import CancelToken, ProgressCallback

if TYPE_CHECKING:
    from clics.results.training import Curves, Device, Estimate, ModelRow, MovedPhrase, TrainingState
    from clics.session import Session


@dataclass(frozen=True, slots=True)
class Plan:
    """What the form says. ``start_from`` None: from nothing."""

    name: str
    source: Path
    preset: str
    epochs: int
    start_from: Path | None
    device: str


def choices(session: Session) -> tuple[tuple[Device, ...], tuple[ModelRow, ...]]:
    """Devices and models to choose from."""
    return session.training_devices(), session.models()


def library_path(session: Session) -> Path:
    """The file of the library in use."""
    return Path(session.library_info().path)


def estimate(session: Session, plan: Plan, cancel: CancelToken) -> Estimate:
    """What it will take."""
    return session.training_estimate(
        plan.source,
        preset=plan.preset,
        start_from=plan.start_from,
        device=plan.device,
        epochs=plan.epochs,
        cancel=cancel,
    )


def begin(session: Session, plan: Plan) -> TrainingState:
    """Start it."""
    return session.training_begin(
        plan.name, plan.source, preset=plan.preset, start_from=plan.start_from, device=plan.device, epochs=plan.epochs
    )


def look(session: Session, folder: Path) -> tuple[TrainingState, Curves]:
    """How a training stands, with its curves."""
    return session.training_state(folder), session.training_curves(folder)


def trainings(session: Session) -> tuple[TrainingState, ...]:
    """Every training."""
    return session.trainings()


def everything(session: Session) -> tuple[tuple[ModelRow, ...], tuple[TrainingState, ...]]:
    """Every model, every training."""
    return session.models(), session.trainings()


def resume(session: Session, folder: Path) -> TrainingState:
    """Go on."""
    return session.training_resume(folder)


def pause(session: Session, folder: Path) -> None:
    """Stop after the step under way; it can go on."""
    session.training_ask(folder, "pause")


def finish(session: Session, folder: Path) -> None:
    """No more epochs: the best so far becomes the model."""
    session.training_ask(folder, "finish")


def kill(session: Session, folder: Path) -> None:
    """End its process now."""
    session.training_kill(folder)


def moved(
    session: Session, before: Path | None, after: Path, progress: ProgressCallback, cancel: CancelToken
) -> tuple[MovedPhrase, ...]:
    """Which hits moved."""
    return session.moved_hits(before, after, progress=progress, cancel=cancel)


def reembed(session: Session, progress: ProgressCallback, cancel: CancelToken) -> int:
    """Vectors of this request's model for every crystal of its library; those of other models stay."""
    return session.library_refresh(progress=progress, cancel=cancel)


def rename(session: Session, home: Path, name: str) -> None:
    """Another name."""
    session.model_rename(home, name)


def remove(session: Session, home: Path) -> None:
    """Away with it."""
    session.model_remove(home)
