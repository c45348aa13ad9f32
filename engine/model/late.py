"""How a phrase of local geometry scores: by the crystal as a whole, and by the site that it fits best (late interaction).

An environment is true of a crystal because it is true of one of its sites, so the best of them speaks for all. What a site says
of a phrase is the logarithm of its share among all phrases of local geometry, at the model's temperature: a site of which
another phrase is nearer says little for this one, however high its cosine. Space groups are of the whole crystal alone. Of the
family of ColBERT (Khattab and Zaharia, SIGIR 2020, doi 10.1145/3397271.3401075).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Kind

SITE_WEIGHT: dict[Kind, float] = {"environment": 2.0, "polyhedra": 2.0, "connection": 0.5}
"""Weight of what the best site says beside the crystal's cosine, by kind of phrase (measured: docs/results.md)."""
LOCAL_KINDS: tuple[Kind, ...] = tuple(SITE_WEIGHT)
"""Kinds that are true of a crystal because they are true of one of its sites."""


def said_by_sites(cosines: NDArray[np.float32], of_all: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """What sites say (N, …), at most 0, of phrases to which they have ``cosines`` (N, …).

    ``of_all`` (N, L): their cosines to all phrases of local geometry; ``scale``: the model's inverse temperature.
    """
    largest = of_all.max(axis=1)
    total = largest + np.log(np.exp(np.float32(scale) * (of_all - largest[:, None])).sum(axis=1)) / np.float32(scale)
    return np.asarray(np.minimum(cosines - total.reshape(-1, *[1] * (cosines.ndim - 1)), 0.0), np.float32)


def together(whole: NDArray[np.float32], best: NDArray[np.float32], kind: Kind) -> NDArray[np.float32]:
    """Scores of cosines of crystals and of what their best sites say, of one shape; kinds without sites keep the first.

    At most 1; far below 0 where no site is like the phrase.
    """
    weight = np.float32(SITE_WEIGHT.get(kind, 0.0))
    return np.asarray(whole + weight * best, np.float32) if weight else whole


def best_of_sites(said: NDArray[np.float32], counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Of what sites say (N, …), one crystal after the other, ``counts`` (n,) of each → each crystal's best (n, …).

    A crystal of no sites gets 0.
    """
    best = np.zeros((len(counts), *said.shape[1:]), np.float32)
    some = counts > 0
    if some.any():
        best[some] = np.maximum.reduceat(said, (np.cumsum(counts) - counts)[some], axis=0)
    return best
