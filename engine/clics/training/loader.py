"""Batches made ahead of the step that needs them, so that a fast device never waits for the host.

On a CPU the batch is made where it is used. For a GPU, loader processes collate; each batch travels in one piece, through
pinned memory, while the step before it runs (one core collates some 5,000 crystals a second: benchmarks/train.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from clics.model.batch import Batch, collate
from clics.model.graph import CrystalGraph

_AHEAD = 4
"""Batches that each loader process keeps ready."""
_ALIGN = 16


class Graphs(Protocol):
    """Where graphs come from, by place."""

    def graph(self, place: int) -> CrystalGraph:
        """The graph at ``place``."""


@dataclass(frozen=True)
class Parcel:
    """A batch in one piece of memory: ``memory`` (bytes,) uint8, and the batch with ranges of bytes in place of tensors."""

    memory: Tensor
    ranges: tuple[tuple[int, tuple[int, ...], torch.dtype], ...]
    skeleton: Batch

    @classmethod
    def of(cls, batch: Batch) -> Parcel:
        """Pack."""
        ranges, pieces, end = [], [], 0
        tensors: list[Tensor] = []

        def note(tensor: Tensor) -> Tensor:
            tensors.append(tensor.contiguous())
            return _NOTHING

        skeleton = batch.map(note)
        for tensor in tensors:
            flat = tensor.reshape(-1).view(torch.uint8)
            padding = -len(flat) % _ALIGN
            ranges.append((end, tuple(tensor.shape), tensor.dtype))
            pieces += [flat, torch.zeros(padding, dtype=torch.uint8)]
            end += len(flat) + padding
        return cls(torch.cat(pieces), tuple(ranges), skeleton)

    def pin_memory(self) -> Parcel:
        """In memory that a GPU copies from while the host goes on (called by the loader)."""
        return Parcel(self.memory.pin_memory(), self.ranges, self.skeleton)

    def batch(self, device: str) -> Batch:
        """Unpack on a device, after a single copy."""
        memory = self.memory.to(device, non_blocking=True)
        ranges = iter(self.ranges)

        def cut(_: Tensor) -> Tensor:
            start, shape, dtype = next(ranges)
            return memory[start : start + prod(shape) * dtype.itemsize].view(dtype).view(shape)

        return self.skeleton.map(cut)


_NOTHING = torch.empty(0)


class _Parcels(Dataset[Parcel]):
    def __init__(self, graphs: Graphs) -> None:
        self._graphs = graphs

    def __getitem__(self, places: NDArray[np.int64]) -> Parcel:
        return Parcel.of(collate([self._graphs.graph(place) for place in places.tolist()]))


def batches(graphs: Graphs, jobs: Sequence[NDArray[np.int64]], device: str, *, loaders: int) -> Iterator[Batch]:
    """The batch of each job (places of graphs), in order, on ``device``; ``loaders`` processes work ahead (0: none)."""
    if not loaders:
        for places in jobs:
            yield collate([graphs.graph(place) for place in places.tolist()]).to(device)
        return
    parcels = DataLoader(
        _Parcels(graphs),
        batch_size=None,
        sampler=jobs,
        num_workers=loaders,
        prefetch_factor=_AHEAD,
        pin_memory=device == "cuda",
    )
    for parcel in parcels:
        yield parcel.batch(device)
