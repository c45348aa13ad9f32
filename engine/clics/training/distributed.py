"""One training shared by several processes: each embeds its part of a batch, and all see the whole batch's vectors.

Started by ``torchrun``; the library that connects the processes is accelerate (the extra ``distributed-training``), and is
imported only then. The batch of the recipe is that of one process, so n processes train as one would with n times the batch.
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

_PATIENCE = datetime.timedelta(hours=12)
"""How long a process waits for another: the first one cuts all graphs and validates while the others wait."""


class ProcessGroup(Protocol):
    """What a training asks of the processes it runs in."""

    rank: int
    size: int

    def part(self, items: NDArray[np.int64], rank: int | None = None) -> NDArray[np.int64]:
        """The part of ``items`` that this process (or ``rank``) works on; the parts in order of rank are ``items``."""

    def gather(self, own: Tensor, total: int) -> Tensor:
        """(total, C) rows of all processes in order of rank, from the rows of :meth:`part` of this one; gradients flow."""

    def trained(self, module: nn.Module) -> nn.Module:
        """The module to call in training: gradients of its parameters are those of the whole batch."""

    def any(self, flag: bool) -> bool:
        """Whether any process says so. All must ask at the same step."""

    def wait(self) -> None:
        """Until all processes have come here."""

    def first_alone(self) -> AbstractContextManager[Any]:
        """Within the block the first process goes ahead, and the others follow when it is done."""

    def tell(self, value: T) -> T:
        """The first process's ``value``, in all."""

    def leave(self) -> None:
        """Say good-bye: the training is over."""


class SingleProcess:
    """One process."""

    rank, size = 0, 1

    def part(self, items: NDArray[np.int64], rank: int | None = None) -> NDArray[np.int64]:
        """All."""
        return items

    def gather(self, own: Tensor, total: int) -> Tensor:
        """As they are."""
        return own

    def trained(self, module: nn.Module) -> nn.Module:
        """As it is."""
        return module

    def any(self, flag: bool) -> bool:
        """As it is."""
        return flag

    def wait(self) -> None:
        """Nobody to wait for."""

    def first_alone(self) -> AbstractContextManager[Any]:
        """Nothing to keep apart."""
        return nullcontext()

    def tell(self, value: T) -> T:
        """As it is."""
        return value

    def leave(self) -> None:
        """Nobody to leave."""


class AccelerateGroup:
    """One of the processes that torchrun started."""

    def __init__(self, device: str) -> None:
        """Meets the others. Raises InputError where accelerate is missing."""
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
            InitProcessGroupKwargs(timeout=_PATIENCE),
        ]
        self._accelerator = Accelerator(cpu=device == "cpu", kwargs_handlers=handlers)
        self.rank, self.size = self._accelerator.process_index, self._accelerator.num_processes

    def part(self, items: NDArray[np.int64], rank: int | None = None) -> NDArray[np.int64]:
        """A stretch of ``items``; lengths differ by one at most."""
        return np.array_split(items, self.size)[self.rank if rank is None else rank]

    def gather(self, own: Tensor, total: int) -> Tensor:
        """Every process computes the loss of the whole batch, whose gradient reaches its own rows only.

        What is wanted is the sum of these gradients, while distributed data parallel takes their mean: hence the factor.
        """
        sizes = [len(self.part(np.arange(total), rank)) for rank in range(self.size)]
        padded = functional.pad(own.detach(), (0, 0, 0, max(sizes) - len(own)))
        pieces = self._accelerator.gather(padded.contiguous()).split(max(sizes))
        rows = [piece[:size] for piece, size in zip(pieces, sizes, strict=True)]
        rows[self.rank] = _times(own, self.size)
        return torch.cat(rows)

    def trained(self, module: nn.Module) -> nn.Module:
        """Wrapped for distributed data parallel."""
        wrapped: nn.Module = self._accelerator.prepare_model(module)
        return wrapped

    def any(self, flag: bool) -> bool:
        """Whether any process says so."""
        return bool(self._accelerator.reduce(torch.tensor(float(flag), device=self._accelerator.device)) > 0)

    def wait(self) -> None:
        """Until all processes have come here."""
        self._accelerator.wait_for_everyone()

    def first_alone(self) -> AbstractContextManager[Any]:
        """The first process goes ahead."""
        context: AbstractContextManager[Any] = self._accelerator.main_process_first()
        return context

    def tell(self, value: T) -> T:
        """The first process's ``value``, in all."""
        from accelerate.utils import broadcast_object_list

        told: Sequence[Any] = broadcast_object_list([value])
        result: T = told[0]
        return result

    def leave(self) -> None:
        """End the connection."""
        self._accelerator.end_training()


def _times(x: Tensor, factor: int) -> Tensor:
    """``x`` itself, whose gradient comes back ``factor`` times as large."""
    if x.requires_grad:
        x = x.view_as(x)
        x.register_hook(lambda gradient: gradient * factor)  # type: ignore[no-untyped-call]
    return x


def several() -> bool:
    """Whether this is one of several processes that train together."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def is_first() -> bool:
    """Whether this process is the one that writes and speaks (the only one, or torchrun's first)."""
    return int(os.environ.get("RANK", "0")) == 0


def processes(device: str) -> ProcessGroup:
    """The processes that train together: those that torchrun started, or this one alone."""
    return AccelerateGroup(device) if several() else SingleProcess()
