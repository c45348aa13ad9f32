"""Vectors of phrases, each embedded once for a model, and the normalisation of vectors."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clics.concepts.registry import BANK_KINDS
from clics.errors import InputError
from clics.library.encoder_protocol import PhraseEncoder

CACHED_PHRASES = 20_000
"""Phrases of all models together that are kept; 10 MB at 128 dimensions."""

_vectors: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()


def phrase_vectors(encoder: PhraseEncoder, phrases: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors (n, dimensions) of phrases in the shared space, in their order.

    Recently used phrases come from a cache of :data:`CACHED_PHRASES` entries, and those that the model ranks from its
    folder, which needs no text tower; the others are embedded in one batch.
    """
    model = encoder.fingerprint
    vectors = {phrase: _vectors[model, phrase] for phrase in phrases if (model, phrase) in _vectors}
    missing = [phrase for phrase in dict.fromkeys(phrases) if phrase not in vectors]
    if missing:
        vectors |= _ranked_vectors(encoder, set(missing))
        missing = [phrase for phrase in missing if phrase not in vectors]
    if missing:
        for phrase, vector in zip(missing, encoder.embed_texts(missing), strict=True):
            vectors[phrase] = np.asarray(vector, dtype=np.float32)
    for phrase, vector in vectors.items():
        _vectors[model, phrase] = vector
        _vectors.move_to_end((model, phrase))
    while len(_vectors) > CACHED_PHRASES:
        _vectors.popitem(last=False)
    in_order = [vectors[phrase] for phrase in phrases]
    return np.array(in_order, dtype=np.float32).reshape(len(phrases), encoder.dimensions)


def _ranked_vectors(encoder: PhraseEncoder, phrases: set[str]) -> dict[str, NDArray[np.float32]]:
    """The vectors (dimensions,) of those phrases whose concepts the model ranks."""
    ranked = (zip(*encoder.concepts(kind), strict=True) for kind in BANK_KINDS)
    return {concept.phrase: vector for kind in ranked for concept, vector in kind if concept.phrase in phrases}


def direction(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """The unit vector (dimensions,) in the direction of a weighted sum of vectors.

    Raises:
        InputError: The vectors cancel each other (kind ``no-direction``).
    """
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length < 1e-6:
        raise InputError("The parts of this query cancel each other out; leave one of them away.", kind="no-direction")
    return np.asarray(vector / length, dtype=np.float32)
