"""How a phrase of local geometry scores: by the crystal as a whole, and by the site that it fits best (late interaction).

An environment is true of a crystal because it is true of one of its sites, so the best of them speaks for all. What a site says
of a phrase is how large the phrase's share is among all phrases of local geometry, at the model's temperature: a site of which
another phrase is nearer says little for this one, however high its cosine. Space groups are of the whole crystal alone. Of the
family of ColBERT (Khattab and Zaharia, SIGIR 2020, doi 10.1145/3397271.3401075).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Kind

SITE_WEIGHT: dict[Kind, float] = {"environment": 1.0, "polyhedra": 0.5, "connection": 0.15}
"""Weight of what the best site says beside the crystal's cosine, which is 1, by kind of phrase (measured: docs/results.md)."""
LOCAL_KINDS: tuple[Kind, ...] = tuple(SITE_WEIGHT)
"""Kinds that are true of a crystal because they are true of one of its sites."""
SHARPNESS = 10.0
"""How fast what a site says falls off with the cosine by which other phrases are nearer to it."""


def said_by_sites(cosines: NDArray[np.float32], of_all: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """What sites say (N, g) of phrases to which they have ``cosines`` (N, g): 1 where no other phrase comes near, else less.

    ``of_all`` (N, L): their cosines to all phrases of local geometry; ``scale``: the model's inverse temperature.
    """
    short = np.minimum(cosines - _in_all(of_all, scale)[:, None], 0.0)
    return np.asarray(np.exp(np.float32(SHARPNESS) * short), np.float32)


def any_of(cosines: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Cosines (N, g) of sites to phrases of which any will do → one (N,) whose share is the sum of theirs."""
    return _in_all(cosines, scale)


def together(whole: NDArray[np.float32], best: NDArray[np.float32], kind: Kind) -> NDArray[np.float32]:
    """Scores in [-1, 1] of cosines of crystals and of what their best sites say, of one shape.

    Kinds without sites keep the cosines.
    """
    weight = np.float32(SITE_WEIGHT.get(kind, 0.0))
    return np.asarray((whole + weight * best) / (1 + weight), np.float32) if weight else whole


def best_of_sites(said: NDArray[np.float32], counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Of what sites say (N, …), one crystal after the other, ``counts`` (n,) of each → each crystal's best (n, …).

    A crystal of no sites gets 0.
    """
    best = np.zeros((len(counts), *said.shape[1:]), np.float32)
    some = counts > 0
    if some.any():
        best[some] = np.maximum.reduceat(said, (np.cumsum(counts) - counts)[some], axis=0)
    return best


def _in_all(cosines: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    largest = cosines.max(axis=1)
    total = np.exp(np.float32(scale) * (cosines - largest[:, None])).sum(axis=1)
    return np.asarray(largest + np.log(total) / np.float32(scale), np.float32)
