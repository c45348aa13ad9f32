"""Exponential moving average (EMA) of the weights; the averaged weights are evaluated and saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class WeightAverage:
    """EMA of a module's parameters.

    Attributes:
        shadow: the averaged parameters by name.
    """

    def __init__(self, module: nn.Module, decay: float) -> None:
        """Start at the current weights.

        Args:
            module: whose parameters are averaged.
            decay: in [0, 1); 0 keeps the weights of the last step.
        """
        self._parameters = dict(module.named_parameters())
        self._decay = decay
        self.shadow = {name: p.detach().clone() for name, p in self._parameters.items()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move the average towards the current weights.

        Args:
            step: number of steps done before this one; the decay is lower in the first steps.
        """
        # with the full decay the random initial weights would dominate the average for the first 1/(1 - decay) steps
        decay = min(self._decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(list(self.shadow.values()), list(self._parameters.values()), 1.0 - decay)

    def apply(self) -> None:
        """Copy the averaged weights into the module, for good."""
        self._load(self.shadow)

    @torch.no_grad()
    def reset(self) -> None:
        """Restart the average at the module's current weights."""
        for name, parameter in self._parameters.items():
            self.shadow[name].copy_(parameter)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Context in which the module has the averaged weights."""
        current = {name: p.detach().clone() for name, p in self._parameters.items()}
        self._load(self.shadow)
        try:
            yield
        finally:
            self._load(current)

    @torch.no_grad()
    def _load(self, values: dict[str, Tensor]) -> None:
        for name, parameter in self._parameters.items():
            parameter.copy_(values[name])
