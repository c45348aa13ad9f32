"""Structural similarity biased towards a phrase: "like this crystal, but with edge-sharing octahedra".

Crystals are ranked by (1 - weight) × structural similarity + weight × score of the phrase. The similarity is a cosine
in the structural space, the score that of a phrase search (:mod:`clics.retrieval.phrase_scores`).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from clics.library.encoder_protocol import PhraseEncoder
from clics.library.sql_condition import EVERYTHING, Condition
from clics.library.store import Library
from clics.retrieval.candidates import candidate_count, check_top, cosines_in_both_spaces
from clics.retrieval.phrase_scores import PhraseScores
from clics.retrieval.score_crystals import prototype_space, score_crystals


def biased_similarity(
    structural: NDArray[np.float32],
    phrase: PhraseScores,
    weight: float,
    library: Library,
    encoder: PhraseEncoder,
    top: int,
    condition: Condition = EVERYTHING,
    without: Iterable[int] = (),
) -> list[tuple[int, float]]:
    """Rank crystals by structural similarity to one crystal and by a phrase.

    Every crystal with vectors in both spaces is compared with the centroid of the phrase; the best of them are scored.

    Args:
        structural: Unit vector (s,) of the crystal in the space in which crystals are compared.
        phrase: The scoring function of the phrase.
        weight: Weight of the phrase, in [0, 1].
        library: The library.
        encoder: The model.
        top: Number of crystals wanted.
        condition: The condition that they fulfil.
        without: Keys of crystals to leave out.

    Returns:
        Up to ``top`` pairs of key and score, best first.

    Raises:
        InputError: Kinds ``bad-top`` and ``no-vectors``.
    """
    check_top(top)
    keys, phrase_cosines, structure_cosines = cosines_in_both_spaces(library, encoder, condition, without=without)
    similarity = structure_cosines(structural)
    if prototype_space(library, phrase, encoder) is not None:
        coarse_phrase = phrase.coarse_scores(phrase_cosines, structure_cosines)
    else:
        coarse_phrase = phrase_cosines(phrase.centroid)
    coarse = (1 - weight) * similarity + weight * coarse_phrase
    candidates = np.lexsort((keys, -coarse))[: candidate_count(top)]
    keys = keys[candidates]
    scores = (1 - weight) * similarity[candidates] + weight * score_crystals(library, keys, phrase, encoder)
    best = np.lexsort((keys, -scores))[:top]
    return [(int(keys[i]), float(scores[i])) for i in best]
