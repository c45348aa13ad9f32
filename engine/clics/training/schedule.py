"""The learning-rate schedule of the paper: linear warm-up, then cosine decay to nothing."""

from __future__ import annotations

import math


def rate_factor(through: float, warmup: float) -> float:
    """Factor in (0, 1] on every learning rate. ``through``: share of the training done; ``warmup``: share it warms up over."""
    if through < warmup:
        return max(through / warmup, 0.01)
    return max(0.5 * (1.0 + math.cos(math.pi * (through - warmup) / (1.0 - warmup))), 1e-4)
