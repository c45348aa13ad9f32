"""Batches prepared ahead of the step that needs them, so that a GPU never waits for the host.

On a CPU the batch is made where it is used. For a GPU, loader processes collate; each batch is copied in one piece, through
pinned memory, while the previous step runs (one core collates some 5,000 crystals a second: ``benchmarks/train.py``).
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

_PREFETCH = 4
"""Batches that each loader process keeps ready."""
_ALIGN = 16
"""Bytes to which tensors in a parcel are aligned, the largest alignment that any of their types needs."""


class Graphs(Protocol):
    """A source of graphs by index."""

    def graph(self, index: int) -> CrystalGraph:
        """The graph at ``index``."""


@dataclass(frozen=True)
class Parcel:
    """A batch in one block of memory.

    Attributes:
        memory: the bytes of all tensors, uint8.
        ranges: for each tensor in the order of :meth:`clics.model.batch.Batch.map`: first byte, shape, type.
        skeleton: the batch with empty tensors.
    """

    memory: Tensor
    ranges: tuple[tuple[int, tuple[int, ...], torch.dtype], ...]
    skeleton: Batch

    @classmethod
    def of(cls, batch: Batch) -> Parcel:
        """Pack a batch."""
        ranges, pieces, end = [], [], 0
        tensors: list[Tensor] = []

        def take(tensor: Tensor) -> Tensor:
            tensors.append(tensor.contiguous())
            return _EMPTY

        skeleton = batch.map(take)
        for tensor in tensors:
            flat = tensor.reshape(-1).view(torch.uint8)
            padding = -len(flat) % _ALIGN
            ranges.append((end, tuple(tensor.shape), tensor.dtype))
            pieces += [flat, torch.zeros(padding, dtype=torch.uint8)]
            end += len(flat) + padding
        return cls(torch.cat(pieces), tuple(ranges), skeleton)

    def pin_memory(self) -> Parcel:
        """The same in page-locked memory, from which a GPU copies asynchronously (called by torch's DataLoader)."""
        return Parcel(self.memory.pin_memory(), self.ranges, self.skeleton)

    def batch(self, device: str) -> Batch:
        """Unpack on ``device``, after a single copy."""
        memory = self.memory.to(device, non_blocking=True)
        ranges = iter(self.ranges)

        def cut(_: Tensor) -> Tensor:
            start, shape, dtype = next(ranges)
            return memory[start : start + prod(shape) * dtype.itemsize].view(dtype).view(shape)

        return self.skeleton.map(cut)


_EMPTY = torch.empty(0)


class _Parcels(Dataset[Parcel]):
    def __init__(self, graphs: Graphs) -> None:
        self._graphs = graphs

    def __getitem__(self, indices: NDArray[np.int64]) -> Parcel:
        return Parcel.of(collate([self._graphs.graph(index) for index in indices.tolist()]))


def batches(graphs: Graphs, jobs: Sequence[NDArray[np.int64]], device: str, *, loaders: int) -> Iterator[Batch]:
    """Collate batches, in order.

    Args:
        graphs: where the graphs are.
        jobs: indices (n,) of the graphs of each batch.
        device: to which the batches are copied.
        loaders: processes that prepare batches ahead; 0 collates in this process.

    Yields:
        One batch per job, on ``device``.
    """
    if not loaders:
        for indices in jobs:
            yield collate([graphs.graph(index) for index in indices.tolist()]).to(device)
        return
    parcels = DataLoader(
        _Parcels(graphs),
        batch_size=None,
        sampler=jobs,
        num_workers=loaders,
        prefetch_factor=_PREFETCH,
        pin_memory=device == "cuda",
    )
    for parcel in parcels:
        yield parcel.batch(device)
