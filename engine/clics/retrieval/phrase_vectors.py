"""Vectors of phrases, each made once for a model, and arithmetic of directions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clics.errors import InputError
from clics.library.encoder_protocol import PhraseEncoder

REMEMBERED = 20_000  # phrases, of all models together; 10 MB at 128 dimensions

_vectors: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()


def phrase_vectors(encoder: PhraseEncoder, phrases: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors (n, dimensions) of phrases, in their order; only those not seen lately are embedded."""
    name = encoder.fingerprint
    found = {phrase: _vectors[name, phrase] for phrase in phrases if (name, phrase) in _vectors}
    missing = [phrase for phrase in dict.fromkeys(phrases) if phrase not in found]
    if missing:
        for phrase, vector in zip(missing, encoder.embed_texts(missing), strict=True):
            found[phrase] = np.asarray(vector, dtype=np.float32)
    for phrase, vector in found.items():
        _vectors[name, phrase] = vector
        _vectors.move_to_end((name, phrase))
    while len(_vectors) > REMEMBERED:
        _vectors.popitem(last=False)
    return np.array([found[phrase] for phrase in phrases], dtype=np.float32).reshape(len(phrases), encoder.dimensions)


def direction(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """The unit vector (dimensions,) of a sum. Raises InputError of kind ``no-direction`` where all cancels out."""
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length < 1e-6:
        raise InputError("The parts of this query cancel each other out; leave one of them away.", kind="no-direction")
    return np.asarray(vector / length, dtype=np.float32)
