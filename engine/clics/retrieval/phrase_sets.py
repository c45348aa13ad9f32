"""The sets of phrases over which scores are normalised: all phrases that a model ranks against each other.

A cosine alone does not tell how well a phrase describes a crystal, because phrases with similar meaning have similar
vectors. Relative scores (:mod:`clics.model.late_interaction`) therefore compare a phrase with all phrases of its set.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.polyhedra import PolyhedraConcept
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.concepts.registry import SITE_SETS
from clics.library.encoder_protocol import PhraseEncoder
from clics.model.late_interaction import log_sum_exp_cosine
from clics.model.pattern_scores import Patterns

_ROWS_AT_ONCE = 4096
"""Rows of one matrix product: some 20 MB of cosines."""


def space_group_normaliser(crystals: NDArray[np.float32], encoder: PhraseEncoder) -> NDArray[np.float32]:
    """The log-sum-exp cosine (n,) of crystals (n, d) to all space-group phrases of a model."""
    return log_sum_exp_cosine(crystals @ encoder.concepts(SpaceGroupConcept.KIND)[1].T, encoder.scale)


def local_phrases(encoder: PhraseEncoder, kind: Kind = EnvironmentConcept.KIND) -> NDArray[np.float32]:
    """The vectors (m, d) of all phrases of the set of a kind of local geometry."""
    return np.concatenate([encoder.concepts(each)[1] for each in SITE_SETS[kind]])


def local_normaliser(
    sites: NDArray[np.float32], encoder: PhraseEncoder, kind: Kind = EnvironmentConcept.KIND
) -> NDArray[np.float32]:
    """The log-sum-exp cosine of sites to all phrases of local geometry of a model that compete with each other.

    Args:
        sites: Unit vectors (N, d) of sites.
        encoder: The model.
        kind: A kind of local geometry: environments, polyhedra and connections are one set, shapes another.

    Returns:
        (N,).
    """
    local = local_phrases(encoder, kind)
    pieces = [
        log_sum_exp_cosine(sites[i : i + _ROWS_AT_ONCE] @ local.T, encoder.scale)
        for i in range(0, len(sites), _ROWS_AT_ONCE)
    ]
    return np.concatenate([np.empty(0, np.float32), *pieces])


def patterns_of(patterns: Sequence[Concept], encoder: PhraseEncoder) -> Patterns:
    """The parts (polyhedra and connections) of full connection patterns, among the phrases that a model ranks."""
    return Patterns.of(
        patterns,
        encoder.concepts(PolyhedraConcept.KIND),
        encoder.concepts(ConnectionConcept.KIND),
        encoder.vocabulary,
    )
