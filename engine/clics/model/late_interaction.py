"""Score of a phrase: cosine to the crystal, combined with a relative score of the crystal or of its best site.

The cosine measures how near a phrase is. The *relative score* is a power of its softmax probability among all phrases
of its set at the model's temperature, and therefore low where another phrase is nearer, however high the cosine. For
a space group it is that of the crystal's embedding. A local environment is true of a crystal because it is true of
one of its sites, so there it is that of the best inequivalent site among all local-geometry phrases: late
interaction, of the family of ColBERT (Khattab and Zaharia, SIGIR 2020, doi 10.1145/3397271.3401075). Full connection
patterns are scored by their parts (:mod:`clics.model.pattern_scores`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Kind
from clics.concepts.registry import ROWS

EVIDENCE_WEIGHT: dict[Kind, float] = {row.name: row.evidence_weight for row in ROWS if row.evidence_weight}
"""Weight of the relative score beside the cosine, which has 1, by kind of phrase (measured: docs/lab-notebook/results.md)."""
SHARPNESS = 10.0
"""Exponent of the relative score per unit of cosine: it falls by a factor e where other phrases are nearer by 0.1."""


def log_sum_exp_cosine(cosines: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """The cosine that a single phrase would need for the summed softmax weight of several phrases.

    Args:
        cosines: (N, g) to g phrases.
        scale: the model's inverse temperature.

    Returns:
        (N,), ``log Σ exp(scale × cosine) / scale``; -inf without phrases.
    """
    if not cosines.shape[1]:
        return np.full(len(cosines), -np.inf, np.float32)
    largest = cosines.max(axis=1)
    total = np.exp(np.float32(scale) * (cosines - largest[:, None])).sum(axis=1)
    return np.asarray(largest + np.log(total) / np.float32(scale), np.float32)


def relative_score(cosines: NDArray[np.float32], reference: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores in (0, 1] of phrases among all phrases of their set; 1 where no other phrase comes near.

    Args:
        cosines: (N, g) of crystals or sites to the phrases.
        reference: (N,), :func:`log_sum_exp_cosine` of all phrases of that set.

    Returns:
        (N, g).
    """
    return np.asarray(np.exp(np.float32(SHARPNESS) * np.minimum(cosines - reference[:, None], 0.0)), np.float32)


def combine(cosines: NDArray[np.float32], relative: NDArray[np.float32], kind: Kind) -> NDArray[np.float32]:
    """Weighted mean of cosines and relative scores.

    Args:
        cosines: of phrases to crystals.
        relative: relative scores of the crystals or of their best sites, of the same shape.
        kind: of the phrases; decides the weight.

    Returns:
        Scores in [-1, 1], of the same shape.
    """
    weight = np.float32(EVIDENCE_WEIGHT[kind])
    return np.asarray((cosines + weight * relative) / (1 + weight), np.float32)


def max_over_sites(scores: NDArray[np.float32], counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """The best score among the sites of each crystal.

    Args:
        scores: (N, …) of sites, one crystal after the other.
        counts: (n,) sites of each crystal.

    Returns:
        (n, …); 0 for a crystal without sites.
    """
    best = np.zeros((len(counts), *scores.shape[1:]), np.float32)
    some = counts > 0
    if some.any():
        best[some] = np.maximum.reduceat(scores, (np.cumsum(counts) - counts)[some], axis=0)
    return best
