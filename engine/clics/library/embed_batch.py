"""Embed a batch of crystals; a crystal that the model cannot take does not stop the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clics.crystals.check import MAX_MODEL_SITES
from clics.errors import ClicsError, reason_of
from clics.library.encoder_protocol import Arrays, CrystalEncoder


class EmbeddingOutcome(NamedTuple):
    """The unit vectors of one crystal, or the reason why the model could not make them."""

    vector: NDArray[np.float32] | None
    """Vector (dimensions,) in the shared space; None where there is a reason."""
    reason: str | None = None
    """``kind: message``; None where there is a vector."""
    structural: NDArray[np.float32] | None = None
    """Vector (d,) in the structural space; None where the model has no such space."""
    sites: NDArray[np.float32] | None = None
    """Vectors (k, dimensions) of the inequivalent sites; None where the model has none."""


_DISORDERED = "disordered: Sites are shared or partly empty; the model needs one element on each."


def embed(encoder: CrystalEncoder, arrays: Sequence[Arrays | None]) -> list[EmbeddingOutcome]:
    """Embed crystals, with one outcome for each.

    Args:
        encoder: The model.
        arrays: The crystals; None stands for a disordered one, which models cannot take.

    Returns:
        Outcomes in the order of ``arrays``.
    """
    outcomes: list[EmbeddingOutcome] = [EmbeddingOutcome(None, _DISORDERED)] * len(arrays)
    accepted: list[tuple[int, Arrays]] = []
    for number, crystal in enumerate(arrays):
        if crystal is None:
            continue
        if len(crystal[1]) > MAX_MODEL_SITES:
            reason = f"too-large: {len(crystal[1])} sites are more than the {MAX_MODEL_SITES} the model takes."
            outcomes[number] = EmbeddingOutcome(None, reason)
        else:
            accepted.append((number, crystal))
    embedded = _embed(encoder, [crystal for _, crystal in accepted])
    for (number, _), outcome in zip(accepted, embedded, strict=True):
        outcomes[number] = outcome
    return outcomes


def _embed(encoder: CrystalEncoder, arrays: Sequence[Arrays]) -> list[EmbeddingOutcome]:
    if not arrays:
        return []
    try:
        embedded = encoder.embed_all(arrays)
    except (ClicsError, ValueError, RuntimeError, MemoryError) as error:
        if len(arrays) > 1:  # bisection finds the crystal at fault in few calls, and halves the memory needed
            half = len(arrays) // 2
            return _embed(encoder, arrays[:half]) + _embed(encoder, arrays[half:])
        kind = error.kind if isinstance(error, ClicsError) else "not-embedded"
        return [EmbeddingOutcome(None, f"{kind}: {reason_of(error)}")]
    return [
        _normalised(
            embedded.shared[i],
            None if embedded.structural is None else embedded.structural[i],
            None if embedded.sites is None else embedded.sites[i],
        )
        for i in range(len(arrays))
    ]


def _normalised(
    shared: NDArray[np.float32], structural: NDArray[np.float32] | None, sites: NDArray[np.float32] | None
) -> EmbeddingOutcome:
    given = (shared, structural, sites)
    if any(vectors is not None and not _have_directions(vectors) for vectors in given):
        return EmbeddingOutcome(None, "not-embedded: The model gave numbers that are no direction.")
    unit = [None if vectors is None else _unit(vectors) for vectors in given]
    return EmbeddingOutcome(unit[0], None, unit[1], unit[2])


def _have_directions(vectors: NDArray[np.float32]) -> bool:
    lengths = np.linalg.norm(vectors, axis=-1)
    return bool(vectors.size and np.isfinite(lengths).all() and (lengths > 0).all())


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vectors.astype(np.float32) / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit.astype(np.float32, copy=False)
