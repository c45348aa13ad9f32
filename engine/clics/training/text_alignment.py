"""Minutes of a training: the text tower alone, drawn to the places that the crystals have given its phrases."""

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
from clics.training.schedule import rate_factor

_SHARE = 0.5
"""Share of the bank's phrases in one step."""
_WARMUP = 0.05


def settle(model: Clics, objective: Objective, recipe: Recipe, device: str, slower: float) -> Iterator[float]:
    """``recipe.settle_steps`` steps of the text tower and its head at ``slower`` times its rate; yields the loss of each.

    The graph side stands still. What learns is a copy of the text side, which takes effect at the end: a gradient of the model's
    own parameters would be noted by distributed data parallel, and is of this process alone.
    """
    own = model.text_tower, model.text_head
    model.text_tower, model.text_head = copy.deepcopy(own)
    try:
        yield from _steps(model, objective, recipe, device, slower)
    finally:
        for side, learned in zip(own, (model.text_tower, model.text_head), strict=True):
            if side is not None and learned is not None:
                side.load_state_dict(learned.state_dict())
        model.text_tower, model.text_head = own


def _steps(model: Clics, objective: Objective, recipe: Recipe, device: str, slower: float) -> Iterator[float]:
    rate = slower * recipe.text_learning_rate
    text = [parameter for side in model.text_parameters() for parameter in side]
    optimizer = torch.optim.AdamW(text, lr=rate, weight_decay=recipe.weight_decay)
    bf16 = text_in_bf16(device, recipe.precision == "bf16")
    for step in range(recipe.settle_steps):
        torch.manual_seed(recipe.seed + step)
        optimizer.param_groups[0]["lr"] = rate * rate_factor(step / recipe.settle_steps, _WARMUP)
        loss = objective.text_to_proxy_loss(model, random.Random(f"{recipe.seed} {step}"), _SHARE, bf16=bf16)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(text, recipe.gradient_norm)
        optimizer.step()
        yield float(loss.detach())
