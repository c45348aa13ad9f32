"""Score of a full connection pattern, by its parts.

A pattern counts the corners, edges and faces that a polyhedron shares with each of its neighbours. There are thousands, most of
a single crystal: too rare to be learned one by one. Their parts, polyhedra and connections, are learned. A site scores a pattern
high where its probabilities among all polyhedra and among all connections are those that the pattern has, no more and no fewer.
The counts appear in no part; among patterns that differ by them, the frequent one scores higher.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept
from clics.concepts.kinds.pattern import PatternConcept
from clics.concepts.vocabulary import Vocabulary
from clics.model.late_interaction import max_over_sites

_POWER = 0.3
"""Exponent of the product of the parts' probabilities (measured, as the next: docs/lab-notebook/results.md)."""
_PRIOR = 0.3
"""Exponent of a pattern's frequency in training."""
_BLOCK = 2_000_000
"""Probabilities in memory at one time: 8 MB."""

Bank = tuple[Sequence[Concept], NDArray[np.float32]]
"""Concepts of one kind, and the vectors (c, d) of their phrases."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """The parts of p patterns among the c phrases of polyhedra and connections that a model ranks.

    Attributes:
        vectors: (c, d) embeddings of the phrases, polyhedra first.
        split: number of polyhedra.
        parts: (p, c), 1 for the polyhedra of a pattern, 1/k for each of its k connections.
        log_priors: (p,), added to the weighted sum of the parts' log probabilities; -inf where a part is unknown.
    """

    vectors: NDArray[np.float32]
    split: int
    parts: NDArray[np.float32]
    log_priors: NDArray[np.float32]

    @classmethod
    def of(cls, patterns: Sequence[Concept], polyhedra: Bank, connections: Bank, vocabulary: Vocabulary) -> Patterns:
        """Decompose patterns.

        Args:
            patterns: p concepts of kind ``pattern``.
            polyhedra: concepts of that kind and their embeddings.
            connections: likewise.
            vocabulary: counts the patterns in training.
        """
        columns = {concept: i for i, concept in enumerate([*polyhedra[0], *connections[0]])}
        by_frequency = vocabulary.concepts(PatternConcept.KIND)
        most = max(vocabulary.frequency(by_frequency[0]) if by_frequency else 0, 1)
        parts = np.zeros((len(patterns), len(columns)), np.float32)
        log_priors = np.full(len(patterns), -np.inf, np.float32)
        for row, pattern in enumerate(patterns):
            if not isinstance(pattern, PatternConcept):
                continue
            polyhedron, joints = pattern.polyhedra, pattern.connections
            if any(part not in columns for part in (polyhedron, *joints)):
                continue
            parts[row, columns[polyhedron]] = 1.0
            parts[row, [columns[joint] for joint in joints]] = 1.0 / len(joints)
            # a site with just these k connections gives each the probability 1/k; its mean log, −log k, is offset to 0
            log_priors[row] = np.log(len(joints)) + _PRIOR * np.log((1 + vocabulary.frequency(pattern)) / (1 + most))
        return cls(np.concatenate([polyhedra[1], connections[1]]), len(polyhedra[0]), parts, log_priors)

    def relative_scores(
        self, sites: NDArray[np.float32], counts: NDArray[np.int64], scale: float
    ) -> NDArray[np.float32]:
        """Scores in [0, 1] of the patterns, of the best site of each crystal.

        Args:
            sites: (N, d) unit vectors of sites, one crystal after the other.
            counts: (n,) sites of each crystal.
            scale: the model's inverse temperature.

        Returns:
            (n, p).
        """
        scores = np.zeros((len(counts), len(self.parts)), np.float32)
        begin = np.cumsum(counts) - counts
        step = max(1, _BLOCK // max(1, len(self.parts) * int(counts.max(initial=1))))
        for first in range(0, len(counts), step):
            block = slice(first, first + step)
            own = sites[begin[block][0] : begin[block][-1] + counts[block][-1]]
            logs = self._log_probabilities(own, scale) @ self.parts.T + self.log_priors
            scores[block] = max_over_sites(np.exp(np.float32(_POWER) * logs), counts[block])
        return scores

    def _log_probabilities(self, sites: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
        """Log softmax (N, c) of sites (N, d) over polyhedra, and over connections."""
        logs = np.float32(scale) * (sites @ self.vectors.T)
        for part in (logs[:, : self.split], logs[:, self.split :]):
            if part.size:
                part -= part.max(axis=1, keepdims=True)
                part -= np.log(np.exp(part).sum(axis=1, keepdims=True))
        return logs
