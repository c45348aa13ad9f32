"""Vectors for a batch of crystals, where one that the model cannot take does not stop the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.crystals.check import MAX_MODEL_SITES
from engine.errors import ClicsError
from engine.library.embedding import Arrays, CrystalEncoder

Outcome = tuple[NDArray[np.float32] | None, str | None]
"""A vector (dimensions,), or the reason why there is none (``kind: message``)."""

_DISORDERED = "disordered: Sites are shared or partly empty; the model needs one element on each."


def embed(encoder: CrystalEncoder, arrays: Sequence[Arrays | None]) -> list[Outcome]:
    """One outcome for each of ``arrays``, in order; None stands for a disordered crystal."""
    outcomes: list[Outcome] = [(None, _DISORDERED)] * len(arrays)
    fit: list[tuple[int, Arrays]] = []
    for place, crystal in enumerate(arrays):
        if crystal is None:
            continue
        if len(crystal[1]) > MAX_MODEL_SITES:
            reason = f"too-large: {len(crystal[1])} sites are more than the {MAX_MODEL_SITES} the model takes."
            outcomes[place] = (None, reason)
        else:
            fit.append((place, crystal))
    for (place, _), outcome in zip(fit, _embed(encoder, [crystal for _, crystal in fit]), strict=True):
        outcomes[place] = outcome
    return outcomes


def _embed(encoder: CrystalEncoder, arrays: Sequence[Arrays]) -> list[Outcome]:
    if not arrays:
        return []
    try:
        vectors = encoder.embed_crystals(arrays)
    except (ClicsError, ValueError, RuntimeError, MemoryError) as error:
        if len(arrays) > 1:  # halves find the one at fault in few calls, and fit into less memory
            half = len(arrays) // 2
            return _embed(encoder, arrays[:half]) + _embed(encoder, arrays[half:])
        kind = error.kind if isinstance(error, ClicsError) else "not-embedded"
        return [(None, f"{kind}: {error or type(error).__name__}")]
    return [_checked(np.asarray(vector, dtype=np.float32)) for vector in vectors]


def _checked(vector: NDArray[np.float32]) -> Outcome:
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length == 0.0:
        return None, "not-embedded: The model gave numbers that are no direction."
    return vector / np.float32(length), None
