"""Timing of real training steps on a sample, to estimate the duration of a training on this machine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from clics.progress import CancelToken
from clics.training.context import TrainingContext
from clics.training.device import choose_device
from clics.training.graph_cache import load_graphs
from clics.training.recipe import Recipe
from clics.training.trainer import Trainer
from clics.training.training_data import usable_rows

_PLAIN_STEPS = 3
_ALIGNMENT_STEPS = 2


@dataclass(frozen=True, slots=True)
class Probe:
    """Measured times, in seconds.

    Attributes:
        device: that was measured.
        batch: crystals per step.
        step: one training step, averaged over steps with and without the text tower as the recipe mixes them.
        alignment_step: one step of text-tower alignment; 0 without that phase.
        validate: validation of one crystal.
        graph: building the graph of one crystal.
        accelerator_bytes: peak memory of a GPU; 0 on a CPU.
        parameters: number of trained parameters.
    """

    device: str
    batch: int
    step: float
    alignment_step: float
    validate: float
    graph: float
    accelerator_bytes: int
    parameters: int


def probe(
    recipe: Recipe, dataset: Path, folder: Path, *, start_from: Path | None, device: str, cancel: CancelToken
) -> Probe:
    """Measure a few steps of a training.

    Args:
        recipe: of the training.
        dataset: folder of a packed sample of the data.
        folder: where the training may write.
        start_from: folder of the model that is fine-tuned; None: from scratch.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        cancel: stops between the parts.

    Raises:
        InputError: as :func:`clics.training.train.train` would.
        Cancelled: on request.
    """
    chosen = choose_device(device)
    context = TrainingContext.of_folder(dataset, recipe, folder, start_from=start_from, device=chosen, cancel=cancel)
    rows = usable_rows(context.dataset, "train", recipe.max_sites)
    started = time.monotonic()
    load_graphs(context.dataset, rows, recipe.model.graph, context.graph_cache, cancel=cancel)
    graph = (time.monotonic() - started) / max(1, len(rows))
    trainer = Trainer(context)
    indices = np.resize(trainer.epochs.epoch_order(0), recipe.batch)
    if chosen == "cuda":
        torch.cuda.reset_peak_memory_stats()
    trainer.step(indices)  # the first one also sets up kernels and moments
    cancel.check()
    text = _step_seconds(trainer, 0, indices)
    plain = text
    if recipe.text_every > 1:
        plain = float(np.mean([_step_seconds(trainer, step, indices) for step in range(1, _PLAIN_STEPS + 1)]))
    cancel.check()
    return Probe(
        device=chosen,
        batch=recipe.batch,
        step=float((text + (recipe.text_every - 1) * plain) / recipe.text_every),
        alignment_step=_alignment_step_seconds(trainer) if recipe.aligns_text else 0.0,
        validate=_validation_seconds(trainer),
        graph=graph,
        accelerator_bytes=int(torch.cuda.max_memory_allocated()) if chosen == "cuda" else 0,
        parameters=sum(p.numel() for p in trainer.stepper.learner.parameters()),
    )


def _step_seconds(trainer: Trainer, step: int, indices: NDArray[np.int64]) -> float:
    """Seconds of the step of this number, which decides whether the text tower takes part."""
    trainer.state.step = step
    cuda = trainer.context.device == "cuda"
    ready = trainer.batch(indices) if cuda else None  # there, loader processes prepare batches ahead of their step
    started = time.monotonic()
    trainer.step(indices, (lambda: ready) if ready is not None else None)
    if cuda:
        torch.cuda.synchronize()
    return time.monotonic() - started


def _alignment_step_seconds(trainer: Trainer) -> float:
    alignment = trainer.alignment_steps()
    started = time.monotonic()
    steps = sum(1 for _ in islice(alignment, _ALIGNMENT_STEPS))
    return (time.monotonic() - started) / max(1, steps)


def _validation_seconds(trainer: Trainer) -> float:
    started = time.monotonic()
    trainer.validate()
    return (time.monotonic() - started) / max(1, len(trainer.validation))
