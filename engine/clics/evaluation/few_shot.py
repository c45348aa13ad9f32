"""Classification from few examples: which crystals are learned from, a linear classifier on fixed vectors, its accuracy.

Section 4.4 of the paper: the same number of examples of every structure type (few-shot), or a share of all crystals
whatever their type (imbalanced); everything else is tested on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HELD_BACK = 2
"""Crystals of a type that are always tested on, however many examples are asked for."""


@dataclass(frozen=True, slots=True)
class Task:
    """Places of the crystals to learn from (m,) and of those to test on (n - m,)."""

    train: NDArray[np.int64]
    test: NDArray[np.int64]


def few_shot(types: NDArray[np.int64], shots: int, seed: int) -> Task:
    """``shots`` crystals of every one of ``types`` (n,), drawn by ``seed``; fewer where :data:`HELD_BACK` would not be left."""
    generator = np.random.default_rng((seed, shots))
    drawn = []
    for each in np.unique(types):
        own = generator.permutation(np.flatnonzero(types == each))
        drawn.append(own[: max(0, min(shots, len(own) - HELD_BACK))])
    return _task(np.concatenate(drawn), len(types))


def imbalanced(types: NDArray[np.int64], share: float, seed: int) -> Task:
    """A ``share`` of all crystals, drawn whatever their type; a rare type may have no example, and is then never found."""
    generator = np.random.default_rng((seed, round(1000 * share)))
    return _task(generator.permutation(len(types))[: max(1, round(share * len(types)))], len(types))


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
    """Multinomial logistic regression on ``vectors`` (n, d): log-odds (test, classes) of the crystals to test on.

    Vectors are centred and brought to a mean square length of d over the crystals learned from, each number by itself
    where ``standardise``; ``decay`` is the weight of the squared coefficients per class against the summed loss. The
    optimum is unique and found by L-BFGS. ``types`` (n,) run from 0; a type without an example gets the lowest scores.
    """
    import torch

    learned = np.asarray(vectors[task.train], np.float64)
    middle = learned.mean(axis=0)
    spread = learned.std(axis=0)
    scale = np.where(spread > 1e-9, spread, 1.0) if standardise else max(float(np.sqrt((spread**2).mean())), 1e-9)
    known, labels = np.unique(types[task.train], return_inverse=True)
    x, y = torch.from_numpy((learned - middle) / scale), torch.from_numpy(labels)
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
    tested = (np.asarray(vectors[task.test], np.float64) - middle) / scale
    with torch.inference_mode():
        found = (torch.from_numpy(tested) @ weight + bias).numpy()
    scores = np.full((len(task.test), int(types.max()) + 1), -np.inf)
    scores[:, known] = found
    return scores


def accuracies(scores: NDArray[np.floating], labels: NDArray[np.int64], ks: Iterable[int] = (1, 5)) -> dict[int, float]:
    """Share of rows whose label is among the ``k`` best of ``scores`` (n, classes); equal scores count against it."""
    own = scores[np.arange(len(labels)), labels]
    better = (scores >= own[:, None]).sum(axis=1) - 1
    found = own > -np.inf
    return {k: float(((better < k) & found).mean()) for k in ks}
