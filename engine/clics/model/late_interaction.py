"""How a phrase scores: by its cosine to the crystal, and by what the crystal or the best of its sites says of it.

A cosine says how near a phrase is; what is *said* is how large its share is among all phrases of its sort, at the model's
temperature: where another phrase is nearer, little is said for this one, however high its cosine. Of space groups the crystal
speaks as a whole. An environment is true of a crystal because it is true of one of its sites, so there the best of these speaks,
among all phrases of local geometry (late interaction; of the family of ColBERT, Khattab and Zaharia, SIGIR 2020, doi
10.1145/3397271.3401075). Full patterns of connections are said by their parts (:mod:`clics.model.pattern_scores`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Kind

LOCAL_KINDS: tuple[Kind, ...] = ("environment", "polyhedra", "connection")
"""Kinds that are true of a crystal because they are true of one of its sites."""
SAID_WEIGHT: dict[Kind, float] = {
    "space_group": 1.0, "environment": 1.0, "polyhedra": 0.5, "connection": 0.15, "pattern": 1.0,
}  # fmt: skip
"""Weight of what is said beside the crystal's cosine, which is 1, by kind of phrase (measured: docs/lab-notebook/results.md)."""
SHARPNESS = 10.0
"""How fast what is said falls off with the cosine by which other phrases are nearer."""


def log_sum_exp_cosine(cosines: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Cosines (N, g) to phrases → the cosine (N,) to one phrase whose share would be the sum of theirs; -inf of none.

    ``scale``: the model's inverse temperature.
    """
    if not cosines.shape[1]:
        return np.full(len(cosines), -np.inf, np.float32)
    largest = cosines.max(axis=1)
    total = np.exp(np.float32(scale) * (cosines - largest[:, None])).sum(axis=1)
    return np.asarray(largest + np.log(total) / np.float32(scale), np.float32)


def relative_score(cosines: NDArray[np.float32], of_all: NDArray[np.float32]) -> NDArray[np.float32]:
    """What crystals or sites say (N, g) of phrases to which they have ``cosines`` (N, g): 1 where no other comes near, else less.

    ``of_all`` (N,): :func:`log_sum_exp_cosine` all phrases of that sort.
    """
    return np.asarray(np.exp(np.float32(SHARPNESS) * np.minimum(cosines - of_all[:, None], 0.0)), np.float32)


def combine(cosines: NDArray[np.float32], said: NDArray[np.float32], kind: Kind) -> NDArray[np.float32]:
    """Scores in [-1, 1] of cosines to crystals and of what is said by them or by their best sites, of one shape."""
    weight = np.float32(SAID_WEIGHT[kind])
    return np.asarray((cosines + weight * said) / (1 + weight), np.float32)


def max_over_sites(said: NDArray[np.float32], counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Of what sites say (N, …), one crystal after the other, ``counts`` (n,) of each → each crystal's best (n, …).

    A crystal of no sites gets 0.
    """
    best = np.zeros((len(counts), *said.shape[1:]), np.float32)
    some = counts > 0
    if some.any():
        best[some] = np.maximum.reduceat(said, (np.cumsum(counts) - counts)[some], axis=0)
    return best
