"""AdamW with one parameter group, and one learning rate, for each part of the model."""

from __future__ import annotations

import torch

from clics.model.clics import Clics
from clics.training.proxies import ConceptProxies
from clics.training.recipe import Recipe


def make_optimizer(model: Clics, proxies: ConceptProxies, recipe: Recipe) -> torch.optim.AdamW:
    """The optimiser of ``model`` and ``proxies`` with the learning rates of ``recipe``.

    The order of the groups decides the indices of optimiser states in checkpoints and must not change.

    Raises:
        ModelError: the model was loaded without its text tower.
    """
    text, text_head = model.text_parameters()
    site_head = model.site_head.parameters() if model.site_head is not None else ()
    groups = [
        {"params": model.graph_tower.parameters(), "lr": recipe.graph_learning_rate},
        {"params": text, "lr": recipe.text_learning_rate},
        {"params": [*model.graph_head.parameters(), *site_head, *text_head], "lr": recipe.head_learning_rate},
        # weight decay would pull the temperature and the lengths of the proxies towards zero, which means nothing there
        {"params": [model.log_scale], "lr": recipe.temperature_learning_rate, "weight_decay": 0.0},
        {"params": proxies.parameters(), "lr": recipe.bank_learning_rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, weight_decay=recipe.weight_decay)
