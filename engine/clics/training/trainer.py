"""Train or fine-tune: packed data set in, model folder out. Resumable, cancellable, and honest about what it gained."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from clics.concepts.vocabulary import Vocabulary
from clics.dataset import packed_reader
from clics.errors import InputError
from clics.model import folder as model_folder
from clics.model.batch import Batch
from clics.model.graph import GraphSettings
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.results.training import TrainingResult
from clics.training import checkpoint
from clics.training.augmentation import perturbed_copies
from clics.training.bank import Bank
from clics.training.device import choose_device, is_out_of_memory, text_in_bf16
from clics.training.distributed import ProcessGroup, processes
from clics.training.ema import WeightAverage
from clics.training.fit_similarity import likeness_of
from clics.training.graph_cache import GraphStore, load_graphs
from clics.training.initialise import starting_model
from clics.training.loader import batches
from clics.training.metrics_log import Log
from clics.training.model_card import model_card
from clics.training.objective import ConceptProxies, Learner, Objective, initial_proxies
from clics.training.recipe import Recipe
from clics.training.schedule import rate_factor
from clics.training.text_alignment import settle
from clics.training.torch_compile import can_compile, compile_layers
from clics.training.training_data import Epochs, TrainingGraphs, usable_rows
from clics.training.validate import validation_figures

VALIDATION = 1200
"""Validation crystals looked at after each epoch (the evaluation proper looks at all)."""
_LOG_EVERY = 20
_LOADERS = 2
"""Processes that prepare batches for a GPU, at least: one keeps up with some 5,000 crystals a second."""
_GOAL = ("space_group_top1", "environment_top1", "environment_map")
"""Figures whose mean decides which epoch's weights are kept."""


def train(
    recipe: Recipe,
    dataset: Path,
    output: Path,
    *,
    start_from: Path | None = None,
    resume: bool = False,
    device: str = "auto",
    workers: int = 1,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
    finish: CancelToken | None = None,
    share: ProcessGroup | None = None,
) -> TrainingResult:
    """Train by ``recipe`` on the packed data set in ``dataset``; the model lands in ``output/model``.

    ``start_from``: a model folder to fine-tune, whose shape and text tower then hold; ``resume`` goes on from the last
    checkpoint in ``output``, with the recipe it was begun with. Raises InputError for data or options that do not fit,
    Cancelled on request (state is kept and can be resumed). ``finish`` ends the epoch where it is and begins no other:
    phrases settle, and the best weights so far are the model. ``share``: the processes of this training, where they have
    met already.
    """
    cancel = cancel or CancelToken()
    if resume:
        state = checkpoint.state_of(output)
        recipe, start_from = (
            Recipe.from_json(state["recipe"]),
            Path(state["start_from"]) if state["start_from"] else None,
        )
    elif checkpoint.exists(output):
        raise InputError(
            f"{output} holds a training already; go on with --resume, or choose another folder.", kind="training-exists"
        )
    device = choose_device(device)
    share = share or processes(device)
    data = packed_reader.load(dataset)
    vocabulary = Vocabulary.from_json(json.loads((dataset / "vocabulary.json").read_text(encoding="utf-8")))
    run = Run(
        recipe,
        data,
        vocabulary,
        dataset / "graphs",
        output,
        start_from,
        device,
        workers,
        progress,
        cancel,
        finish or CancelToken(),
        share,
    )
    return run(resume=resume)


