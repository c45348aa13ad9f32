"""What an Session does with the user's own models: trains them in processes, watches, lists, compares, removes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clics import paths
from clics.progress import CancelToken, ProgressCallback, silent

if TYPE_CHECKING:
    from clics.jobs.job_spec import TrainingJobSpec
    from clics.jobs.status import Control
    from clics.library.store import Library
    from clics.results.training import Curves, Device, Estimate, ModelRow, MovedPhrase, TrainingResult, TrainingState


class ModelRegistry:
    """The part of :class:`clics.session.Session` that is about trainings and models; used through it only.

    A training is a folder. Its process writes there how it stands and reads there what is asked of it; so it goes on
    when the window closes, and the window finds it again.
    """

    def library(self, *, write: bool = False) -> Library:
        """The library whose hits are compared."""
        raise NotImplementedError

    def train(
        self,
        folder: Path,
        order: TrainingJobSpec | None = None,
        *,
        workers: int | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> TrainingResult:
        """Train in this process (:func:`clics.jobs.runner.run_job`); without an order, go on with what was begun."""
        from clics.jobs.runner import run_job

        return run_job(folder, order, workers=workers, progress=progress, cancel=cancel or CancelToken())

    def training_probe(
        self,
        folder: Path,
        order: TrainingJobSpec | None,
        *,
        workers: int | None = None,
        cancel: CancelToken | None = None,
    ) -> Estimate:
        """Take a few steps in this process, which is for that alone (:func:`clics.jobs.estimate.estimate`)."""
        from clics.jobs.estimate import estimate
        from clics.jobs.job_spec import TrainingJobSpec

        return estimate(order or TrainingJobSpec.load(folder), folder, workers=workers, cancel=cancel or CancelToken())

    def training_devices(self) -> tuple[Device, ...]:
        """Where a training can run, the best first, with the memory there."""
        from clics.jobs.devices import devices

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
        from clics.jobs import models, process

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
        from clics.jobs import models, monitor, process

        folder = models.make_folder(models.new(name, source, preset, start_from, device, epochs=epochs))
        process.start(folder)
        return monitor.state(folder)

    def training_resume(self, folder: Path) -> TrainingState:
        """Go on with a training that was paused, failed or was killed; returns at once."""
        from clics.jobs import monitor, process

        process.start(folder)
        return monitor.state(folder)

    def training_ask(self, folder: Path, wish: Control) -> None:
        """Ask a training to ``pause``, or to ``finish`` now with what it has learnt. It does so after its step."""
        from clics.jobs.status import ask

        ask(folder, wish)

    def training_kill(self, folder: Path) -> None:
        """End a training's process at once; it can go on from its last checkpoint."""
        from clics.jobs.process import kill

        kill(folder)

    def training_state(self, folder: Path) -> TrainingState:
        """How a training stands. Raises InputError of kind ``no-job`` where its folder is gone."""
        from clics.jobs.monitor import state

        return state(folder)

    def training_curves(self, folder: Path) -> Curves:
        """Loss and validation figures so far."""
        from clics.jobs.monitor import curves

        return curves(folder)

    def trainings(self) -> tuple[TrainingState, ...]:
        """Every training of this user, the latest first."""
        from clics.jobs.monitor import states

        return states(paths.own_models())

    def models(self) -> tuple[ModelRow, ...]:
        """The released model, then the own ones, the latest first."""
        from clics.jobs.models import models

        return models()

    def model_rename(self, home: Path, name: str) -> None:
        """Give an own model another name."""
        from clics.jobs.models import rename

        rename(home, name)

    def model_remove(self, home: Path) -> None:
        """Remove an own model with its training; never the released one."""
        from clics.jobs.models import remove

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
        from clics.jobs.rank_changes import moved_hits
        from clics.model.encoder import Encoder

        first, second = Encoder.load(before or paths.model_folder()), Encoder.load(after)
        return moved_hits(self.library(), first, second, progress=progress, cancel=cancel or CancelToken())
