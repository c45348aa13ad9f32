"""Graphs of many crystals as one set of dense blocks.

Atoms of a batch are ordered by how many edges they have, so that atoms with (nearly) equally many form a block in which
edges are an (n, K) table and line-graph pairs an (n, K, K) table. Every gather and scatter of a sparse line graph becomes
a broadcast and a sum over an axis. Padded edges have weight 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from clics.model.element_features import ELEMENTS
from clics.model.graph import CrystalGraph

_WIDTHS = np.array([12, 13, 14, 16, 18, 20, 24, 32, 48, 64, 96, 128, 192, 256])
"""Widths K of blocks; an atom goes into the narrowest that holds its edges."""


@dataclass(frozen=True, slots=True)
class Block:
    """Atoms ``[start, stop)`` of a batch and their edges."""

    start: int
    stop: int
    neighbours: Tensor
    """(n, K) int64, row of the atom at the far end; padding points at the centre itself."""
    vectors: Tensor
    """(n, K, 3) Å."""
    weights: Tensor
    """(n, K), 0 where padded."""
    channels: Tensor
    """(n, K, EDGE)."""
    moments: Tensor
    """(n, K, MOMENT), 0 where padded."""


@dataclass(frozen=True, slots=True)
class Batch:
    """``B`` crystals with ``N`` kinds of atoms in all."""

    numbers: Tensor
    """(N,) int64 atomic numbers."""
    multiplicity: Tensor
    """(N,) float, how many atoms of the primitive cell a row stands for."""
    crystal: Tensor
    """(N,) int64, which crystal an atom belongs to."""
    kind: Tensor
    """(N,) int64, which kind of its crystal's graph a row is."""
    element: Tensor
    """(N,) int64, which element of its crystal an atom is of: one of the batch's ``G`` pairs of a crystal and an element."""
    element_crystal: Tensor
    """(G,) int64, the crystal of each such pair."""
    atom_channels: Tensor
    """(N, ATOM)."""
    crystal_channels: Tensor
    """(B, CRYSTAL)."""
    reflections: Tensor
    """(B, REFLECTIONS)."""
    blocks: tuple[Block, ...]

    def __len__(self) -> int:
        return len(self.crystal_channels)

    def to(self, device: torch.device | str) -> Batch:
        """The same batch on another device."""
        return self.map(lambda tensor: tensor.to(device, non_blocking=True))

    def map(self, change: Callable[[Tensor], Tensor]) -> Batch:
        """The same batch with every tensor changed, always in the same order."""
        whole = {f.name: change(getattr(self, f.name)) for f in fields(self) if f.name != "blocks"}
        blocks = tuple(
            Block(b.start, b.stop, **{f.name: change(getattr(b, f.name)) for f in fields(b)[2:]}) for b in self.blocks
        )
        return Batch(**whole, blocks=blocks)


def collate(graphs: Sequence[CrystalGraph]) -> Batch:
    """Put graphs together; crystal ``i`` of the batch is ``graphs[i]``."""
    sizes = np.array([len(g.numbers) for g in graphs])
    first_atom = np.concatenate([[0], np.cumsum(sizes)])
    counts = np.concatenate([np.diff(g.edge_offsets) for g in graphs])
    kind = np.searchsorted(_WIDTHS, counts)
    order = np.argsort(kind, kind="stable")
    row_of = np.empty_like(order)
    row_of[order] = np.arange(len(order))
    target = row_of[np.concatenate([g.neighbours + a for g, a in zip(graphs, first_atom, strict=False)])]
    edge_start = np.concatenate([[0], np.cumsum(counts)])
    vectors = np.concatenate([g.vectors for g in graphs])
    weights = np.concatenate([g.weights for g in graphs])
    moments = np.concatenate([g.moments for g in graphs])
    edge_channels = np.concatenate([g.edge_channels for g in graphs])
    blocks = []
    start = 0
    for width_index in np.unique(kind):
        members = order[kind[order] == width_index]
        width = int(_WIDTHS[width_index]) if width_index < len(_WIDTHS) else int(counts[members].max())
        slots = np.arange(width)
        real = slots < counts[members][:, None]
        edge = np.where(real, edge_start[members][:, None] + slots, 0)
        rows = np.arange(start, start + len(members))
        blocks.append(
            Block(
                start=start,
                stop=start + len(members),
                neighbours=torch.from_numpy(np.where(real, target[edge], rows[:, None])),
                vectors=torch.from_numpy(np.where(real[..., None], vectors[edge], np.float32(1.0))),
                weights=torch.from_numpy(np.where(real, weights[edge], np.float32(0.0))),
                channels=torch.from_numpy(np.where(real[..., None], edge_channels[edge], np.float32(1.0))),
                moments=torch.from_numpy(np.where(real[..., None], moments[edge], np.float32(0.0))),
            )
        )
        start += len(members)
    numbers = np.concatenate([g.numbers for g in graphs])[order]
    crystal = np.repeat(np.arange(len(graphs)), sizes)[order]
    pairs, element = np.unique(crystal * ELEMENTS + numbers, return_inverse=True)
    return Batch(
        numbers=torch.from_numpy(numbers),
        multiplicity=torch.from_numpy(np.concatenate([g.multiplicity for g in graphs])[order].astype(np.float32)),
        crystal=torch.from_numpy(crystal),
        kind=torch.from_numpy(order - first_atom[crystal]),
        element=torch.from_numpy(element),
        element_crystal=torch.from_numpy(pairs // ELEMENTS),
        atom_channels=torch.from_numpy(np.concatenate([g.atom_channels for g in graphs])[order]),
        crystal_channels=torch.from_numpy(np.stack([g.crystal_channels for g in graphs])),
        reflections=torch.from_numpy(np.stack([g.reflections for g in graphs])),
        blocks=tuple(blocks),
    )
