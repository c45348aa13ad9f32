"""A few real steps on a sample, to know what a training will take on this machine."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from clics.concepts.vocabulary import Vocabulary
from clics.dataset import packed_reader
from clics.progress import CancelToken, silent
from clics.training.device import choose_device
from clics.training.distributed import SingleProcess
from clics.training.graph_cache import load_graphs
from clics.training.recipe import Recipe
from clics.training.trainer import Run
from clics.training.training_data import usable_rows

_PLAIN_STEPS = 3
_SETTLE_STEPS = 2


@dataclass(frozen=True, slots=True)
class Probe:
    """Seconds of one step (text steps in their share), of one settling step, to validate and to cut the graph of one crystal.

    ``accelerator_bytes`` is the peak on a GPU (0 on a CPU), ``parameters`` the size of what is learnt.
    """

    device: str
    batch: int
    step: float
    settle: float
    validate: float
    graph: float
    accelerator_bytes: int
    parameters: int


def probe(
    recipe: Recipe, dataset: Path, folder: Path, *, start_from: Path | None, device: str, cancel: CancelToken
) -> Probe:
    """Measure on the packed sample ``dataset``; ``folder`` is for what a run writes. Raises what a training would."""
    data = packed_reader.load(dataset)
    vocabulary = Vocabulary.from_json(json.loads((dataset / "vocabulary.json").read_text(encoding="utf-8")))
    chosen = choose_device(device)
    rows = usable_rows(data, "train", recipe.max_sites)
    began = time.monotonic()
    load_graphs(data, rows, recipe.model.graph, dataset / "graphs", cancel=cancel)
    graph = (time.monotonic() - began) / max(1, len(rows))
    run = Run(
        recipe,
        data,
        vocabulary,
        dataset / "graphs",
        folder,
        start_from,
        chosen,
        1,
        silent,
        cancel,
        CancelToken(),
        SingleProcess(),
    )
    places = np.resize(run.epochs.epoch_order(0), recipe.batch)
    if chosen == "cuda":
        torch.cuda.reset_peak_memory_stats()
    run.step(places)  # the first one also sets up kernels and moments
    cancel.check()
    text = _timed(run, 0, places)
    plain = (
        np.mean([_timed(run, step, places) for step in range(1, _PLAIN_STEPS + 1)]) if recipe.text_every > 1 else text
    )
    cancel.check()
    return Probe(
        device=chosen,
        batch=recipe.batch,
        step=float((text + (recipe.text_every - 1) * plain) / recipe.text_every),
        settle=_settle_seconds(run) if recipe.loss == "known+bank" and recipe.settle_steps else 0.0,
        validate=_validate_seconds(run),
        graph=graph,
        accelerator_bytes=int(torch.cuda.max_memory_allocated()) if chosen == "cuda" else 0,
        parameters=sum(p.numel() for p in run.learned.parameters()),
    )


def _timed(run: Run, step: int, places: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float:
    """Seconds of the step of this number: whether it is a text step follows from it."""
    run.state["step"] = step
    made = run.batch(places) if run.device == "cuda" else None  # there, batches are made ahead of their step
    began = time.monotonic()
    run.step(places, (lambda: made) if made is not None else None)
    if run.device == "cuda":
        torch.cuda.synchronize()
    return time.monotonic() - began


def _settle_seconds(run: Run) -> float:
    settling = run.settling()
    began = time.monotonic()
    steps = sum(1 for _ in islice(settling, _SETTLE_STEPS))
    return (time.monotonic() - began) / max(1, steps)


def _validate_seconds(run: Run) -> float:
    began = time.monotonic()
    run.validate()
    return (time.monotonic() - began) / max(1, len(run.validation))
