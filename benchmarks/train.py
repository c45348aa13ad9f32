"""Training steps per second: our graph tower against alignn's own pure-torch model, the same crystals, in one run.

    python -m benchmarks.train [--packed FOLDER] [--crystals 512] [--batch 64] [--compiled] [--whole] [--device cuda] [--out FILE]

Both have the same width and layers and learn 228 space-group classes: collate, forward, cross entropy, backward, AdamW.
Graphs are cut before (``benchmarks.embed`` times that). On a CPU batches alternate between the two and the process's CPU
seconds count. On CUDA each goes through all batches in turn: ours in bf16, compiled, from batches that loader processes
prepare (``clics.training.loader``); the peer as its package offers it. ``loader`` is what one core of the host collates;
``--whole`` adds a real training by the standard recipe, with its text tower, on as many described crystals of the data set.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from clics.dataset import packed_reader
from clics.model.graph import CrystalGraph, GraphSettings, build_graph
from clics.model.graph_tower import GraphTower, TowerSettings
from clics.training.loader import Parcel, batches
from clics.training.recipe import Recipe
from clics.training.torch_compile import compile_layers
from clics.training.train import train
from torch import Tensor, nn

from benchmarks.ablation import seconds_per_step, subset
from benchmarks.alignn_baseline import (
    Pair,
    clock,
    crystals,
    environment,
    parser,
    peer_batch,
    peer_graph,
    peer_model,
    report,
    source,
)

CLASSES = 228
EPOCH = 121_958
"""Training crystals of the shared data."""
LOADERS = 4
Jobs = Sequence[np.ndarray]


@dataclass(frozen=True)
class Side:
    """A model in training."""

    model: nn.Module
    scores: Callable[[Jobs], Iterator[Tensor]]
    """Places of the crystals of some batches → for each the scores (B, CLASSES)."""
    optimizer: torch.optim.Optimizer


@dataclass(frozen=True)
class Held:
    """Graphs in memory."""

    graphs: list[CrystalGraph]

    def graph(self, index: int) -> CrystalGraph:
        """The graph at ``index``."""
        return self.graphs[index]


def seconds_of(side: Side, jobs: Jobs, device: str) -> float:
    """Training steps over some batches, timed."""
    begun = clock(device)
    for scores in side.scores(jobs):
        labels = torch.arange(len(scores), device=device) % CLASSES
        loss = nn.functional.cross_entropy(scores.float(), labels)
        side.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(side.model.parameters(), 2.0)
        side.optimizer.step()
    return clock(device) - begun


def alignn(pairs: list[Pair], settings: TowerSettings, device: str) -> Side:
    """The peer."""
    model = peer_model(settings, CLASSES).to(device).train()

    def scores(jobs: Jobs) -> Iterator[Tensor]:
        for indices in jobs:
            yield model(peer_batch([pairs[index] for index in indices], device))["out"]

    return Side(model, scores, torch.optim.AdamW(model.parameters()))


def ours(graphs: Held, settings: TowerSettings, device: str, *, compiled: bool) -> Side:
    """Our tower with a layer of classes on top."""
    tower = GraphTower(settings).to(device).train()
    if compiled:
        compile_layers(tower)
    model = nn.Sequential(tower, nn.Linear(settings.output, CLASSES)).to(device)

    def scores(jobs: Jobs) -> Iterator[Tensor]:
        for batch in batches(graphs, jobs, device, loaders=LOADERS if device == "cuda" else 0):
            with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                yield model(batch)

    return Side(model, scores, torch.optim.AdamW(model.parameters()))


def collated_per_second(graphs: Held, jobs: Jobs) -> float:
    """Crystals that one core of the host makes ready for a GPU in a second."""
    begun = clock("cpu")
    for batch in batches(graphs, jobs, "cpu", loaders=0):
        Parcel.of(batch)
    return sum(len(indices) for indices in jobs) / (clock("cpu") - begun)


def whole(options: argparse.Namespace) -> float:
    """Crystals a second of a training by the standard recipe."""
    cuda = options.device == "cuda"
    recipe = Recipe.preset("standard")
    model = replace(recipe.model, tower=TowerSettings(width=options.width))
    recipe = replace(
        recipe, model=model, epochs=1, batch=options.batch, undescribed=0.0, text_alignment_steps=0, checkpoint_minutes=1e6,
        precision="bf16" if cuda else "float32", compiled=options.compiled or cuda,
    )  # fmt: skip
    options.validation, options.crystals = (
        64,
        max(options.crystals, 17 * options.batch),
    )  # so that the log has three spans
    with tempfile.TemporaryDirectory() as work:
        data, run = Path(work) / "data", Path(work) / "run"
        subset(packed_reader.load(options.packed), options, data)
        train(recipe, data, run, device=options.device, workers=LOADERS if cuda else 1)
        return float(options.batch / seconds_per_step(run))


def main() -> None:
    """Measure and print."""
    made = parser(__doc__ or "")
    made.add_argument("--compiled", action="store_true", help="ours with compiled layers too (a minute of compiling)")
    made.add_argument("--whole", action="store_true", help="a real training too (needs --packed)")
    options = made.parse_args()
    if options.whole and options.packed is None:
        made.error("--whole needs --packed")
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    device, settings = options.device, TowerSettings(width=options.width)
    cells = crystals(options)
    pairs, graphs = [peer_graph(c) for c in cells], Held([build_graph(*c, GraphSettings()) for c in cells])
    sides = {"alignn": alignn(pairs, settings, device)}
    if device == "cpu":
        sides["ours"] = ours(graphs, settings, device, compiled=False)
    if options.compiled or device == "cuda":
        sides["ours, compiled"] = ours(graphs, settings, device, compiled=True)
    starts = range(0, len(cells) - options.batch + 1, options.batch)
    jobs = [np.arange(start, start + options.batch) for start in starts]
    parts = [jobs] if device == "cuda" else [[job] for job in jobs]
    times: dict[str, list[float]] = {name: [] for name in sides}
    for i, part in enumerate([jobs[:4], *parts]):  # the first batches twice: warm-up, and compiling
        for name, side in sides.items():
            spent = seconds_of(side, part, device)
            if i:
                times[name].append(spent)
    figures = {
        name: {
            "crystals_per_s": options.batch * len(jobs) / sum(spent),
            "ratio": statistics.median(a / b for a, b in zip(times["alignn"], spent, strict=True)),
        }
        for name, spent in times.items()
    }
    loader = collated_per_second(graphs, jobs)
    result = {
        "what": "training step", **environment(options), "crystals": options.batch * len(jobs), "source": source(options),
        "layers": [settings.alignn_layers, settings.gcn_layers], "sides": figures, "loader_crystals_per_s_per_core": loader,
    }  # fmt: skip
    rows = [[name, f"{side['crystals_per_s']:.1f}", f"{side['ratio']:.2f}"] for name, side in figures.items()]
    rows.append(["loader, one core of the host", f"{loader:.0f}", "–"])
    if options.whole:
        result["whole_crystals_per_s"] = rate = whole(options)
        rows.append(
            [f"whole training, an epoch of {EPOCH:,} in {EPOCH / rate / 60:.1f} min (wall)", f"{rate:.1f}", "–"]
        )
    report(options, result, ["training step", "crystals/s", "times alignn (median of batches)"], rows)


if __name__ == "__main__":
    main()
