"""The training loop.

A training can be cancelled and resumed at any moment, halves its batch where memory runs out, and keeps the weights of the
epoch with the best validation figures.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from clics.errors import InputError, is_out_of_memory
from clics.model.batch import Batch
from clics.progress import Progress
from clics.results.training import TrainingResult
from clics.training import best_model, checkpoint
from clics.training.bank import Bank
from clics.training.context import TrainingContext
from clics.training.initialise import starting_model
from clics.training.loader import batches
from clics.training.metrics_log import MetricsLog
from clics.training.objective import Objective
from clics.training.run_state import RunState
from clics.training.text_alignment import align_text_tower
from clics.training.torch_compile import can_compile, compile_layers
from clics.training.train_step import TrainStep
from clics.training.training_data import EpochSampler
from clics.training.validate import validation_figures, validation_sample

_LOG_EVERY = 20
_LOADERS = 2
"""Processes that prepare batches for a GPU, at least: one prepares some 5,000 crystals a second."""
_SMALLEST_BATCH = 8


class Trainer:
    """The training loop.

    Attributes:
        context: inputs and surroundings.
        vocabulary: concepts that the model ranks.
        graphs: graphs of the training split.
        validation: graphs of the validation split.
        bank: concepts that crystals are contrasted with.
        epochs: draws the crystals of each epoch.
        stepper: model, optimiser and averaged weights.
        state: counters and figures.
    """

    def __init__(self, context: TrainingContext) -> None:
        """Build or load graphs, create the model and the optimiser.

        Raises:
            InputError: the data set has too few described crystals (kind ``empty-dataset``).
            ModelError: the model to start from cannot be loaded.
            Cancelled: on request, while graphs are built.
        """
        recipe = context.recipe
        self.context, self._group, self._recipe = context, context.group, recipe
        self._loaders = max(_LOADERS, context.workers) if context.device == "cuda" else 0
        context.output.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(recipe.seed)
        model, self.vocabulary = starting_model(recipe, context.vocabulary, context.dataset, context.start_from)
        with context.group.main_process_first():  # the others find the graphs in the cache
            self.graphs = context.training_graphs(model.settings.graph)
            self.validation = context.validation_graphs(model.settings.graph)
        self.bank = Bank.of(self.vocabulary, recipe.bank_min_count)
        self.epochs = EpochSampler(context.dataset, self.graphs, recipe)
        model.to(context.device).train()
        if recipe.compiled and can_compile(context.device):
            compile_layers(model.graph_tower)
        self.stepper = TrainStep(context, model, self.bank, self.graphs)
        self.state = RunState(
            recipe=recipe.to_json(),
            start_from=str(context.start_from.resolve()) if context.start_from else "",
            batch=recipe.batch,
            text_aligned=context.start_from is not None and recipe.text_alignment_start == 0,
        )
        self._log = MetricsLog(context.output, self.state)

    def run(self, *, resume: bool) -> TrainingResult:
        """Train to the end.

        Args:
            resume: continue from the last checkpoint in the output folder.

        Raises:
            InputError: there is no checkpoint to resume, memory runs out, or the loss diverges.
            Cancelled: on request; the state is kept.
        """
        state, group, recipe = self.state, self._group, self._recipe
        self._begin(resume)
        started, spent = time.monotonic(), state.seconds
        saved, finishing = time.monotonic(), False
        while state.epoch < recipe.epochs and not finishing:
            if recipe.aligns_text and state.epoch == recipe.epochs_before_alignment and not state.text_aligned:
                self._align_and_freeze()
            for indices, batch in self.remaining_batches():
                if finishing := self._stop_requested():
                    break
                checked = self._step_or_halve(indices, batch)
                state.seconds = spent + time.monotonic() - started
                if checked and time.monotonic() - saved > 60 * recipe.checkpoint_minutes:
                    self._save()
                    saved = time.monotonic()
            state.epoch += 1
            state.done = 0
            if self.context.is_main:
                self._end_epoch()
                state.seconds = spent + time.monotonic() - started
                self._save()
            group.barrier()
            finishing = group.any_rank(finishing or self.context.finish.cancelled)
            saved = time.monotonic()
        if self.context.is_main and recipe.aligns_text and not state.text_aligned:
            self._align()
        state.seconds = spent + time.monotonic() - started
        result = group.broadcast(self._finish() if self.context.is_main else None)
        group.shutdown()
        assert result is not None  # made by the main process and broadcast
        return result

    def _begin(self, resume: bool) -> None:
        state = self.state
        if resume:
            self._load_checkpoint()
            self._group.barrier()  # until all have read the checkpoint that the main process will soon replace
        if state.text_aligned:
            self.stepper.proxies.freeze()
        if not self.context.is_main:
            return
        if resume:
            self._log.truncate()
            return
        self._log.start()
        state.before = self.validate()
        steps = max(1, self.epochs.per_epoch // (self._recipe.batch * self._group.size))
        crystals, device = self.epochs.per_epoch, self.context.device
        self._log(event="start", validation=state.before, crystals=crystals, steps=steps, device=device)

    def _stop_requested(self) -> bool:
        """True to finish early; on a request to cancel, the state is saved and Cancelled is raised.

        A token may be set at any moment and in one process alone, so only what all processes have agreed on is acted upon.
        """
        cancel, finish = self.context.cancel.cancelled, self.context.finish.cancelled
        if self._group.size > 1:
            if self.state.step % self._recipe.text_every:
                return False  # the processes agree only now and then: it costs time
            if not self._group.any_rank(cancel or finish):
                return False
            cancel, finish = self._group.any_rank(cancel), self._group.any_rank(finish)
        if cancel:
            self._save()
            self._group.barrier()  # torchrun ends the others as soon as one process has left
            self.context.cancel.cancel()
            self.context.cancel.check()
        return finish

    def remaining_batches(self) -> Iterator[tuple[NDArray[np.int64], Callable[[], Batch]]]:
        """The batches of the current epoch that are still to come.

        Yields:
            Indices of the graphs of the whole batch, and a function that returns this process's shard, on the device.
        """
        order, state = self.epochs.epoch_order(self.state.epoch), self.state
        while state.done < len(order):
            size = state.batch
            step = min(size * self._group.size, len(order))
            jobs = [order[i : i + step] for i in range(state.done, len(order) - step + 1, step)]
            if not jobs:
                return
            own = [self._group.shard(job) for job in jobs]
            ready = batches(self.graphs, own, self.context.device, loaders=self._loaders)
            for job in jobs:
                yield job, ready.__next__
                if state.batch != size:  # memory ran out: cut the rest of the epoch into smaller batches
                    break

    def _step_or_halve(self, indices: NDArray[np.int64], batch: Callable[[], Batch]) -> bool:
        try:
            return self.step(indices, batch)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or self.state.batch <= _SMALLEST_BATCH:
                raise
            if self._group.size > 1:  # the others are in the middle of the step and cannot halve theirs
                raise InputError(
                    f"Process {self._group.rank} ran out of memory; resume with a smaller batch.", kind="out-of-memory"
                ) from error
            self.stepper.optimizer.zero_grad(set_to_none=True)
            self.state.batch //= 2
            self._log(event="out-of-memory", batch=self.state.batch)
            if self.context.device == "cuda":
                torch.cuda.empty_cache()
            return False

    def batch(self, indices: NDArray[np.int64]) -> Batch:
        """The graphs of this process's shard of ``indices``, on the device."""
        return next(batches(self.graphs, [self._group.shard(indices)], self.context.device, loaders=0))

    def step(self, indices: NDArray[np.int64], batch: Callable[[], Batch] | None = None) -> bool:
        """One optimisation step.

        Args:
            indices: graphs of the whole batch, of all processes.
            batch: returns this process's shard; by default it is made here.

        Returns:
            Whether the loss was checked to be finite.

        Raises:
            InputError: the loss is not finite (kind ``diverged``).
        """
        state, recipe = self.state, self._recipe
        make = batch if batch is not None else lambda: self.batch(indices)
        loss, parts = self.stepper.forward(indices, make, state, self.epochs.per_epoch)
        logged = self.context.is_main and (state.step % recipe.text_every == 0 or (state.step + 1) % _LOG_EVERY == 0)
        # reading the loss makes the host wait for a GPU, so it is read only where it is logged
        checked = logged or self.context.device == "cpu"
        if checked and not math.isfinite(float(loss.detach())):
            raise InputError("The loss is not a number any more; lower the learning rates.", kind="diverged")
        self.stepper.backward(loss, state.step)
        state.step += 1
        state.done += len(indices)
        if logged:
            value = float(loss.detach())
            self._log(event="step", loss=value, **{name: float(part) for name, part in parts.items()})
            fraction = state.done / self.epochs.per_epoch
            text = f"epoch {state.epoch + 1} of {recipe.epochs}, loss {value:.3f}"
            self.context.main_progress(Progress(int(1000 * (state.epoch + fraction)), 1000 * recipe.epochs, text))
        return checked

    def _end_epoch(self) -> None:
        figures = self.validate()
        self._log(event="epoch", validation=figures)
        with self.stepper.average.applied():
            best_model.keep_if_best(self.context, self.stepper.model, self.vocabulary, self.state, figures)

    def _align_and_freeze(self) -> None:
        """Align the text tower in the main process, then let all processes train against its embeddings."""
        if self.context.is_main:
            self._align()
            self.stepper.freeze_text_tower(self.bank)
            self.state.text_aligned = True
            self._save()
        self._group.barrier()
        if not self.context.is_main:
            self._load_checkpoint()
        self.stepper.proxies.freeze()
        self._group.barrier()  # until all have read the checkpoint that the main process will soon replace

    def _align(self) -> None:
        """Align the text tower to the proxies; an interrupted alignment starts again from the last checkpoint."""
        steps = self._recipe.text_alignment_steps
        self.stepper.average.apply()  # the averaged weights are those that are evaluated and kept
        for step, loss in enumerate(self.alignment_steps(), start=1):
            if self.context.cancel.cancelled:  # in the main process alone, whose end then ends the others
                self._save()
                self.context.cancel.check()
            if step % _LOG_EVERY == 0:
                self._log(event="text-alignment", loss=loss)
                text = f"phrases, step {step} of {steps}, loss {loss:.3f}"
                self.context.main_progress(Progress(step, steps, text))
        self.stepper.average.reset()
        self._end_epoch()

    def alignment_steps(self) -> Iterator[float]:
        """The steps of text-tower alignment, in this process alone; yields the loss of each."""
        learner, recipe = self.stepper.learner, self._recipe
        alone = Objective(self.context.dataset, self.bank, recipe, learner.proxies)
        return align_text_tower(learner.model, alone, recipe, self.context.device, self.stepper.rate_factor)

    def validate(self) -> dict[str, float]:
        """Validation figures in percent of the averaged weights; empty where there are no validation crystals."""
        context, store = self.context, self.validation
        chosen = validation_sample(context.dataset, store, 2 * self._recipe.max_inequivalent_sites)
        if not len(chosen):
            return {}
        with self.stepper.average.applied():
            return validation_figures(self.stepper.model, context.dataset, store, chosen, self.bank, context.device)

    def _finish(self) -> TrainingResult:
        result = best_model.finish(self.context, self.vocabulary, self.epochs, self.state)
        self._log(event="end", improved=result.improved, message=result.message)
        return result

    def _load_checkpoint(self) -> None:
        stepper = self.stepper
        self.state.update(checkpoint.load(self.context.output, stepper.learner, stepper.optimizer, stepper.average))
        if (
            self.context.is_main and self.state.best_folder
        ):  # a process that was killed may have left one without a checkpoint
            best_model.remove(self.context.output, but=self.state.best_folder)

    def _save(self) -> None:
        if self.context.is_main:
            stepper = self.stepper
            checkpoint.save(self.context.output, stepper.learner, stepper.optimizer, stepper.average, self.state)
            best_model.remove(self.context.output, but=self.state.best_folder)
