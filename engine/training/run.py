"""Train or fine-tune: packed data set in, model folder out. Resumable, cancellable, and honest about what it gained."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.concepts.vocabulary import Vocabulary
from engine.dataset import packed
from engine.errors import InputError
from engine.model import folder as model_folder
from engine.model.batch import Batch, collate
from engine.progress import CancelToken, Progress, ProgressCallback, silent
from engine.training import checkpoint
from engine.training.average import WeightAverage
from engine.training.bank import Bank
from engine.training.card import model_card
from engine.training.compiled import can_compile, compile_layers
from engine.training.data import Epochs, usable_rows
from engine.training.device import choose_device, is_out_of_memory, text_in_bf16
from engine.training.graphs import GraphStore, load_graphs
from engine.training.objective import BankVectors, Objective, first_places
from engine.training.recipe import Recipe
from engine.training.schedule import rate_factor
from engine.training.settle import settle
from engine.training.start import starting_model
from engine.training.validate import validation_figures

VALIDATION = 1200
"""Validation crystals looked at after each epoch (the evaluation proper looks at all)."""
_LOG_EVERY = 20
_GOAL = ("space_group_top1", "environment_top1", "environment_map")
"""Figures whose mean decides which epoch's weights are kept."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a training did. Figures in percent on validation crystals (empty where the data set has none)."""

    model: Path
    fingerprint: str
    before: dict[str, float]
    after: dict[str, float]
    improved: bool
    message: str
    epochs: int
    seconds: float


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
) -> TrainingResult:
    """Train by ``recipe`` on the packed data set in ``dataset``; the model lands in ``output/model``.

    ``start_from``: a model folder to fine-tune, whose shape and text tower then hold; ``resume`` goes on from the last
    checkpoint in ``output``, with the recipe it was begun with. Raises InputError for data or options that do not fit,
    Cancelled on request (state is kept and can be resumed). ``finish`` ends the epoch where it is and begins no other:
    phrases settle, and the best weights so far are the model.
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
    data = packed.load(dataset)
    vocabulary = Vocabulary.from_json(json.loads((dataset / "vocabulary.json").read_text(encoding="utf-8")))
    run = Run(
        recipe,
        data,
        vocabulary,
        dataset / "graphs",
        output,
        start_from,
        choose_device(device),
        workers,
        progress,
        cancel,
        finish or CancelToken(),
    )
    return run(resume=resume)


class Run:
    """One training under way."""

    def __init__(
        self,
        recipe: Recipe,
        data: packed.PackedDataset,
        vocabulary: Vocabulary,
        graphs: Path,
        output: Path,
        start_from: Path | None,
        device: str,
        workers: int,
        progress: ProgressCallback,
        cancel: CancelToken,
        finish: CancelToken,
    ) -> None:
        self.recipe, self.data, self.output, self.start_from = recipe, data, output, start_from
        self.device, self.progress, self.cancel, self.finish = device, progress, cancel, finish
        output.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(recipe.seed)
        self.model, self.vocabulary = starting_model(recipe, vocabulary, data, start_from)
        recipe = self.recipe
        settings = self.model.settings.graph
        self.store = self._graphs("train", settings, graphs, workers)
        self.validation = self._graphs("val", settings, graphs, workers)
        self.bank = Bank.of(self.vocabulary, recipe.bank_min_count)
        self.epochs = Epochs(data, self.store, recipe)
        self.model.to(device).train()
        if recipe.compiled and can_compile(device):
            compile_layers(self.model.graph_tower)
        places = BankVectors(sum(len(c) for c in self.bank.concepts.values())).to(device)
        if recipe.loss == "known+bank":
            self.model.eval()
            places.start_at(first_places(self.model, self.bank, trained=start_from is not None))
            self.model.train()
        self.learned = nn.ModuleDict({"model": self.model, "bank": places})
        text, text_head = self.model.text_parameters()
        groups = [
            {"params": self.model.graph_tower.parameters(), "lr": recipe.graph_learning_rate},
            {"params": text, "lr": recipe.text_learning_rate},
            {
                "params": [
                    *self.model.graph_head.parameters(),
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
        self.objective = Objective(data, self.bank, recipe, places)
        self.state: dict[str, Any] = {
            "step": 0, "epoch": 0, "done": 0, "batch": recipe.batch, "seconds": 0.0, "before": {}, "best": {}, "best_epoch": 0,
            "recipe": recipe.to_json(), "start_from": str(start_from.resolve()) if start_from else "",
        }  # fmt: skip

    def __call__(self, *, resume: bool) -> TrainingResult:
        """From the beginning, or from the last checkpoint, to the model."""
        state = self.state
        if resume:
            state |= checkpoint.load(self.output, self.learned, self.optimizer, self.average)
            self._cut_log()
        else:
            (self.output / "metrics.jsonl").write_text("", encoding="utf-8")
            state["before"] = self.validate()
            self._log(event="start", validation=state["before"], crystals=self.epochs.per_epoch,
                      steps=self.epochs.per_epoch // self.recipe.batch, device=self.device)  # fmt: skip
        begun, spent = time.monotonic(), float(state["seconds"])
        saved = time.monotonic()
        while state["epoch"] < self.recipe.epochs:
            for places in self._rest_of_epoch():
                self.cancel_here()
                if self.finish.cancelled:
                    break
                self._step_or_halve(places)
                state["seconds"] = spent + time.monotonic() - begun
                due = time.monotonic() - saved > 60 * self.recipe.checkpoint_minutes
                if due and state["step"] % self.recipe.text_every == 0:
                    self._save()
                    saved = time.monotonic()
            state["epoch"] += 1
            state["done"] = 0
            self._end_epoch()
            state["seconds"] = spent + time.monotonic() - begun
            self._save()
            saved = time.monotonic()
            if self.finish.cancelled:
                break
        if self.recipe.loss == "known+bank" and self.recipe.settle_steps:
            self._settle()
        state["seconds"] = spent + time.monotonic() - begun
        return self._finish()

    def cancel_here(self) -> None:
        """Keep what was learned, then stop if the user asked to."""
        if self.cancel.cancelled:
            self._save()
            self.cancel.check()

    def _rest_of_epoch(self) -> Iterator[NDArray[np.int64]]:
        """Batches of the epoch still to come; the size is asked anew before each, since it may have been halved."""
        order = self.epochs.epoch_order(self.state["epoch"])
        while len(order) - self.state["done"] >= min(self.state["batch"], len(order)) > 0:
            yield order[self.state["done"] : self.state["done"] + self.state["batch"]]

    def _step_or_halve(self, places: NDArray[np.int64]) -> None:
        try:
            self.step(places)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or self.state["batch"] <= 8:
                raise
            self.optimizer.zero_grad(set_to_none=True)
            self.state["batch"] //= 2
            self._log(event="out-of-memory", batch=self.state["batch"])
            if self.device == "cuda":
                torch.cuda.empty_cache()

    def step(self, places: NDArray[np.int64]) -> None:
        """One batch: the crystals at these places of the graph store."""
        state, recipe = self.state, self.recipe
        key = (recipe.seed, state["epoch"], state["done"])
        torch.manual_seed(hash(key) & 0x7FFFFFFF)
        rng = random.Random(str(key))
        through = (state["epoch"] + state["done"] / self.epochs.per_epoch) / recipe.epochs
        factor = rate_factor(through, recipe.warmup_epochs / recipe.epochs)
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        text_step = state["step"] % recipe.text_every == 0
        batch = self._collate(places)
        bf16 = recipe.precision == "bf16"
        with torch.autocast(
            self.device if self.device != "mps" else "cpu", torch.bfloat16, enabled=bf16 and self.device == "cuda"
        ):
            loss, parts = self.objective(
                self.model,
                batch,
                self.store.rows[places],
                rng,
                text_step=text_step,
                text_bf16=text_in_bf16(self.device, bf16),
            )
        if not torch.isfinite(loss):
            raise InputError("The loss is not a number any more; lower the learning rates.", kind="diverged")
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.model.parameters(), recipe.gradient_norm)
        self.optimizer.step()
        self.average.update(state["step"])
        state["step"] += 1
        state["done"] += len(places)
        if text_step or state["step"] % _LOG_EVERY == 0:
            self._log(event="step", loss=float(loss.detach()), **parts)
            fraction = state["done"] / self.epochs.per_epoch
            text = f"epoch {state['epoch'] + 1} of {recipe.epochs}, loss {float(loss.detach()):.3f}"
            self.progress(Progress(int(1000 * (state["epoch"] + fraction)), 1000 * recipe.epochs, text))

    def _collate(self, places: NDArray[np.int64]) -> Batch:
        return collate([self.store.graph(place) for place in places.tolist()]).to(self.device)

    def _end_epoch(self) -> None:
        figures = self.validate()
        self._log(event="epoch", validation=figures)
        if not figures or _score(figures) >= _score(self.state["best"]):
            self.state["best"], self.state["best_epoch"] = figures, self.state["epoch"]
            with self.average.applied():
                model_folder.save(self.output / "best", self.model, self.vocabulary, min_count=self.recipe.bank_min_count,
                                  recipe=self.recipe.to_json(), card="")  # fmt: skip

    def _settle(self) -> None:
        """The crystals stand still (at the averaged weights) while the text tower catches up with the places of its phrases.

        It takes minutes and starts again from the last checkpoint if it is cut off.
        """
        steps = self.recipe.settle_steps
        self.average.apply()
        for step, loss in enumerate(settle(self.model, self.objective, self.recipe, self.device, self.slower), start=1):
            self.cancel_here()
            if step % _LOG_EVERY == 0:
                self._log(event="settle", loss=loss)
                self.progress(Progress(step, steps, f"phrases, step {step} of {steps}, loss {loss:.3f}"))
        self.average.follow()
        self._end_epoch()

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
        fingerprint = model_folder.save(self.output / "model", best.model, self.vocabulary, min_count=self.recipe.bank_min_count,
                                        recipe=self.recipe.to_json(), card=card)  # fmt: skip
        self._log(event="end", improved=improved, message=message)
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

    def _graphs(self, split: str, settings: Any, cache: Path, workers: int) -> GraphStore:
        rows = usable_rows(self.data, split, self.recipe.max_sites)
        return load_graphs(
            self.data, rows, settings, cache, workers=workers, progress=self.progress, cancel=self.cancel
        )

    def _save(self) -> None:
        checkpoint.save(self.output, self.learned, self.optimizer, self.average, self.state)

    def _log(self, **entry: Any) -> None:
        state = self.state
        line = {"step": state["step"], "epoch": state["epoch"], "seconds": round(state["seconds"], 1), **entry}
        with (self.output / "metrics.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _cut_log(self) -> None:
        """Drop log lines of steps that were lost after the checkpoint, and a line that was torn."""
        path = self.output / "metrics.jsonl"
        kept = []
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                if json.loads(line)["step"] <= self.state["step"]:
                    kept.append(line)
            except ValueError:
                continue
        path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


def _score(figures: dict[str, float]) -> float:
    known = [figures[name] for name in _GOAL if name in figures]
    return sum(known) / len(known) if known else 0.0
