"""Vectors for a batch of crystals, where one that the model cannot take does not stop the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.crystals.check import MAX_MODEL_SITES
from engine.errors import ClicsError
from engine.library.embedding import Arrays, CrystalEncoder


class Outcome(NamedTuple):
    """A vector (dimensions,) with the one of likeness (d,) where the model has such, or the reason why there is none.

    The reason is ``kind: message``.
    """

    vector: NDArray[np.float32] | None
    reason: str | None = None
    likeness: NDArray[np.float32] | None = None


_DISORDERED = "disordered: Sites are shared or partly empty; the model needs one element on each."


def embed(encoder: CrystalEncoder, arrays: Sequence[Arrays | None]) -> list[Outcome]:
    """One outcome for each of ``arrays``, in order; None stands for a disordered crystal."""
    outcomes: list[Outcome] = [Outcome(None, _DISORDERED)] * len(arrays)
    fit: list[tuple[int, Arrays]] = []
    for place, crystal in enumerate(arrays):
        if crystal is None:
            continue
        if len(crystal[1]) > MAX_MODEL_SITES:
            reason = f"too-large: {len(crystal[1])} sites are more than the {MAX_MODEL_SITES} the model takes."
            outcomes[place] = Outcome(None, reason)
        else:
            fit.append((place, crystal))
    for (place, _), outcome in zip(fit, _embed(encoder, [crystal for _, crystal in fit]), strict=True):
        outcomes[place] = outcome
    return outcomes


def _embed(encoder: CrystalEncoder, arrays: Sequence[Arrays]) -> list[Outcome]:
    if not arrays:
        return []
    try:
        found = encoder.embed_all(arrays)
    except (ClicsError, ValueError, RuntimeError, MemoryError) as error:
        if len(arrays) > 1:  # halves find the one at fault in few calls, and fit into less memory
            half = len(arrays) // 2
            return _embed(encoder, arrays[:half]) + _embed(encoder, arrays[half:])
        kind = error.kind if isinstance(error, ClicsError) else "not-embedded"
        return [Outcome(None, f"{kind}: {error or type(error).__name__}")]
    if found.likeness is None:
        return [_checked(vector, None) for vector in found.shared]
    return [_checked(*both) for both in zip(found.shared, found.likeness, strict=True)]


def _checked(vector: NDArray[np.float32], alike: NDArray[np.float32] | None) -> Outcome:
    found = [None if each is None else _direction(each) for each in (vector, alike)]
    if found[0] is None or (alike is not None and found[1] is None):
        return Outcome(None, "not-embedded: The model gave numbers that are no direction.")
    return Outcome(found[0], None, found[1])


def _direction(vector: NDArray[np.float32]) -> NDArray[np.float32] | None:
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length == 0.0:
        return None
    return np.asarray(vector, np.float32) / np.float32(length)
