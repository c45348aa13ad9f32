"""Training steps a second: our graph tower against alignn's own pure-torch model, the same crystals, in one run.

    python -m benchmarks.train [--packed FOLDER] [--crystals 512] [--batch 64] [--compiled] [--device cuda] [--out FILE]

Both have the same width and layers and learn 228 space-group classes: collate, forward, cross entropy, backward, AdamW.
Batches alternate between the two, so that a busy machine slows both. Graphs are cut before (``benchmarks.embed`` times
that). On CUDA ours runs in bf16 with compiled layers and batches that loader processes prepare, as a training does
(``engine.training.loader``); the peer as its package offers it.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.peer import clock, crystals, environment, parser, peer_batch, peer_graph, peer_model, report, source
from engine.model.batch import collate
from engine.model.graph import GraphSettings, build_graph
from engine.model.tower import GraphTower, TowerSettings
from engine.training.compiled import compile_layers

CLASSES = 228
Step = Callable[[Sequence[Any]], Tensor]
"""Graphs of a batch → scores (B, CLASSES)."""


def seconds_of(
    module: nn.Module, optimizer: torch.optim.Optimizer, forward: Step, graphs: Sequence[Any], device: str
) -> float:
    """One training step, timed."""
    begun = clock(device)
    labels = torch.arange(len(graphs), device=device) % CLASSES
    loss = nn.functional.cross_entropy(forward(graphs).float(), labels)
    optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    nn.utils.clip_grad_norm_(module.parameters(), 2.0)
    optimizer.step()
    return clock(device) - begun


def main() -> None:
    """Measure and print."""
    options = parser(__doc__ or "").parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    device, settings = options.device, TowerSettings(width=options.width)
    found = crystals(options)
    theirs_graphs, ours_graphs = [peer_graph(c) for c in found], [build_graph(*c, GraphSettings()) for c in found]
    peer = peer_model(settings, CLASSES).to(device).train()
    bf16 = device == "cuda"

    def theirs(graphs: Sequence[Any]) -> Tensor:
        out: Tensor = peer(peer_batch(graphs, device))["out"]
        return out

    sides: dict[str, tuple[nn.Module, Step, list[Any]]] = {"alignn": (peer, theirs, theirs_graphs)}
    for name in ["ours", "ours, compiled"] if options.compiled or device == "cuda" else ["ours"]:
        tower = GraphTower(settings).to(device).train()
        if name != "ours":
            compile_layers(tower)
        model = nn.Sequential(tower, nn.Linear(settings.output, CLASSES)).to(device)

        def ours(graphs: Sequence[Any], model: nn.Module = model) -> Tensor:
            with torch.autocast(device, torch.bfloat16, enabled=bf16):
                out: Tensor = model(collate(graphs).to(device))
            return out

        sides[name] = (model, ours, ours_graphs)
    optimizers = {name: torch.optim.AdamW(model.parameters()) for name, (model, _, _) in sides.items()}
    times: dict[str, list[float]] = {name: [] for name in sides}
    starts = list(range(0, len(found) - options.batch + 1, options.batch))
    for i, start in enumerate([starts[0], *starts]):  # the first batch twice: warm-up
        for name, (model, forward, graphs) in sides.items():
            spent = seconds_of(model, optimizers[name], forward, graphs[start : start + options.batch], device)
            if i:
                times[name].append(spent)
    figures = {
        name: {
            "crystals_per_s": options.batch * len(spent) / sum(spent),
            "ratio": statistics.median(a / b for a, b in zip(times["alignn"], spent, strict=True)),
        }
        for name, spent in times.items()
    }
    result = {
        "what": "training step", **environment(options), "crystals": options.batch * len(starts), "source": source(options),
        "layers": [settings.alignn_layers, settings.gcn_layers], "sides": figures,
    }  # fmt: skip
    rows = [[name, f"{side['crystals_per_s']:.1f}", f"{side['ratio']:.2f}"] for name, side in figures.items()]
    report(options, result, ["training step", "crystals/s", "times alignn (median of batches)"], rows)


if __name__ == "__main__":
    main()
