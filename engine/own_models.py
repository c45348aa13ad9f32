"""What an Engine does with the user's own models: trains them in processes, watches, lists, compares, removes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine import places
from engine.progress import CancelToken, ProgressCallback, silent

if TYPE_CHECKING:
    from engine.jobs.order import Order
    from engine.jobs.rows import Curves, Device, Estimate, ModelRow, MovedPhrase, TrainingState
    from engine.jobs.status import Wish
    from engine.library.store import Library
    from engine.training.run import TrainingResult


class OwnModels:
    """The part of :class:`engine.session.Engine` that is about trainings and models; used through it only.

    A training is a folder. Its process writes there how it stands and reads there what is asked of it; so it goes on
    when the window closes, and the window finds it again.
    """

    def library(self, *, write: bool = False) -> Library:
        """The library whose hits are compared."""
        raise NotImplementedError

    def train(
        self,
        folder: Path,
        order: Order | None = None,
        *,
        workers: int | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> TrainingResult:
        """Train in this process (:func:`engine.jobs.run.run_job`); without an order, go on with what was begun."""
        from engine.jobs.run import run_job

        return run_job(folder, order, workers=workers, progress=progress, cancel=cancel or CancelToken())

    def training_probe(
        self, folder: Path, order: Order | None, *, workers: int | None = None, cancel: CancelToken | None = None
    ) -> Estimate:
        """Take a few steps in this process, which is for that alone (:func:`engine.jobs.probing.estimate`)."""
        from engine.jobs.order import Order
        from engine.jobs.probing import estimate

        return estimate(order or Order.load(folder), folder, workers=workers, cancel=cancel or CancelToken())

    def training_devices(self) -> tuple[Device, ...]:
        """Where a training can run, the best first, with the memory there."""
        from engine.jobs.devices import devices

        return devices()

    def training_estimate(
        self,
        source: Path,
        *,
        preset: str = "quick",
        start_from: Path | None = None,
        device: str = "auto",
        epochs: int | None = None,
        cancel: CancelToken | None = None,
    ) -> Estimate:
        """What a training would take here, from a few real steps in a process. Raises what the training would."""
        from engine.jobs import models, process

        order = models.new("probe", source, preset, start_from, device, epochs=epochs)
        return process.estimate(order, cancel or CancelToken())

    def training_begin(
        self,
        name: str,
        source: Path,
        *,
        preset: str = "quick",
        start_from: Path | None = None,
        device: str = "auto",
        epochs: int | None = None,
    ) -> TrainingState:
        """Start a training in a process; returns at once, with its folder."""
        from engine.jobs import models, process, watching

        folder = models.make_folder(models.new(name, source, preset, start_from, device, epochs=epochs))
        process.start(folder)
        return watching.state(folder)

    def training_resume(self, folder: Path) -> TrainingState:
        """Go on with a training that was paused, failed or was killed; returns at once."""
        from engine.jobs import process, watching

        process.start(folder)
        return watching.state(folder)

    def training_ask(self, folder: Path, wish: Wish) -> None:
        """Ask a training to ``pause``, or to ``finish`` now with what it has learnt. It does so after its step."""
        from engine.jobs.status import ask

        ask(folder, wish)

    def training_kill(self, folder: Path) -> None:
        """End a training's process at once; it can go on from its last checkpoint."""
        from engine.jobs.process import kill

        kill(folder)

    def training_state(self, folder: Path) -> TrainingState:
        """How a training stands. Raises InputError of kind ``no-job`` where its folder is gone."""
        from engine.jobs.watching import state

        return state(folder)

    def training_curves(self, folder: Path) -> Curves:
        """Loss and validation figures so far."""
        from engine.jobs.watching import curves

        return curves(folder)

    def trainings(self) -> tuple[TrainingState, ...]:
        """Every training of this user, the latest first."""
        from engine.jobs.watching import states

        return states(places.own_models())

    def models(self) -> tuple[ModelRow, ...]:
        """The released model, then the own ones, the latest first."""
        from engine.jobs.models import models

        return models()

    def model_rename(self, home: Path, name: str) -> None:
        """Give an own model another name."""
        from engine.jobs.models import rename

        rename(home, name)

    def model_remove(self, home: Path) -> None:
        """Remove an own model with its training; never the released one."""
        from engine.jobs.models import remove

        remove(home)

    def moved_hits(
        self,
        before: Path | None,
        after: Path,
        *,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> tuple[MovedPhrase, ...]:
        """The best crystals of some phrases in this engine's library, by two models (None: the released one)."""
        from engine.jobs.moved import moved_hits
        from engine.model.encoder import Encoder

        first, second = Encoder.load(before or places.model_folder()), Encoder.load(after)
        return moved_hits(self.library(), first, second, progress=progress, cancel=cancel or CancelToken())
