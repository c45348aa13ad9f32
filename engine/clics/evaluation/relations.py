"""Concepts nearest to a concept by text embeddings (Tables S14–S19 of the paper), before and after training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.errors import ClicsError, ModelError

TextTower = Callable[[Sequence[str]], NDArray[np.float32]]

NEAREST = 7
ANCHORS = (
    EnvironmentConcept("METAL", "four coordinate").phrase,
    EnvironmentConcept("METAL", "six coordinate").phrase,
    EnvironmentConcept("METAL", "eight coordinate").phrase,
    EnvironmentConcept("NONMETAL", "tetrahedral").phrase,
    EnvironmentConcept("METAL", "octahedral").phrase,
    EnvironmentConcept("METALLOID", "hexagonal planar").phrase,
)
"""The concepts of Tables S14 to S19, in their order."""

Neighbour = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Relation:
    """The phrases nearest to ``phrase`` with their cosines, best first; ``untrained`` is empty where none is known."""

    phrase: str
    trained: tuple[Neighbour, ...]
    untrained: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class Relations:
    """One relation per anchor; ``untrained_missing`` says why the untrained tower gave no lists ("" if it did).

    ``mean_cosine`` is that of any two phrases of the bank, which says how far a tower holds concepts apart.
    """

    relations: tuple[Relation, ...]
    untrained_missing: str = ""
    mean_cosine: float | None = None
    untrained_mean_cosine: float | None = None


def relations(
    embed_texts: TextTower,
    bank: Sequence[Concept],
    *,
    anchors: Sequence[str] = ANCHORS,
    untrained: TextTower | None = None,
    nearest: int = NEAREST,
) -> Relations:
    """For every anchor phrase the ``nearest`` other phrases of ``bank`` by the cosine between text vectors.

    An anchor need not be in the bank; the text tower takes any phrase. Errors of the untrained tower are told in
    ``untrained_missing``, errors of the trained one are raised.
    """
    others = [concept.phrase for concept in bank]
    trained, apart = _nearest(embed_texts, anchors, others, nearest)
    missing = ""
    beside: list[tuple[Neighbour, ...]] = [()] * len(anchors)
    untrained_apart: float | None = None
    if untrained is None:
        missing = "The model folder does not say what its text tower was before training."
    else:
        try:
            beside, untrained_apart = _nearest(untrained, anchors, others, nearest)
        except ClicsError as error:
            missing = error.message
    return Relations(
        tuple(Relation(a, t, u) for a, t, u in zip(anchors, trained, beside, strict=True)),
        untrained_missing=missing,
        mean_cosine=apart,
        untrained_mean_cosine=untrained_apart,
    )


def _nearest(
    tower: TextTower, anchors: Sequence[str], others: Sequence[str], nearest: int
) -> tuple[list[tuple[Neighbour, ...]], float | None]:
    """The nearest of ``others`` to each of ``anchors``, and the mean cosine between any two of ``others``."""
    if not others or not anchors:
        return [()] * len(anchors), None
    vectors = np.asarray(tower([*anchors, *others]), np.float64)
    if not np.isfinite(vectors).all():
        raise ModelError("The text tower gave vectors that are not finite numbers; it is damaged.", kind="not-finite")
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    cosines = vectors[: len(anchors)] @ vectors[len(anchors) :].T
    nearest_phrases = []
    for anchor, row in zip(anchors, cosines, strict=True):
        order = [j for j in np.argsort(-row, kind="stable") if others[j] != anchor][:nearest]
        nearest_phrases.append(tuple((others[j], float(row[j])) for j in order))
    return nearest_phrases, _mean_cosine(vectors[len(anchors) :])


def _mean_cosine(unit: NDArray[np.float64]) -> float | None:
    """Of unit vectors (n, d), over all pairs; None of fewer than two."""
    n = len(unit)
    return float((np.square(unit.sum(axis=0)).sum() - n) / (n * (n - 1))) if n > 1 else None
