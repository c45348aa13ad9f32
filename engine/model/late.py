"""How a phrase of local geometry scores: by the crystal as a whole, and by the site that it fits best (late interaction).

An environment is true of a crystal because it is true of one of its sites, so the best of them speaks for all. Space groups are
of the whole crystal alone. Of the family of ColBERT (Khattab and Zaharia, SIGIR 2020, doi 10.1145/3397271.3401075).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Kind

SITE_WEIGHT: dict[Kind, float] = {"environment": 1.0, "polyhedra": 0.5, "connection": 0.25}
"""Weight of the best site's cosine beside the crystal's own, by kind of phrase (measured: docs/results.md)."""


def together(whole: NDArray[np.float32], best: NDArray[np.float32], kind: Kind) -> NDArray[np.float32]:
    """Scores in [-1, 1] of cosines of crystals and of their best sites, of one shape; kinds without sites keep the first."""
    weight = np.float32(SITE_WEIGHT.get(kind, 0.0))
    return np.asarray((whole + weight * best) / (1 + weight), np.float32) if weight else whole


def best_of_sites(cosines: NDArray[np.float32], counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Cosines (N, …) of sites, one crystal after the other, ``counts`` (n,) of each → those of each crystal's best (n, …).

    A crystal of no sites gets 0.
    """
    best = np.zeros((len(counts), *cosines.shape[1:]), np.float32)
    some = counts > 0
    if some.any():
        best[some] = np.maximum.reduceat(cosines, (np.cumsum(counts) - counts)[some], axis=0)
    return best
