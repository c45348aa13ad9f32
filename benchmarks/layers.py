"""Our ALIGNN convolution against the ``alignn`` package's pure-torch one: forward and backward, the same crystals, one run.

    python -m benchmarks.layers [--width 48] [--crystals 64]

Crystals: AFLOW prototypes. Both sides run one crystal-graph and one line-graph update, the same parameters, the same edges
(weights 1). The peer works on lists of edges with gathers and scatters, ours on dense blocks; ``kinds`` adds what computing
equivalent atoms once saves on top. Prints medians of seven rounds in ms a crystal and the ratios.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

import torch
from alignn.models.alignn_atomwise_pure import EdgeGatedGraphConvPure
from clics.model.alignn import EdgeGatedGraphConv
from clics.model.batch import Batch, collate
from clics.model.graph import GraphSettings, build_graph
from clics.sources.prototypes import aflow_prototypes
from torch import Tensor

ROUNDS = 7


def ours(atoms: EdgeGatedGraphConv, edges: EdgeGatedGraphConv, batch: Batch, width: int) -> Callable[[], None]:
    """Both updates over dense blocks."""
    x = torch.randn(len(batch.numbers), width)
    y = [torch.randn(*b.weights.shape, width) for b in batch.blocks]
    z = [torch.randn(*b.weights.shape, b.weights.shape[1], width) for b in batch.blocks]
    pairs = [b.weights[:, :, None] * b.weights[:, None, :] * (1 - torch.eye(b.weights.shape[1])) for b in batch.blocks]

    def once() -> None:
        new_x, messages = atoms.on_atoms(x, batch.blocks, y)
        parts = [edges.on_edges(m, a, w) for m, a, w in zip(messages, z, pairs, strict=True)]
        total = new_x.square().sum() + torch.stack([p[0].square().sum() + p[1].square().sum() for p in parts]).sum()
        torch.autograd.backward(total)

    return once


def theirs(
    atoms: EdgeGatedGraphConvPure, edges: EdgeGatedGraphConvPure, batch: Batch, width: int
) -> Callable[[], None]:
    """The same over lists."""
    far, own, pair_from, pair_to, start = [], [], [], [], 0
    for block in batch.blocks:
        real = block.weights > 0
        index = torch.full(real.shape, -1)
        index[real] = torch.arange(start, start + int(real.sum()))
        start += int(real.sum())
        far.append(block.neighbours[real])
        own.append(torch.arange(block.start, block.stop)[:, None].expand_as(real)[real])
        both = real[:, :, None] & real[:, None, :] & ~torch.eye(real.shape[1], dtype=torch.bool)
        pair_to.append(index[:, :, None].expand_as(both)[both])
        pair_from.append(index[:, None, :].expand_as(both)[both])
    lists: list[Tensor] = [torch.cat(part) for part in (far, own, pair_from, pair_to)]
    x, y, z = (torch.randn(n, width) for n in (len(batch.numbers), start, len(lists[2])))

    def once() -> None:
        new_x, messages = atoms.forward_tensors(lists[0], lists[1], len(x), x, y)
        new_y, new_z = edges.forward_tensors(lists[2], lists[3], start, messages, z)
        torch.autograd.backward(new_x.square().sum() + new_y.square().sum() + new_z.square().sum())

    return once


def median_ms(work: Callable[[], None], crystals: int) -> float:
    """Milliseconds a crystal, median over :data:`ROUNDS` after one warm-up."""
    work()
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) / crystals * 1e3)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=int, default=48)
    parser.add_argument("--crystals", type=int, default=64)
    options = parser.parse_args()
    torch.manual_seed(0)
    cells = [c.arrays() for c in aflow_prototypes() if c.is_ordered and 8 <= c.num_sites <= 40][: options.crystals]
    graphs = [build_graph(*c, GraphSettings()) for c in cells]
    batch = collate(graphs)
    for block in batch.blocks:
        block.weights.copy_((block.weights > 0).float())
    convolutions = EdgeGatedGraphConv(options.width), EdgeGatedGraphConv(options.width)
    peers = [EdgeGatedGraphConvPure(options.width, options.width) for _ in convolutions]
    for peer, own in zip(peers, convolutions, strict=True):
        peer.load_state_dict(own.state_dict())
    dense = median_ms(ours(*convolutions, batch, options.width), len(graphs))
    lists = median_ms(theirs(*peers, batch, options.width), len(graphs))
    atoms = sum(int(g.multiplicity.sum()) for g in graphs)
    kinds = sum(len(g.numbers) for g in graphs)
    report = {
        "crystals": len(graphs), "width": options.width, "threads": torch.get_num_threads(),
        "alignn_ms": lists, "ours_ms": dense, "ratio_layout": lists / dense,
        "atoms": atoms, "kinds": kinds, "ratio_kinds": atoms / kinds,
    }  # fmt: skip
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
