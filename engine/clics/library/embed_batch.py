"""Vectors for a batch of crystals, where one that the model cannot take does not stop the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clics.crystals.check import MAX_MODEL_SITES
from clics.errors import ClicsError
from clics.library.encoder_protocol import Arrays, CrystalEncoder


class Outcome(NamedTuple):
    """A vector (dimensions,) with those of likeness (d,) and of kinds of atoms (k, dimensions) where the model has such.

    Or the reason why there is none.

    The reason is ``kind: message``.
    """

    vector: NDArray[np.float32] | None
    reason: str | None = None
    likeness: NDArray[np.float32] | None = None
    sites: NDArray[np.float32] | None = None


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
    return [
        _checked(
            found.shared[i],
            None if found.likeness is None else found.likeness[i],
            None if found.sites is None else found.sites[i],
        )
        for i in range(len(arrays))
    ]


def _checked(
    vector: NDArray[np.float32], alike: NDArray[np.float32] | None, sites: NDArray[np.float32] | None
) -> Outcome:
    given = (vector, alike, sites)
    if any(each is not None and not _have_directions(each) for each in given):
        return Outcome(None, "not-embedded: The model gave numbers that are no direction.")
    found = [None if each is None else _unit(each) for each in given]
    return Outcome(found[0], None, found[1], found[2])


def _have_directions(vectors: NDArray[np.float32]) -> bool:
    lengths = np.linalg.norm(vectors, axis=-1)
    return bool(vectors.size and np.isfinite(lengths).all() and (lengths > 0).all())


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = vectors.astype(np.float32) / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return found.astype(np.float32, copy=False)
