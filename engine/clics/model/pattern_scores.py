"""How a full pattern of connections scores: by its parts.

Thousands of patterns tell how many corners, edges and faces a polyhedron shares with which others, most of them of a single
crystal: too rare to be learned one by one. What they are made of is learned. A site speaks for a pattern where its shares
among all polyhedra and among all connections are those that the pattern tells of, no more and no fewer; of the counts,
which no part tells, that one is likely which is usual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept
from clics.concepts.pattern_parts import parts_of
from clics.concepts.vocabulary import Vocabulary
from clics.model.late_interaction import max_over_sites

_POWER = 0.3
"""How fast what is said falls off with the parts' shares (measured, as the next: docs/lab-notebook/results.md)."""
_USUAL = 0.3
"""Weight of how usual a pattern is: the power of its count in training."""
_AT_ONCE = 2_000_000  # shares in memory together: 8 MB

Bank = tuple[Sequence[Concept], NDArray[np.float32]]
"""Concepts of one kind, and the vectors (c, d) of their phrases."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """What some patterns are made of.

    ``vectors`` (c, d) of all phrases of polyhedra and, from ``split`` on, of connections; ``parts`` (p, c): 1 where a pattern
    has such polyhedra, 1/k for each of its k connections; ``logs`` (p,): what is added to the sum of the parts' log shares.
    -inf: a part of it is unknown, so nothing is said of it.
    """

    vectors: NDArray[np.float32]
    split: int
    parts: NDArray[np.float32]
    logs: NDArray[np.float32]

    @classmethod
    def of(cls, patterns: Sequence[Concept], polyhedra: Bank, connections: Bank, vocabulary: Vocabulary) -> Patterns:
        """The parts of ``patterns`` among the phrases that a model ranks."""
        place = {concept: i for i, concept in enumerate([*polyhedra[0], *connections[0]])}
        usual = vocabulary.concepts("pattern")
        most = max(vocabulary.frequency(usual[0]) if usual else 0, 1)
        parts = np.zeros((len(patterns), len(place)), np.float32)
        logs = np.full(len(patterns), -np.inf, np.float32)
        for row, pattern in enumerate(patterns):
            made = parts_of(pattern.phrase)
            if made is None or any(part not in place for part in (made.polyhedra, *made.connections)):
                continue
            parts[row, place[made.polyhedra]] = 1.0
            parts[row, [place[connection] for connection in made.connections]] = 1.0 / len(made.connections)
            # a site with just these connections gives each an equal share: that, and no less, is log share 0
            logs[row] = np.log(len(made.connections)) + _USUAL * np.log(
                (1 + vocabulary.frequency(pattern)) / (1 + most)
            )
        return cls(np.concatenate([polyhedra[1], connections[1]]), len(polyhedra[0]), parts, logs)

    def said(self, sites: NDArray[np.float32], counts: NDArray[np.int64], scale: float) -> NDArray[np.float32]:
        """What crystals say (n, p) of the patterns, by unit vectors (N, d) of their sites, ``counts`` (n,) of each: 0 to 1.

        ``scale``: the model's inverse temperature.
        """
        found = np.zeros((len(counts), len(self.parts)), np.float32)
        begin = np.cumsum(counts) - counts
        step = max(1, _AT_ONCE // max(1, len(self.parts) * int(counts.max(initial=1))))
        for first in range(0, len(counts), step):
            some = slice(first, first + step)
            mine = sites[begin[some][0] : begin[some][-1] + counts[some][-1]]
            logs = self._log_shares(mine, scale) @ self.parts.T + self.logs
            found[some] = max_over_sites(np.exp(np.float32(_POWER) * logs), counts[some])
        return found

    def _log_shares(self, sites: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
        """Of sites (N, d) the logarithms (N, c) of their shares among polyhedra, and among connections."""
        logs = np.float32(scale) * (sites @ self.vectors.T)
        for kind in (logs[:, : self.split], logs[:, self.split :]):
            if kind.size:
                kind -= kind.max(axis=1, keepdims=True)
                kind -= np.log(np.exp(kind).sum(axis=1, keepdims=True))
        return logs
