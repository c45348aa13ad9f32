"""A batch of crystal graphs as dense blocks.

Sites of a batch are ordered by their number of edges, so that sites with (nearly) equally many form a block in which edges
are an (n, K) table and line-graph pairs an (n, K, K) table. Gathers and scatters of a sparse line graph become broadcasts and
sums over an axis. Padded edges have weight 0.
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
"""Widths K of blocks; a site goes into the narrowest that holds its edges. They bound padding and the number of shapes."""


@dataclass(frozen=True, slots=True)
class Block:
    """Sites ``[start, stop)`` of a batch, n of them, with their edges.

    Attributes:
        neighbours: (n, K) int64, row of the site at the far end; padding points at the centre itself.
        vectors: (n, K, 3) Å, from centre to neighbour.
        weights: (n, K), 0 where padded.
        channels: (n, K, EDGE) resolution channels.
        moments: (n, K, MOMENT) weighted direction monomials, 0 where padded.
    """

    start: int
    stop: int
    neighbours: Tensor
    vectors: Tensor
    weights: Tensor
    channels: Tensor
    moments: Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    """``B`` crystals with ``N`` inequivalent sites in all.

    Attributes:
        numbers: (N,) int64 atomic numbers.
        multiplicity: (N,) number of atoms of the primitive cell that a site stands for.
        crystal: (N,) int64, the crystal of each site.
        site: (N,) int64, index of each site in its crystal's graph.
        element: (N,) int64, index of each site's (crystal, element) pair, of which the batch has ``G``.
        element_crystal: (G,) int64, the crystal of each such pair.
        atom_channels: (N, ATOM) resolution channels of sites.
        crystal_channels: (B, CRYSTAL) resolution channels of crystals.
        reflections: (B, REFLECTIONS) structure-factor channels.
        blocks: the sites in order, with their edges.
    """

    numbers: Tensor
    multiplicity: Tensor
    crystal: Tensor
    site: Tensor
    element: Tensor
    element_crystal: Tensor
    atom_channels: Tensor
    crystal_channels: Tensor
    reflections: Tensor
    blocks: tuple[Block, ...]

    def __len__(self) -> int:
        return len(self.crystal_channels)

    def to(self, device: torch.device | str) -> Batch:
        """The same batch on another device."""
        return self.map(lambda tensor: tensor.to(device, non_blocking=True))

    def map(self, change: Callable[[Tensor], Tensor]) -> Batch:
        """The same batch with ``change`` applied to every tensor, always in the same order."""
        whole = {f.name: change(getattr(self, f.name)) for f in fields(self) if f.name != "blocks"}
        blocks = tuple(
            Block(b.start, b.stop, **{f.name: change(getattr(b, f.name)) for f in fields(b)[2:]}) for b in self.blocks
        )
        return Batch(**whole, blocks=blocks)


def collate(graphs: Sequence[CrystalGraph]) -> Batch:
    """Join graphs into a batch.

    Args:
        graphs: B graphs built with the same settings.

    Returns:
        A batch whose crystal ``i`` is ``graphs[i]``; its sites are ordered by number of edges, not by crystal.
    """
    sizes = np.array([len(g.numbers) for g in graphs])
    first_site = np.concatenate([[0], np.cumsum(sizes)])
    counts = np.concatenate([np.diff(g.edge_offsets) for g in graphs])
    width_class = np.searchsorted(_WIDTHS, counts)
    order = np.argsort(width_class, kind="stable")
    row_of = np.empty_like(order)
    row_of[order] = np.arange(len(order))
    target = row_of[np.concatenate([g.neighbours + a for g, a in zip(graphs, first_site, strict=False)])]
    edge_start = np.concatenate([[0], np.cumsum(counts)])
    vectors = np.concatenate([g.vectors for g in graphs])
    weights = np.concatenate([g.weights for g in graphs])
    moments = np.concatenate([g.moments for g in graphs])
    edge_channels = np.concatenate([g.edge_channels for g in graphs])
    blocks = []
    start = 0
    for width_index in np.unique(width_class):
        members = order[width_class[order] == width_index]
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
        site=torch.from_numpy(order - first_site[crystal]),
        element=torch.from_numpy(element),
        element_crystal=torch.from_numpy(pairs // ELEMENTS),
        atom_channels=torch.from_numpy(np.concatenate([g.atom_channels for g in graphs])[order]),
        crystal_channels=torch.from_numpy(np.stack([g.crystal_channels for g in graphs])),
        reflections=torch.from_numpy(np.stack([g.reflections for g in graphs])),
        blocks=tuple(blocks),
    )
