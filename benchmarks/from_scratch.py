"""The same graph tower with a linear layer, trained from scratch on few crystals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from clics.model.graph import CrystalGraph
from clics.model.graph_tower import TowerSettings

from benchmarks.few_shot_tasks import Task

BATCH = 32
EPOCHS = 60
LEAST_STEPS, MOST_STEPS = 150, 400


def scratch_scores(
    settings: TowerSettings, graphs: Sequence[CrystalGraph], types: np.ndarray, task: Task, rate: float, seed: int
) -> np.ndarray:
    """Log-odds (test, classes). AdamW, batches of 32, 60 epochs (150 to 400 steps), one cycle of the learning rate."""
    import torch
    from clics.model.batch import collate
    from clics.model.graph_tower import GraphTower

    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    model = torch.nn.ModuleDict(
        {"tower": GraphTower(settings), "head": torch.nn.Linear(settings.output, int(types.max()) + 1)}
    )
    batch = min(BATCH, len(task.train))
    steps = int(np.clip(EPOCHS * len(task.train) / batch, LEAST_STEPS, MOST_STEPS))
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    order: list[int] = []
    model.train()
    for _ in range(steps):
        if len(order) < batch:
            order = generator.permutation(task.train).tolist()
        own, order = order[:batch], order[batch:]
        logits = model["head"](model["tower"](collate([graphs[i] for i in own])))
        loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(types[own]))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimizer.step()
        schedule.step()
    model.eval()
    with torch.inference_mode():
        blocks = [task.test[i : i + BATCH] for i in range(0, len(task.test), BATCH)]
        scores = [model["head"](model["tower"](collate([graphs[i] for i in block]))).numpy() for block in blocks]
    return np.concatenate(scores)
