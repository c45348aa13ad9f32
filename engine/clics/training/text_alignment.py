"""Text-tower alignment: the text tower alone is trained to match the concept proxies.

It takes minutes. Afterwards the text tower is frozen, its embeddings replace the proxies, and the graph tower trains against
them for the rest of the epochs, so that neither tower lags behind the other at the end.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator

import torch
from torch import nn

from clics.model.clics import Clics
from clics.training.device import text_in_bf16
from clics.training.objective import Objective
from clics.training.recipe import Recipe
from clics.training.schedule import learning_rate_factor

_WARMUP = 0.05
"""Fraction of the steps over which the learning rate rises."""


def align_text_tower(
    model: Clics, objective: Objective, recipe: Recipe, device: str, rate_factor: float
) -> Iterator[float]:
    """Train the text tower and its head for ``recipe.text_alignment_steps`` steps; the graph side does not change.

    Args:
        model: with its text tower; changed when the iterator ends or is closed.
        objective: of this process alone.
        recipe: learning rate, steps and seed.
        device: ``cpu``, ``cuda`` or ``mps``.
        rate_factor: factor on the learning rate (below 1 for fine-tuning).

    Yields:
        The loss of each step.

    Raises:
        ModelError: the model was loaded without its text tower.
    """
    # A copy is trained: DistributedDataParallel would register gradients of the model's own parameters, and these
    # gradients exist in this process only.
    own = model.text_tower, model.text_head
    model.text_tower, model.text_head = copy.deepcopy(own)
    try:
        yield from _steps(model, objective, recipe, device, rate_factor)
    finally:
        for side, trained in zip(own, (model.text_tower, model.text_head), strict=True):
            if side is not None and trained is not None:
                side.load_state_dict(trained.state_dict())
        model.text_tower, model.text_head = own


def _steps(model: Clics, objective: Objective, recipe: Recipe, device: str, rate_factor: float) -> Iterator[float]:
    rate = rate_factor * recipe.text_learning_rate
    text = [parameter for side in model.text_parameters() for parameter in side]
    optimizer = torch.optim.AdamW(text, lr=rate, weight_decay=recipe.weight_decay)
    bf16 = text_in_bf16(device, recipe.precision == "bf16")
    for step in range(recipe.text_alignment_steps):
        torch.manual_seed(recipe.seed + step)
        optimizer.param_groups[0]["lr"] = rate * learning_rate_factor(step / recipe.text_alignment_steps, _WARMUP)
        rng = random.Random(f"{recipe.seed} {step}")
        loss = objective.text_to_proxy_loss(model, rng, recipe.text_alignment_share, bf16=bf16)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(text, recipe.gradient_norm)
        optimizer.step()
        yield float(loss.detach())
