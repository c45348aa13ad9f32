"""Data-parallel training: each process embeds its shard of a batch and computes the loss of the whole batch.

Processes are started by ``torchrun`` and connected by accelerate (the extra ``distributed-training``), which is imported
only then. ``Recipe.batch`` is the batch size of one process, so that n processes train as one process would with n times
the batch size.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from clics.errors import InputError

T = TypeVar("T")

_TIMEOUT = datetime.timedelta(hours=12)
"""Longest wait for another process: the main process builds all graphs and validates while the others wait."""


class ProcessGroup(Protocol):
    """The processes of one training, as seen by one of them.

    Attributes:
        rank: index of this process; 0 is the main process, which writes all files.
        size: number of processes (``world_size`` of torch.distributed).
    """

    rank: int
    size: int

    def shard(self, items: NDArray[np.int64], rank: int | None = None) -> NDArray[np.int64]:
        """The contiguous part of ``items`` that this process (or process ``rank``) works on.

        The shards in order of rank, joined, are ``items``.
        """

    def gather(self, own: Tensor, total: int) -> Tensor:
        """Join the rows of all processes, in order of rank; gradients flow.

        Args:
            own: rows (m, C) that belong to this process's :meth:`shard` of ``total`` items.
            total: number of rows of all processes together.

        Returns:
            (total, C).
        """

    def wrap(self, module: nn.Module) -> nn.Module:
        """The module to call in training; gradients of its parameters are those of the loss of the whole batch."""

    def any_rank(self, flag: bool) -> bool:
        """Logical or of ``flag`` over all processes. All must call it at the same step."""

    def barrier(self) -> None:
        """Block until all processes have arrived here."""

    def main_process_first(self) -> AbstractContextManager[Any]:
        """Context in which the main process runs first and the others follow when it has left the block."""

    def broadcast(self, value: T) -> T:
        """The main process's ``value``, in every process."""

    def shutdown(self) -> None:
        """Close the connection between the processes."""


class SingleProcess:
    """A process group of one; every method is the identity or does nothing."""

    rank, size = 0, 1

    def shard(self, items: NDArray[np.int64], rank: int | None = None) -> NDArray[np.int64]:
        """All of ``items``."""
        return items

    def gather(self, own: Tensor, total: int) -> Tensor:
        """``own``, unchanged."""
        return own

    def wrap(self, module: nn.Module) -> nn.Module:
        """``module``, unchanged."""
        return module

    def any_rank(self, flag: bool) -> bool:
        """``flag``, unchanged."""
        return flag

    def barrier(self) -> None:
        """Return at once."""

    def main_process_first(self) -> AbstractContextManager[Any]:
        """A context that does nothing."""
        return nullcontext()

    def broadcast(self, value: T) -> T:
        """``value``, unchanged."""
        return value

    def shutdown(self) -> None:
        """Do nothing."""


class AccelerateGroup:
    """The processes that torchrun started, connected by accelerate."""

    def __init__(self, device: str) -> None:
        """Connect to the other processes.

        Args:
            device: ``"cpu"`` (gloo) or ``"cuda"`` (NCCL).

        Raises:
            InputError: accelerate is not installed (kind ``no-distributed-training``).
        """
        try:
            from accelerate import Accelerator
            from accelerate.utils import DistributedDataParallelKwargs, InitProcessGroupKwargs
        except ImportError as error:
            raise InputError(
                "Training in several processes needs the library accelerate; run 'pip install clics[distributed-training]' "
                "on every machine, or start the training without torchrun.",
                kind="no-distributed-training",
            ) from error
        handlers = [
            DistributedDataParallelKwargs(find_unused_parameters=True, broadcast_buffers=False),
            InitProcessGroupKwargs(timeout=_TIMEOUT),
        ]
        self._accelerator = Accelerator(cpu=device == "cpu", kwargs_handlers=handlers)
        self.rank, self.size = self._accelerator.process_index, self._accelerator.num_processes

    def shard(self, items: NDArray[np.int64], rank: int | None = None) -> NDArray[np.int64]:
        """A contiguous part of ``items``; lengths differ by one at most."""
        return np.array_split(items, self.size)[self.rank if rank is None else rank]

    def gather(self, own: Tensor, total: int) -> Tensor:
        """Join the rows of all processes (:meth:`ProcessGroup.gather`).

        Every process computes the loss of the whole batch, but its gradient reaches only the rows that this process made.
        """
        sizes = [len(self.shard(np.arange(total), rank)) for rank in range(self.size)]
        # all_gather needs equal shapes, so shorter shards are padded
        padded = functional.pad(own.detach(), (0, 0, 0, max(sizes) - len(own)))
        pieces = self._accelerator.gather(padded.contiguous()).split(max(sizes))
        rows = [piece[:size] for piece, size in zip(pieces, sizes, strict=True)]
        # the gradient of the whole batch is the sum over processes, while DistributedDataParallel averages: hence × size
        rows[self.rank] = _scale_gradient(own, self.size)
        return torch.cat(rows)

    def wrap(self, module: nn.Module) -> nn.Module:
        """``module`` in torch's DistributedDataParallel."""
        wrapped: nn.Module = self._accelerator.prepare_model(module)
        return wrapped

    def any_rank(self, flag: bool) -> bool:
        """Logical or of ``flag`` over all processes."""
        return bool(self._accelerator.reduce(torch.tensor(float(flag), device=self._accelerator.device)) > 0)

    def barrier(self) -> None:
        """Block until all processes have arrived here."""
        self._accelerator.wait_for_everyone()

    def main_process_first(self) -> AbstractContextManager[Any]:
        """Context in which the main process runs first."""
        context: AbstractContextManager[Any] = self._accelerator.main_process_first()
        return context

    def broadcast(self, value: T) -> T:
        """The main process's ``value``, in every process."""
        from accelerate.utils import broadcast_object_list

        values: Sequence[Any] = broadcast_object_list([value])
        result: T = values[0]
        return result

    def shutdown(self) -> None:
        """Close the connection."""
        self._accelerator.end_training()


def _scale_gradient(x: Tensor, factor: int) -> Tensor:
    """``x`` itself, whose gradient is multiplied by ``factor`` on the way back."""
    if x.requires_grad:
        x = x.view_as(x)
        x.register_hook(lambda gradient: gradient * factor)  # type: ignore[no-untyped-call]
    return x


def is_distributed() -> bool:
    """True if torchrun started this process together with others."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def is_main_process() -> bool:
    """True if this is the process that writes files and reports progress (the only one, or rank 0)."""
    return int(os.environ.get("RANK", "0")) == 0


def process_group(device: str) -> ProcessGroup:
    """The processes that torchrun started, connected; or :class:`SingleProcess` without torchrun.

    Args:
        device: ``"cpu"`` or ``"cuda"``.

    Raises:
        InputError: torchrun started several processes and accelerate is not installed.
    """
    return AccelerateGroup(device) if is_distributed() else SingleProcess()
