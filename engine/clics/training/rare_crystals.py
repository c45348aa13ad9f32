"""How often an epoch shows each crystal, so that rare concepts are seen more often than they occur.

Repeat-factor sampling: Gupta, Dollár, Girshick, "LVIS: A dataset for large vocabulary instance segmentation", CVPR 2019.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Truth
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.shape import ShapeConcept
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.dataset.packed_reader import PackedDataset

REPEATED_KINDS = (SpaceGroupConcept.KIND, EnvironmentConcept.KIND, ShapeConcept.KIND, ConnectionConcept.KIND)
"""Kinds with a short list of concepts; those with thousands would make almost every crystal a rare one."""
_MOST = 4.0
"""Largest factor: a few crystals seen again and again are learned by heart."""


def repeat_factors(
    dataset: PackedDataset, rows: NDArray[np.int64], threshold: float, least_count: int
) -> NDArray[np.float64]:
    """Factors by which crystals are shown more often.

    A concept that is true of the fraction f of the crystals has the factor √(threshold / f), between 1 and 4; a crystal has
    the largest factor of its concepts.

    Args:
        dataset: the packed data set.
        rows: (n,) its crystals to draw from; fractions are counted among them.
        threshold: fraction of the crystals below which a concept is rare.
        least_count: concepts of fewer crystals than this do not count; the model does not rank them.

    Returns:
        (n,) factors, at least 1.
    """
    offsets, ids = dataset.arrays["concept_offsets"], dataset.arrays["concept_ids"]
    counted = np.array([concept.KIND in REPEATED_KINDS for concept in dataset.concepts], np.bool_)
    lengths = np.diff(offsets)[rows]
    owner = np.repeat(np.arange(len(rows)), lengths)
    mention = np.repeat(offsets[rows] - np.r_[0, np.cumsum(lengths)[:-1]], lengths) + np.arange(lengths.sum())
    concept = ids[mention]
    true = counted[concept] & (dataset.arrays["concept_truth"][mention] >= Truth.HELD)
    owner, concept = owner[true], concept[true]
    counts = np.bincount(concept, minlength=len(dataset.concepts))
    factors = np.sqrt(threshold * len(rows) / np.maximum(counts, 1)).clip(1.0, _MOST)
    factors[counts < least_count] = 1.0
    result = np.ones(len(rows))
    np.maximum.at(result, owner, factors[concept])
    return result


def draw(factors: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """As many crystals as there are factors, each about in proportion to its own.

    Systematic sampling: a crystal is drawn as often as its share of the n draws says, rounded up or down at random.

    Args:
        factors: (n,) positive numbers.
        rng: random numbers.

    Returns:
        (n,) indices of the factors, ascending.
    """
    ends = np.cumsum(factors) * (len(factors) / factors.sum())
    points = np.arange(len(factors)) + rng.random()
    return np.minimum(np.searchsorted(ends, points, side="right"), len(factors) - 1)
