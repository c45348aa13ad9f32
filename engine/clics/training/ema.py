"""A running average of the weights: steadier than the last step's, and what is evaluated and kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class WeightAverage:
    """Exponential average of a module's parameters; ``decay`` 0 follows the weights themselves."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self._parameters = dict(module.named_parameters())
        self._decay = decay
        self.shadow = {name: p.detach().clone() for name, p in self._parameters.items()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move towards the current weights; early on faster, so that the start is forgotten."""
        decay = min(self._decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(list(self.shadow.values()), list(self._parameters.values()), 1.0 - decay)

    def apply(self) -> None:
        """Give the module the averaged weights for good."""
        self._load(self.shadow)

    @torch.no_grad()
    def follow(self) -> None:
        """Take the module's weights as the average."""
        for name, parameter in self._parameters.items():
            self.shadow[name].copy_(parameter)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Within the block the module has the averaged weights."""
        held = {name: p.detach().clone() for name, p in self._parameters.items()}
        self._load(self.shadow)
        try:
            yield
        finally:
            self._load(held)

    @torch.no_grad()
    def _load(self, values: dict[str, Tensor]) -> None:
        for name, parameter in self._parameters.items():
            parameter.copy_(values[name])
