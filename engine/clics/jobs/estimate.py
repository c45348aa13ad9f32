"""Estimate time, memory and disk of a training from a few measured steps (``clics train --probe``)."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import numpy as np

from clics.dataset import packed_reader
from clics.dataset.crystal_rows import count_rows
from clics.errors import InputError
from clics.jobs.data import is_packed, packed_source
from clics.jobs.job_spec import TrainingJobSpec
from clics.progress import CancelToken, silent
from clics.readers.folders import files_of
from clics.results.training import Estimate
from clics.training.distributed import is_distributed
from clics.training.probe import probe
from clics.training.recipe import Recipe
from clics.training.validate import VALIDATION

_SAMPLE = 96
"""Crystals that are described, packed and measured."""
_COPIES_ON_DISK = 8
"""Copies of the parameters on the disk at once: two checkpoints (weights, average, two moments)."""


def estimate(spec: TrainingJobSpec, folder: Path, *, workers: int | None, cancel: CancelToken) -> Estimate:
    """Measure a training on a sample and extrapolate.

    Args:
        spec: the job.
        folder: an empty folder, for this alone.
        workers: processes that describe the sample.
        cancel: stops the measurement.

    Raises:
        InputError: the data cannot be used, or torchrun started several processes (kind ``one-process``).
        Cancelled: on request.
    """
    if is_distributed():
        raise InputError("A probe measures one process; start it without torchrun.", kind="one-process")
    recipe = Recipe.from_json(spec.recipe)
    started = time.monotonic()
    sample = packed_source(
        spec.source, folder, workers=workers, phase=lambda _: None, progress=silent, cancel=cancel, most=_SAMPLE
    )
    prepared = time.monotonic() - started
    train, validate = _sizes(spec.source, packed_reader.load(sample), recipe)
    recipe = spec.recipe_for(train)
    measured = probe(recipe, sample, folder / "run", start_from=spec.start_from, device=spec.device, cancel=cancel)
    describing = 0.0 if is_packed(spec.source) else prepared / _SAMPLE * (train + validate)
    steps = recipe.epochs * max(1, train // recipe.batch)
    validated = (recipe.epochs + 2) * min(VALIDATION, validate)
    memory, free = _memory(measured.device, measured.accelerator_bytes)
    return Estimate(
        device=measured.device,
        crystals=train,
        steps=steps,
        step_seconds=measured.step,
        prepare_seconds=describing + measured.graph * (train + validate),
        train_seconds=steps * measured.step + validated * measured.validate,
        text_alignment_seconds=recipe.text_alignment_steps * measured.alignment_step,
        memory=memory,
        memory_free=free,
        disk=4 * measured.parameters * _COPIES_ON_DISK,
        disk_free=shutil.disk_usage(folder).free,
    )


def _sizes(source: Path, sample: packed_reader.PackedDataset, recipe: Recipe) -> tuple[int, int]:
    """Crystals per epoch and validation crystals; of sources that are not packed yet, extrapolated from the sample."""
    sides = {side: len(sample.rows(side)) for side in ("train", "val")}
    described = int(sample.arrays["described"][sample.rows("train")].sum())
    extra = min(sides["train"] - described, round(recipe.undescribed * described))
    if is_packed(source):
        return described + extra, sides["val"]
    total = max(_count(source) or len(sample), len(sample))
    share = sides["val"] / len(sample)
    return int(np.ceil(total * (1 - share))), int(total * share)


def _count(source: Path) -> int | None:
    if source.is_file() and source.suffix == ".clics":
        from clics.library.store import Library

        library = Library(source, "read")
        try:
            return library.count()
        finally:
            library.close()
    counted = count_rows([source])
    return counted if counted is not None else sum(1 for _ in files_of([source]))


def _memory(device: str, accelerator: int) -> tuple[int, int]:
    """Peak memory of this process, or of the GPU, and the memory available for it; in bytes."""
    import psutil

    if device == "cuda":
        import torch

        free, _ = torch.cuda.mem_get_info()
        return accelerator, int(free) + accelerator
    return _peak(), int(psutil.virtual_memory().available) + int(psutil.Process().memory_info().rss)


def _peak() -> int:
    import psutil

    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else 1024 * peak)
