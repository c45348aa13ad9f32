"""The last minutes of a training: the text tower alone, drawn to the places that the crystals have given its phrases."""

from __future__ import annotations

import random
from collections.abc import Iterator

import torch
from torch import nn

from engine.model.clics import Clics
from engine.training.device import text_in_bf16
from engine.training.objective import Objective
from engine.training.recipe import Recipe
from engine.training.schedule import rate_factor

_SHARE = 0.5
"""Share of the bank's phrases in one step."""
_WARMUP = 0.05


def settle(model: Clics, objective: Objective, recipe: Recipe, device: str, slower: float) -> Iterator[float]:
    """``recipe.settle_steps`` steps of the text tower and its head at ``slower`` times its rate; yields the loss of each.

    The graph side stands still.
    """
    rate = slower * recipe.text_learning_rate
    text = [parameter for side in model.text_parameters() for parameter in side]
    optimizer = torch.optim.AdamW(text, lr=rate, weight_decay=recipe.weight_decay)
    bf16 = text_in_bf16(device, recipe.precision == "bf16")
    for step in range(recipe.settle_steps):
        torch.manual_seed(recipe.seed + step)
        optimizer.param_groups[0]["lr"] = rate * rate_factor(step / recipe.settle_steps, _WARMUP)
        loss = objective.drawn_to_places(model, random.Random(f"{recipe.seed} {step}"), _SHARE, bf16=bf16)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(text, recipe.gradient_norm)
        optimizer.step()
        yield float(loss.detach())
