"""Learning-rate schedule of the paper: linear warm-up, then cosine decay."""

from __future__ import annotations

import math

_LOWEST_WARMUP = 0.01
_LOWEST = 1e-4


def learning_rate_factor(progress: float, warmup: float) -> float:
    """Factor on every learning rate.

    Args:
        progress: fraction of the training that is done, in [0, 1].
        warmup: fraction of the training over which the rate rises linearly, in [0, 1).

    Returns:
        A factor in (0, 1].
    """
    if progress < warmup:
        return max(progress / warmup, _LOWEST_WARMUP)
    return max(0.5 * (1.0 + math.cos(math.pi * (progress - warmup) / (1.0 - warmup))), _LOWEST)
