"""Classification from few examples: choice of the training crystals, a linear classifier on fixed vectors, its accuracy.

Section 4.4 of the paper: the same number of examples of every structure type (few-shot), or a fraction of all crystals whatever
their type (imbalanced); all other crystals are test crystals.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HELD_BACK = 2
"""Test crystals of each type, at least, however many examples are asked for."""


@dataclass(frozen=True, slots=True)
class Task:
    """Indices of the training crystals (m,) and of the test crystals (n - m,)."""

    train: NDArray[np.int64]
    test: NDArray[np.int64]


def few_shot(types: NDArray[np.int64], shots: int, seed: int) -> Task:
    """Draw the same number of training crystals of every type.

    Args:
        types: (n,) type of each crystal.
        shots: examples per type; fewer where :data:`HELD_BACK` test crystals would not be left.
        seed: of the draw.
    """
    generator = np.random.default_rng((seed, shots))
    drawn = []
    for each in np.unique(types):
        own = generator.permutation(np.flatnonzero(types == each))
        drawn.append(own[: max(0, min(shots, len(own) - HELD_BACK))])
    return _task(np.concatenate(drawn), len(types))


def imbalanced(types: NDArray[np.int64], fraction: float, seed: int) -> Task:
    """Draw training crystals whatever their type; a rare type may have no example, and is then never predicted.

    Args:
        types: (n,) type of each crystal.
        fraction: of all crystals.
        seed: of the draw.
    """
    generator = np.random.default_rng((seed, round(1000 * fraction)))
    return _task(generator.permutation(len(types))[: max(1, round(fraction * len(types)))], len(types))


def _task(train: NDArray[np.int64], count: int) -> Task:
    train = np.sort(train)
    return Task(train, np.setdiff1d(np.arange(count), train))


def linear_scores(
    vectors: NDArray[np.floating],
    types: NDArray[np.int64],
    task: Task,
    *,
    decay: float = 1.0,
    standardise: bool = False,
) -> NDArray[np.float64]:
    """Multinomial logistic regression on fixed vectors, with the unique optimum log_odds by L-BFGS.

    Vectors are centred and scaled to a mean square length of d over the training crystals.

    Args:
        vectors: (n, d) of all crystals.
        types: (n,) from 0.
        task: training and test crystals.
        decay: weight of the squared coefficients per class beside the summed loss.
        standardise: scale each component by itself.

    Returns:
        Log-odds (test, classes); -inf for types without an example.
    """
    import torch

    training = np.asarray(vectors[task.train], np.float64)
    mean = training.mean(axis=0)
    spread = training.std(axis=0)
    scale = np.where(spread > 1e-9, spread, 1.0) if standardise else max(float(np.sqrt((spread**2).mean())), 1e-9)
    known, labels = np.unique(types[task.train], return_inverse=True)
    x, y = torch.from_numpy((training - mean) / scale), torch.from_numpy(labels)
    weight = torch.zeros(x.shape[1], len(known), dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(len(known), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        total = torch.nn.functional.cross_entropy(x @ weight + bias, y, reduction="sum")
        value = total + 0.5 * decay * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    tested = (np.asarray(vectors[task.test], np.float64) - mean) / scale
    with torch.inference_mode():
        log_odds = (torch.from_numpy(tested) @ weight + bias).numpy()
    scores = np.full((len(task.test), int(types.max()) + 1), -np.inf)
    scores[:, known] = log_odds
    return scores


def accuracies(scores: NDArray[np.floating], labels: NDArray[np.int64], ks: Iterable[int] = (1, 5)) -> dict[int, float]:
    """Top-k accuracies; equal scores count against the model.

    Args:
        scores: (n, classes).
        labels: (n,).
        ks: the values of k.

    Returns:
        Fraction of rows whose label is among the k best, by k.
    """
    own = scores[np.arange(len(labels)), labels]
    better = (scores >= own[:, None]).sum(axis=1) - 1
    predicted = own > -np.inf
    return {k: float(((better < k) & predicted).mean()) for k in ks}
