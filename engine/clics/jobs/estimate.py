"""From a few measured steps to the whole: what ``clics train --probe`` does."""

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
_STATES = 8
"""Copies of the parameters on the disk at once: two checkpoints (weights, average, two moments)."""


def estimate(order: TrainingJobSpec, folder: Path, *, workers: int | None, cancel: CancelToken) -> Estimate:
    """Measure in ``folder``, which is for this alone, and multiply. Raises InputError in one of is_distributed process_group."""
    if is_distributed():
        raise InputError("A probe measures one process; start it without torchrun.", kind="one-process")
    recipe = Recipe.from_json(order.recipe)
    began = time.monotonic()
    sample = packed_source(
        order.source, folder, workers=workers, phase=lambda _: None, progress=silent, cancel=cancel, most=_SAMPLE
    )
    prepared = time.monotonic() - began
    train, validate = _sizes(order.source, packed_reader.load(sample), recipe)
    recipe = order.recipe_for(train)
    measured = probe(recipe, sample, folder / "run", start_from=order.start_from, device=order.device, cancel=cancel)
    describing = 0.0 if is_packed(order.source) else prepared / _SAMPLE * (train + validate)
    steps = recipe.epochs * max(1, train // recipe.batch)
    looked_at = (recipe.epochs + 2) * min(VALIDATION, validate)
    memory, free = _memory(measured.device, measured.accelerator_bytes)
    return Estimate(
        device=measured.device,
        crystals=train,
        steps=steps,
        step_seconds=measured.step,
        prepare_seconds=describing + measured.graph * (train + validate),
        train_seconds=steps * measured.step + looked_at * measured.validate,
        text_alignment_seconds=recipe.text_alignment_steps * measured.alignment_step,
        memory=memory,
        memory_free=free,
        disk=4 * measured.parameters * _STATES,
        disk_free=shutil.disk_usage(folder).free,
    )


def _sizes(source: Path, sample: packed_reader.PackedDataset, recipe: Recipe) -> tuple[int, int]:
    """How many crystals an epoch has and how many are kept aside; of what is not packed yet, by the sample's shares."""
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
    """The peak of this process (of the GPU where it worked), and what of it is there; in bytes."""
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
