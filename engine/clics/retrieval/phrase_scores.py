"""The score of a query: the weighted mean of the cosines and relative scores of its terms.

For crystal *i* and terms *t* with sign weight *w*, evidence weight *v*, cosine *c* and relative score *r*::

    score(i) = Σ_t w_t (c_it + v_t r_it) / Σ_t |w_t| (1 + v_t)

The relative score (:mod:`clics.model.late_interaction`) compares a phrase with all others of its set: by the crystal
vector for space groups; by the maximum over the symmetry-inequivalent sites for local geometry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Kind
from clics.concepts.registry import SITE_SETS
from clics.library.encoder_protocol import PhraseEncoder
from clics.model.late_interaction import log_sum_exp_cosine, max_over_sites, relative_score
from clics.retrieval.phrase_sets import local_normaliser, space_group_normaliser
from clics.retrieval.phrase_vectors import direction
from clics.retrieval.query_term import QueryTerm

Cosines = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From a unit vector to its cosines (n,) to n crystals."""


@dataclass(frozen=True, slots=True)
class SiteVectors:
    """The vectors of the symmetry-inequivalent sites of several crystals.

    Attributes:
        vectors: Unit vectors (N, d), the sites of one crystal after those of the other.
        counts: Number of sites (n,) of each crystal.
        encoder: The model that made the vectors.
        known: Normalisers that are stored beside the vectors, from a kind; None computes them.
    """

    vectors: NDArray[np.float32]
    counts: NDArray[np.int64]
    encoder: PhraseEncoder
    known: Callable[[Kind], NDArray[np.float32]] | None = None
    _normalisers: dict[tuple[Kind, ...], NDArray[np.float32]] = field(default_factory=dict, repr=False)

    def normaliser(self, kind: Kind) -> NDArray[np.float32]:
        """:func:`~clics.retrieval.phrase_sets.local_normaliser` (N,) of the set of a kind; computed once."""
        kinds = SITE_SETS[kind]
        if kinds not in self._normalisers:
            self._normalisers[kinds] = (
                local_normaliser(self.vectors, self.encoder, kind) if self.known is None else self.known(kind)
            )
        return self._normalisers[kinds]


@dataclass(frozen=True, slots=True)
class PhraseScores:
    """The scoring function of a query; each term contributes by its weights, as in the module's docstring."""

    terms: tuple[QueryTerm, ...]

    @property
    def centroid(self) -> NDArray[np.float32]:
        """Unit vector (d,) of the weighted mean of the terms, by which candidates are found.

        Raises:
            InputError: The terms cancel each other (kind ``no-direction``).
        """
        return _centroid(self.terms)

    @property
    def uses_sites(self) -> bool:
        """True if a term takes its evidence from sites."""
        return any(term.evidence in ("sites", "site_patterns") for term in self.terms)

    @property
    def uses_prototypes(self) -> bool:
        """True if a term compares crystals with prototypes in the structural space."""
        return any(term.structural is not None for term in self.terms)

    def coarse_scores(self, phrase_cosines: Cosines, structure_cosines: Cosines) -> NDArray[np.float32]:
        """Scores (n,) of all crystals, from cosines alone, by which candidates are found.

        Structure types count by structural similarity to their best prototype, all other terms by their centroid.

        Args:
            phrase_cosines: Cosines of the crystals to a vector of the shared space.
            structure_cosines: Cosines of the crystals to a vector of the structural space.
        """
        others = [term for term in self.terms if term.structural is None]
        total = sum(abs(term.sign_weight) for term in others) * phrase_cosines(_centroid(others)) if others else 0.0
        for term in self.terms:
            if term.structural is not None:
                nearest = np.max([structure_cosines(prototype) for prototype in term.structural], axis=0)
                total = total + term.sign_weight * nearest
        return np.asarray(total / sum(abs(term.sign_weight) for term in self.terms), np.float32)

    def combined_with(self, other: PhraseScores, weight: float) -> PhraseScores:
        """The scoring function of this query together with another one, whose terms are multiplied by ``weight``."""
        further = (term._replace(sign_weight=weight * term.sign_weight) for term in other.terms)
        return PhraseScores((*self.terms, *further))

    def scores(
        self,
        crystals: NDArray[np.float32],
        sites: SiteVectors | None,
        encoder: PhraseEncoder,
        structural: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """Score crystals.

        Args:
            crystals: Unit vectors (n, d) in the shared space.
            sites: Vectors of their sites; without them, terms of local geometry have no relative score.
            encoder: The model that made the vectors.
            structural: Unit vectors (n, s) in the structural space; without them, crystals are compared with prototypes
                in the shared space.

        Returns:
            Scores (n,) in [-1, 1].
        """
        space_groups = None
        total, weights = np.zeros(len(crystals), np.float32), 0.0
        for term in self.terms:
            cosines = term.cosines(crystals, structural)
            total += np.float32(term.sign_weight) * cosines.max(axis=1)
            weights += abs(term.sign_weight)
            if term.evidence == "crystal":
                if space_groups is None:
                    space_groups = space_group_normaliser(crystals, encoder)
                of_term = log_sum_exp_cosine(cosines, encoder.scale)
                evidence = relative_score(of_term[:, None], space_groups)[:, 0]
            elif term.evidence == "sites" and sites is not None:
                of_term = log_sum_exp_cosine(sites.vectors @ term.phrases.T, encoder.scale)
                evidence = max_over_sites(
                    relative_score(of_term[:, None], sites.normaliser(term.site_kind)), sites.counts
                )[:, 0]
            elif term.patterns is not None and sites is not None:
                evidence = term.patterns.relative_scores(sites.vectors, sites.counts, encoder.scale).max(axis=1)
            else:
                continue
            total += np.float32(term.sign_weight * term.evidence_weight) * evidence
            weights += abs(term.sign_weight) * term.evidence_weight
        return np.asarray(total / np.float32(weights), np.float32)


def _centroid(terms: Iterable[QueryTerm]) -> NDArray[np.float32]:
    # Each term contributes a unit vector, whatever the number of its alternatives.
    return direction(np.sum([np.float32(t.sign_weight) * direction(t.phrases.sum(axis=0)) for t in terms], axis=0))
