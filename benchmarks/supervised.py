"""The supervised peer of Table 1: the same graph tower, trained on space groups alone, by the same recipe on the same crystals.

    python -m benchmarks.supervised PACKED WORK [--recipe FILE] [--tower same|plain|paper] [--crystals N] [--epochs N]

The graph tower of the recipe (``plain``: as the published ALIGNN has it, without the resolution channels, the wide readout
and the moments, at the same width; ``paper``: that at the paper's width) with one linear layer over all space groups of the
training crystals, by cross-entropy. Crystals, their order, batches, optimiser, rates, schedule, averaged weights and the
choice of the best epoch on 1,200 validation crystals are the recipe's; the views are not, since most of them have no space group.

WORK keeps the training's state, so that the same command goes on where it was stopped, by ``kill -9`` too. At the end
``WORK/supervised.json`` holds the figures on all validation crystals (``clics evaluate PACKED --supervised
WORK/supervised.json`` puts them beside a model), and a Markdown row is printed.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from clics.atomic_files import replacing_path
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.dataset import packed_reader
from clics.dataset.packed_reader import PackedDataset
from clics.evaluation.ranking import rank_concepts
from clics.evaluation.write_report import SUPERVISED_FORMAT
from clics.model.batch import Batch
from clics.model.graph_tower import GraphTower, TowerSettings
from clics.training import checkpoint
from clics.training.device import choose_device
from clics.training.ema import WeightAverage
from clics.training.graph_cache import GraphStore, load_graphs
from clics.training.loader import batches
from clics.training.metrics_log import MetricsLog
from clics.training.recipe import Augmentation, Recipe
from clics.training.run_state import RunState
from clics.training.schedule import learning_rate_factor
from clics.training.torch_compile import can_compile, compile_layers
from clics.training.training_data import EpochSampler, TrainingGraphs, usable_rows
from clics.training.validate import validation_sample
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

_BATCH = 64
_LOG_EVERY = 20
_NO_LIMIT = 1_000_000
TOWERS = {
    "same": "the same tower",
    "plain": "the published ALIGNN at the same width",
    "paper": "the published ALIGNN at the paper's width",
}


class Classifier(nn.Module):
    """Crystals → log-odds of space groups (B, classes)."""

    def __init__(self, settings: TowerSettings, classes: int) -> None:
        super().__init__()
        self.tower = GraphTower(settings)
        self.head = nn.Linear(settings.output, classes)

    def forward(self, batch: Batch) -> Tensor:
        """(B, classes)."""
        log_odds: Tensor = self.head(self.tower(batch).float())
        return log_odds


def tower_of(recipe: Recipe, kind: str) -> TowerSettings:
    """The settings of one of :data:`TOWERS`."""
    tower = recipe.model.tower
    if kind == "plain":
        return replace(tower, resolution=False, moments=0, sites=False)
    return replace(tower, sites=False) if kind == "same" else Recipe.preset("paper").model.tower


class Training:
    """A training under way, and what it needs."""

    def __init__(self, data: PackedDataset, options: argparse.Namespace, recipe: Recipe) -> None:
        self.data, self.recipe, self.work = data, recipe, options.work
        self.device = choose_device(options.device)
        rows = usable_rows(data, "train", recipe.max_sites)
        if options.crystals:
            rows = np.sort(np.random.default_rng(0).permutation(rows)[: options.crystals])
        cache = options.work / "graphs" if options.crystals else options.packed / "graphs"
        self.store = self._graphs(rows, cache, options.workers)
        validation = usable_rows(data, "val", _NO_LIMIT)
        if options.validation:
            validation = validation[: options.validation]
        self.validation = self._graphs(validation, cache, options.workers)
        groups = data.arrays["space_group"].astype(np.int64)
        self.numbers = np.unique(groups[rows])
        self.labels = np.searchsorted(self.numbers, groups)
        self.epochs = EpochSampler(data, TrainingGraphs(self.store), recipe)
        torch.manual_seed(recipe.seed)
        self.model = Classifier(tower_of(recipe, options.tower), len(self.numbers)).to(self.device)
        if recipe.compiled and can_compile(self.device):
            compile_layers(self.model.tower)
        rates = {"tower": recipe.graph_learning_rate, "head": recipe.head_learning_rate}
        parts = [{"params": getattr(self.model, name).parameters(), "lr": rate} for name, rate in rates.items()]
        self.optimizer = torch.optim.AdamW(parts, weight_decay=recipe.weight_decay)
        self.rates = list(rates.values())
        self.average = WeightAverage(self.model, recipe.ema_decay)
        # the identity of the training takes the place of the recipe in the state
        self.state = RunState(recipe=identity(options, recipe), start_from="", batch=recipe.batch)
        self.log = MetricsLog(self.work, self.state)

    def __call__(self) -> None:
        """From the beginning or from the last checkpoint to ``best.safetensors``."""
        state, recipe = self.state, self.recipe
        if checkpoint.exists(self.work):
            state.update(checkpoint.load(self.work, self.model, self.optimizer, self.average))
            self.log.truncate()
        else:
            self.log.start()
        begun, spent, saved = time.monotonic(), state.seconds, time.monotonic()
        while state.epoch < recipe.epochs:
            order = self.epochs.epoch_order(state.epoch)
            size = min(recipe.batch, len(order))
            jobs = [order[i : i + size] for i in range(state.done, len(order) - size + 1, size)]
            loaders = 2 if self.device == "cuda" else 0
            for indices, batch in zip(jobs, batches(self.store, jobs, self.device, loaders=loaders), strict=True):
                self.step(indices, batch)
                state.seconds = spent + time.monotonic() - begun
                if time.monotonic() - saved > 60 * recipe.checkpoint_minutes:
                    self.save()
                    saved = time.monotonic()
            state.epoch += 1
            state.done = 0
            self.end_epoch()
            state.seconds = spent + time.monotonic() - begun
            self.save()

    def step(self, indices: NDArray[np.int64], batch: Batch) -> None:
        """One step, as a training of the towers makes it."""
        state, recipe = self.state, self.recipe
        torch.manual_seed(hash((recipe.seed, state.epoch, state.done)) & 0x7FFFFFFF)
        through = (state.epoch + state.done / self.epochs.per_epoch) / recipe.epochs
        factor = learning_rate_factor(through, recipe.warmup_epochs / recipe.epochs)
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        self.model.train()
        with torch.autocast(self.device, torch.bfloat16, enabled=recipe.precision == "bf16" and self.device == "cuda"):
            log_odds = self.model(batch)
        target = torch.from_numpy(self.labels[self.store.rows[indices]]).to(self.device)
        loss = nn.functional.cross_entropy(log_odds.float(), target)
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.model.parameters(), recipe.gradient_norm)
        self.optimizer.step()
        self.average.update(state.step)
        state.step += 1
        state.done += len(indices)
        if state.step % _LOG_EVERY == 0:
            self.log(event="step", loss=float(loss.detach()))

    def end_epoch(self) -> None:
        """Keep the averaged weights where they are the best so far on the validation crystals that a training watches."""
        chosen = validation_sample(self.data, self.validation, 2 * self.recipe.max_inequivalent_sites)
        with self.average.applied():
            right = self.log_odds(chosen).argmax(1) == self.classes_of(self.validation.rows[chosen])
            top1 = float(right.mean()) if len(chosen) else 0.0
            self.log(event="epoch", space_group_top1=100 * top1)
            if top1 >= self.state.best.get("space_group_top1", -1.0):
                self.state.best, self.state.best_epoch = {"space_group_top1": top1}, self.state.epoch
                with replacing_path(self.work / "best.safetensors") as part:
                    save_file({k: v.contiguous() for k, v in self.model.state_dict().items()}, part)

    def classes_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The class of each of ``rows``; -1 for a group that no training crystal has."""
        groups = self.data.arrays["space_group"][rows].astype(np.int64)
        return np.where(np.isin(groups, self.numbers), np.searchsorted(self.numbers, groups), -1)

    def log_odds(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Of the validation graphs at ``indices`` (n, classes); zero for those that have none, which then find nothing."""
        self.model.eval()
        log_odds = np.zeros((len(indices), len(self.numbers)), np.float32)
        there = np.flatnonzero(self.validation.site_counts[indices] > 0)
        jobs = [there[i : i + _BATCH] for i in range(0, len(there), _BATCH)]
        made = batches(self.validation, [indices[job] for job in jobs], self.device, loaders=0)
        with torch.inference_mode():
            for job, batch in zip(jobs, made, strict=True):
                log_odds[job] = self.model(batch).float().cpu().numpy()
        return log_odds

    def result(self, name: str) -> dict[str, Any]:
        """The figures of the best epoch on all validation crystals."""
        self.model.load_state_dict(load_file(self.work / "best.safetensors"))
        rows = self.validation.rows
        bank = [SpaceGroupConcept.of_number(n) for n in self.numbers.tolist()]
        scores = self.log_odds(np.arange(len(rows)))
        figures = rank_concepts(self.data.vocabulary(), self.data, "space_group", bank, rows, scores)
        return {
            "format": SUPERVISED_FORMAT,
            "name": name,
            "figures": {figure.key: figure.value for figure in figures},
            "intervals": {figure.key: (figure.low, figure.high) for figure in figures},
            "crystals": len(rows),
            "training_crystals_per_epoch": self.epochs.per_epoch,
            "classes": len(self.numbers),
            "best_epoch": self.state.best_epoch,
            "seconds": round(self.state.seconds),
            "recipe": self.recipe.to_json(),
        }

    def save(self) -> None:
        """A checkpoint."""
        checkpoint.save(self.work, self.model, self.optimizer, self.average, self.state)

    def _graphs(self, rows: NDArray[np.int64], cache: Path, workers: int) -> GraphStore:
        return load_graphs(self.data, rows, self.recipe.model.graph, cache, workers=workers)


def identity(options: argparse.Namespace, recipe: Recipe) -> dict[str, Any]:
    """Values that must be equal for a training to resume."""
    return {"tower": options.tower, "crystals": options.crystals, "recipe": json.loads(json.dumps(recipe.to_json()))}


def main() -> None:
    """Train or go on, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--recipe", type=Path, help="a recipe file, or the config.json of a model (default: standard)")
    parser.add_argument("--tower", choices=list(TOWERS), default="same")
    parser.add_argument("--crystals", type=int, help="so many random training crystals (default: all)")
    parser.add_argument("--validation", type=int, help="the first so many validation crystals (default: all)")
    parser.add_argument("--epochs", type=int, help="in place of the recipe's")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--workers", type=int, default=1, help="processes that build graphs, once")
    options = parser.parse_args()
    recipe = replace(_recipe(options.recipe), augmentation=Augmentation())
    if options.epochs:
        recipe = replace(recipe, epochs=options.epochs)
    if options.crystals:
        recipe = recipe.for_crystals(options.crystals)
    options.work.mkdir(parents=True, exist_ok=True)
    if checkpoint.exists(options.work) and checkpoint.state_of(options.work).recipe != identity(options, recipe):
        parser.error(f"{options.work} holds a training with other options; name another folder")
    training = Training(packed_reader.load(options.packed), options, recipe)
    training()
    seen = f"{training.epochs.per_epoch:,} crystals in each of {recipe.epochs} epochs"
    name = f"{TOWERS[options.tower]}, trained on space groups alone ({seen})"
    result = training.result(name)
    (options.work / "supervised.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    keys = [f"space_group.{which}" for which in ("top1", "top5", "map", "macro")]
    print("| Supervised | top-1 | top-5 | mAP | macro | crystals |\n| --- | --- | --- | --- | --- | --- |")
    cells = [f"{100 * result['figures'][key]:.1f} [{100 * result['intervals'][key][0]:.1f}–"
             f"{100 * result['intervals'][key][1]:.1f}]" for key in keys]  # fmt: skip
    print(f"| {name} | {' | '.join(cells)} | {result['crystals']:,} |")


def _recipe(path: Path | None) -> Recipe:
    if path is None:
        return Recipe.preset("standard")
    data = json.loads(path.read_text(encoding="utf-8"))
    return Recipe.from_json(data.get("recipe", data), where=str(path))  # a model's config.json holds its recipe


if __name__ == "__main__":
    main()
