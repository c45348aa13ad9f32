"""Trainings: each is a folder, in which its process writes its status and reads what is asked of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clics import paths
from clics.progress import CancelToken, ProgressCallback, silent

if TYPE_CHECKING:
    from clics.results.training import Curves, Device, Estimate, TrainingOptions, TrainingResult, TrainingState


class TrainingService:
    """Starts, watches and ends trainings. ``session.training``.

    A training goes on when the session ends, and any session finds it again by its folder.
    """

    # ---- before -----------------------------------------------------------------------------------------------------

    def devices(self) -> tuple[Device, ...]:
        """Devices that a training can run on, the best first."""
        from clics.jobs.devices import devices

        return devices()

    def estimate(self, options: TrainingOptions, *, cancel: CancelToken | None = None) -> Estimate:
        """Time and memory of a training, from a few real steps in a process. Raises what the training would."""
        from clics.jobs import models, process

        return process.estimate(models.spec_of(options), cancel or CancelToken())

    # ---- in a process -----------------------------------------------------------------------------------------------

    def start(self, options: TrainingOptions) -> TrainingState:
        """Start a training in a process of its own, in a new folder among the own models; returns at once."""
        from clics.jobs import models, monitor, process

        folder = models.make_folder(models.spec_of(options))
        process.start(folder)
        return monitor.state(folder)

    def resume(self, folder: Path) -> TrainingState:
        """Resume a training that was paused, failed or was killed; returns at once."""
        from clics.jobs import monitor, process

        process.start(folder)
        return monitor.state(folder)

    def pause(self, folder: Path) -> None:
        """Stop after the step under way; the training can be resumed."""
        from clics.jobs.status import request

        request(folder, "pause")

    def finish(self, folder: Path) -> None:
        """Stop after the step under way and keep the best model so far."""
        from clics.jobs.status import request

        request(folder, "finish")

    def kill(self, folder: Path) -> None:
        """End the process at once; the training can be resumed from its last checkpoint."""
        from clics.jobs.process import kill

        kill(folder)

    def list(self) -> tuple[TrainingState, ...]:
        """Every training of this user, latest first."""
        from clics.jobs.monitor import states

        return states(paths.own_models())

    def state(self, folder: Path) -> TrainingState:
        """The state of a training. Raises InputError (``no-job``) where its folder is gone."""
        from clics.jobs.monitor import state

        return state(folder)

    def curves(self, folder: Path) -> Curves:
        """Loss and validation figures so far."""
        from clics.jobs.monitor import curves

        return curves(folder)

    # ---- in this process --------------------------------------------------------------------------------------------

    def run(
        self,
        folder: Path,
        options: TrainingOptions | None = None,
        *,
        workers: int | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> TrainingResult | None:
        """Train in this process (:func:`clics.jobs.runner.run_job`).

        Args:
            folder: Working folder; the model is written into its ``model/``.
            options: What to train; None resumes what was begun in ``folder``.
            workers: Processes that prepare the data.

        Returns:
            The outcome; None in the processes of ``torchrun`` that are not the first.
        """
        from clics.jobs.models import spec_of
        from clics.jobs.runner import run_job
        from clics.training.distributed import is_main_process

        spec = None if options is None else spec_of(options)
        result = run_job(folder, spec, workers=workers, progress=progress, cancel=cancel or CancelToken())
        return result if is_main_process() else None

    def measure(
        self,
        folder: Path,
        options: TrainingOptions | None = None,
        *,
        workers: int | None = None,
        cancel: CancelToken | None = None,
    ) -> Estimate:
        """Take a few steps in this process, which is for that alone (:func:`clics.jobs.estimate.estimate`)."""
        from clics.jobs.estimate import estimate
        from clics.jobs.job_spec import TrainingJobSpec
        from clics.jobs.models import spec_of

        spec = TrainingJobSpec.load(folder) if options is None else spec_of(options)
        return estimate(spec, folder, workers=workers, cancel=cancel or CancelToken())