class Run:
    """One training under way."""

    def __init__(
        self,
        recipe: Recipe,
        data: packed_reader.PackedDataset,
        vocabulary: Vocabulary,
        graphs: Path,
        output: Path,
        start_from: Path | None,
        device: str,
        workers: int,
        progress: ProgressCallback,
        cancel: CancelToken,
        finish: CancelToken,
        share: ProcessGroup,
    ) -> None:
        self.share, self.first = share, share.rank == 0
        self.recipe, self.data, self.output, self.start_from = recipe, data, output, start_from
        self.device, self.progress, self.cancel, self.finish = (
            device,
            progress if self.first else silent,
            cancel,
            finish,
        )
        self.loaders = max(_LOADERS, workers) if device == "cuda" else 0
        output.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(recipe.seed)
        self.model, self.vocabulary = starting_model(recipe, vocabulary, data, start_from)
        recipe = self.recipe
        settings = self.model.settings.graph
        with share.first_alone():
            self.graphs = self._training_graphs(settings, graphs, workers)
            self.validation = self._graphs(data, "val", settings, graphs, workers)
        self.bank = Bank.of(self.vocabulary, recipe.bank_min_count)
        self.epochs = Epochs(data, self.graphs, recipe)
        self.sites = self.model.site_head is not None
        self.model.to(device).train()
        if recipe.compiled and can_compile(device):
            compile_layers(self.model.graph_tower)
        places = ConceptProxies(sum(len(c) for c in self.bank.concepts.values())).to(device)
        if recipe.loss == "known+bank":
            self.model.eval()
            places.start_at(initial_proxies(self.model, self.bank, trained=start_from is not None))
            self.model.train()
        self.learned = Learner(self.model, places, Objective(data, self.bank, recipe, places, share))
        self.loss = share.trained(self.learned)
        text, text_head = self.model.text_parameters()
        groups = [
            {"params": self.model.graph_tower.parameters(), "lr": recipe.graph_learning_rate},
            {"params": text, "lr": recipe.text_learning_rate},
            {
                "params": [
                    *self.model.graph_head.parameters(),
                    *(self.model.site_head.parameters() if self.model.site_head is not None else ()),
                    *text_head,
                ],
                "lr": recipe.head_learning_rate,
            },
            {"params": [self.model.log_scale], "lr": recipe.temperature_learning_rate, "weight_decay": 0.0},
            {"params": places.parameters(), "lr": recipe.bank_learning_rate, "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, weight_decay=recipe.weight_decay)
        self.slower = recipe.fine_tune if start_from is not None else 1.0
        self.rates = [self.slower * float(group["lr"]) for group in self.optimizer.param_groups]
        self.average = WeightAverage(self.model, recipe.average)
        self.state: dict[str, Any] = {
            "step": 0, "epoch": 0, "done": 0, "batch": recipe.batch, "seconds": 0.0, "before": {}, "best": {}, "best_epoch": 0,
            "settled": start_from is not None and recipe.settle_at == 0, "recipe": recipe.to_json(),
            "start_from": str(start_from.resolve()) if start_from else "",
        }  # fmt: skip
        self.log = Log(output, self.state)

    def __call__(self, *, resume: bool) -> TrainingResult:
        """From the beginning, or from the last checkpoint, to the model."""
        state = self.state
        if resume:
            state |= checkpoint.load(self.output, self.learned, self.optimizer, self.average)
            self.share.wait()  # until all have read what the first will soon write anew
        if state["settled"]:
            self.learned.bank.rest()
        if self.first and resume:
            self.log.cut()
        elif self.first:
            self.log.begin()
            state["before"] = self.validate()
            steps = max(1, self.epochs.per_epoch // (self.recipe.batch * self.share.size))
            self.log(
                event="start",
                validation=state["before"],
                crystals=self.epochs.per_epoch,
                steps=steps,
                device=self.device,
            )
        begun, spent = time.monotonic(), float(state["seconds"])
        saved, finishing = time.monotonic(), False
        while state["epoch"] < self.recipe.epochs and not finishing:
            if self._settles and state["epoch"] == self._settles_after and not state["settled"]:
                self._settle_for_all()
            for places, batch in self._rest_of_epoch():
                if finishing := self._ends_here():
                    break
                sound = self._step_or_halve(places, batch)
                state["seconds"] = spent + time.monotonic() - begun
                if sound and time.monotonic() - saved > 60 * self.recipe.checkpoint_minutes:
                    self._save()
                    saved = time.monotonic()
            state["epoch"] += 1
            state["done"] = 0
            if self.first:
                self._end_epoch()
                state["seconds"] = spent + time.monotonic() - begun
                self._save()
            self.share.wait()
            finishing = self.share.any(finishing or self.finish.cancelled)
            saved = time.monotonic()
        if self.first and self._settles and not state["settled"]:
            self._settle()
        state["seconds"] = spent + time.monotonic() - begun
        result = self.share.tell(self._finish() if self.first else None)
        self.share.leave()
        assert result is not None  # the first process's own, or told by it
        return result

    def _ends_here(self) -> bool:
        """Whether the user asked any process to finish early; asked to stop, all keep what was learnt and raise Cancelled.

        A token may be set at any moment and in one process alone: only what all have agreed on is acted upon.
        """
        stop, finish = self.cancel.cancelled, self.finish.cancelled
        if self.share.size > 1:
            if self.state["step"] % self.recipe.text_every:
                return False  # asking each other takes time
            if not self.share.any(stop or finish):
                return False
            stop, finish = self.share.any(stop), self.share.any(finish)
        if stop:
            self._save()
            self.share.wait()  # the first that leaves ends the others
            self.cancel.cancel()
            self.cancel.check()
        return finish

    def _rest_of_epoch(self) -> Iterator[tuple[NDArray[np.int64], Callable[[], Batch]]]:
        """Places of the batches of the epoch still to come, and the part of each that this process embeds.

        The size is asked anew after each, since it may have been halved.
        """
        order, state = self.epochs.epoch_order(self.state["epoch"]), self.state
        while state["done"] < len(order):
            size = state["batch"]
            step = min(size * self.share.size, len(order))
            jobs = [order[i : i + step] for i in range(state["done"], len(order) - step + 1, step)]
            if not jobs:
                return
            own = [self.share.part(job) for job in jobs]
            ready = batches(self.graphs, own, self.device, loaders=self.loaders)
            for job in jobs:
                yield job, ready.__next__
                if state["batch"] != size:
                    break

    def _step_or_halve(self, places: NDArray[np.int64], batch: Callable[[], Batch]) -> bool:
        try:
            return self.step(places, batch)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or self.state["batch"] <= 8:
                raise
            if self.share.size > 1:  # the others are in the middle of the step and cannot halve theirs
                raise InputError(
                    f"Process {self.share.rank} ran out of memory; resume with a smaller batch.", kind="out-of-memory"
                ) from error
            self.optimizer.zero_grad(set_to_none=True)
            self.state["batch"] //= 2
            self.log(event="out-of-memory", batch=self.state["batch"])
            if self.device == "cuda":
                torch.cuda.empty_cache()
            return False

    def batch(self, places: NDArray[np.int64]) -> Batch:
        """The graphs of this process's part of these places, on the device."""
        return next(batches(self.graphs, [self.share.part(places)], self.device, loaders=0))

    def step(self, places: NDArray[np.int64], batch: Callable[[], Batch] | None = None) -> bool:
        """One step on the crystals at these places of the graphs; ``batch``: this process's part of them, where it is made.

        Only sometimes does the host look at the loss, for a GPU it would wait for; returns whether it did.
        """
        state, recipe = self.state, self.recipe
        key = (recipe.seed, state["epoch"], state["done"])
        torch.manual_seed((hash(key) + self.share.rank) & 0x7FFFFFFF)
        rng = random.Random(str(key))
        through = (state["epoch"] + state["done"] / self.epochs.per_epoch) / recipe.epochs
        factor = rate_factor(through, recipe.warmup_epochs / recipe.epochs)
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        text_step = not state["settled"] and state["step"] % recipe.text_every == 0
        bf16 = recipe.precision == "bf16"
        loss, parts = self.loss(
            batch() if batch is not None else self.batch(places),
            self.graphs.rows(places),
            rng,
            text_step=text_step,
            text_bf16=text_in_bf16(self.device, bf16),
            graph_bf16=bf16 and self.device == "cuda",
            perturbed=self.graphs.is_copy(places) & (not recipe.views.keeps_symmetry),
            kinds=[self.graphs.site_orbit(int(p)) for p in self.share.part(places)] if self.sites else (),
        )
        tells = self.first and (state["step"] % recipe.text_every == 0 or (state["step"] + 1) % _LOG_EVERY == 0)
        looks = tells or self.device == "cpu"
        if looks and not math.isfinite(float(loss.detach())):
            raise InputError("The loss is not a number any more; lower the learning rates.", kind="diverged")
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.model.parameters(), recipe.gradient_norm)
        self.optimizer.step()
        self.average.update(state["step"])
        state["step"] += 1
        state["done"] += len(places)
        if tells:
            value = float(loss.detach())
            self.log(event="step", loss=value, **{name: float(part) for name, part in parts.items()})
            fraction = state["done"] / self.epochs.per_epoch
            text = f"epoch {state['epoch'] + 1} of {recipe.epochs}, loss {value:.3f}"
            self.progress(Progress(int(1000 * (state["epoch"] + fraction)), 1000 * recipe.epochs, text))
        return looks

    def _end_epoch(self) -> None:
        figures = self.validate()
        self.log(event="epoch", validation=figures)
        if not figures or _score(figures) >= _score(self.state["best"]):
            self.state["best"], self.state["best_epoch"] = figures, self.state["epoch"]
            with self.average.applied():
                model_folder.save(self.output / "best", self.model, self.vocabulary, min_count=self.recipe.bank_min_count,
                                  recipe=self.recipe.to_json(), card="")  # fmt: skip

    @property
    def _settles(self) -> bool:
        return self.recipe.loss == "known+bank" and self.recipe.settle_steps > 0

    @property
    def _settles_after(self) -> int:
        """The epochs after which phrases settle."""
        return max(1, round(self.recipe.settle_at * self.recipe.epochs))

    def _settle_for_all(self) -> None:
        """Phrases settle, and the crystals go on against the vectors of the text tower, which rests."""
        state, bank = self.state, self.learned.bank
        if self.first:
            self._settle()
            self.model.eval()
            bank.start_at(initial_proxies(self.model, self.bank, trained=True))
            self.model.train()
            state["settled"] = True
            self._save()
        self.share.wait()
        if not self.first:
            state |= checkpoint.load(self.output, self.learned, self.optimizer, self.average)
        bank.rest()
        self.share.wait()  # until all have read what the first will soon write anew

    def _settle(self) -> None:
        """The crystals stand still (at the averaged weights) while the text tower catches up with the places of its phrases.

        It takes minutes and starts again from the last checkpoint if it is cut off.
        """
        steps = self.recipe.settle_steps
        self.average.apply()
        for step, loss in enumerate(self.settling(), start=1):
            if self.cancel.cancelled:  # in the first process alone, which then ends the others
                self._save()
                self.cancel.check()
            if step % _LOG_EVERY == 0:
                self.log(event="settle", loss=loss)
                self.progress(Progress(step, steps, f"phrases, step {step} of {steps}, loss {loss:.3f}"))
        self.average.follow()
        self._end_epoch()

    def settling(self) -> Iterator[float]:
        """The steps of settling, in this process alone; yields the loss of each."""
        alone = Objective(self.data, self.bank, self.recipe, self.learned.bank)
        return settle(self.model, alone, self.recipe, self.device, self.slower)

    def _finish(self) -> TrainingResult:
        state = self.state
        best = model_folder.load(self.output / "best")
        improved = bool(state["best"]) and _score(state["best"]) > _score(state["before"])
        if not state["best"]:
            message = "The data set has no validation crystals, so nothing can be said about what the training gained."
        elif improved:
            message = f"Kept the weights of epoch {state['best_epoch']}, the best on validation crystals."
        else:
            message = (
                "This training improved nothing on validation crystals; the model it started from is as good or better."
            )
        card = model_card(
            self.recipe, self.data, self.epochs.described, self.epochs.per_epoch, state, message, self.device
        )
        alike = likeness_of(best.model, self.data, self.start_from, progress=self.progress, cancel=self.cancel)
        fingerprint = model_folder.save(self.output / "model", best.model, self.vocabulary, min_count=self.recipe.bank_min_count,
                                        recipe=self.recipe.to_json(), card=card, alike=alike)  # fmt: skip
        self.log(event="end", improved=improved, message=message)
        return TrainingResult(self.output / "model", fingerprint, state["before"], state["best"], improved, message,
                              state["epoch"], state["seconds"])  # fmt: skip

    def validate(self) -> dict[str, float]:
        """Figures on validation crystals; empty where there are none."""
        described = self.data.arrays["described"][self.validation.rows] == 1
        places = np.flatnonzero((self.validation.kinds > 0) & (self.validation.kinds <= 2 * self.recipe.max_kinds))
        chosen = np.concatenate([places[described[places]], places[~described[places]]])[:VALIDATION]
        if not len(chosen):
            return {}
        with self.average.applied():
            return validation_figures(self.model, self.data, self.validation, chosen, self.bank, self.device)

    def _training_graphs(self, settings: GraphSettings, cache: Path, workers: int) -> TrainingGraphs:
        views = self.recipe.views
        store = self._graphs(self.data, "train", settings, cache, workers)
        if not views.share:
            return TrainingGraphs(store)
        copies = perturbed_copies(self.data, store.rows, views, self.recipe.seed)
        return TrainingGraphs(store, self._graphs(copies, "train", settings, cache, workers))

    def _graphs(
        self, data: packed_reader.PackedDataset, split: str, settings: GraphSettings, cache: Path, workers: int
    ) -> GraphStore:
        rows = usable_rows(data, split, self.recipe.max_sites)
        return load_graphs(data, rows, settings, cache, workers=workers, progress=self.progress, cancel=self.cancel)

    def _save(self) -> None:
        if self.first:
            checkpoint.save(self.output, self.learned, self.optimizer, self.average, self.state)


def _score(figures: dict[str, float]) -> float:
    known = [figures[name] for name in _GOAL if name in figures]
    return sum(known) / len(known) if known else 0.0
