"""What a query asks of the kinds of atoms of crystals, beside the crystals themselves (:mod:`engine.model.late`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Concept
from engine.library.embedding import PhraseEncoder
from engine.library.store import Library
from engine.model.late import LOCAL_KINDS, SITE_WEIGHT, any_of, best_of_sites, said_by_sites
from engine.search.phrase_vectors import phrase_vectors

_AT_ONCE = 1024
"""Crystals whose vectors of kinds of atoms are in memory together, with their cosines to all local phrases: some 50 MB."""

Said: TypeAlias = tuple[float, tuple[Concept, ...]]
"""How much a group of concepts counts in a query (negative: it is pushed away from), and its concepts."""


@dataclass(frozen=True, slots=True, eq=False)
class SiteTerms:
    """What a query asks of kinds of atoms: groups of phrases, and the weight (g,) of each beside the crystal, which is 1.

    ``phrases`` (p, d) are those of one group after the other, ``first`` (g,) where each begins: of phrases that words may mean,
    any will do. ``local`` (L, d) are all phrases of local geometry, ``scale`` is the model's: by these a kind of atoms says how
    much of it a phrase has. A negative weight pushes away. Without terms a score is the crystal's cosine.
    """

    phrases: NDArray[np.float32]
    first: NDArray[np.int64]
    weights: NDArray[np.float32]
    local: NDArray[np.float32]
    scale: float

    def __bool__(self) -> bool:
        """Whether kinds of atoms take part at all."""
        return len(self.weights) > 0

    def scores(
        self, cosines: NDArray[np.float32], vectors: NDArray[np.float32], counts: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Scores (n,) in [-1, 1] of crystals with these cosines (n,).

        ``vectors`` (N, d) are those of the kinds of atoms of one crystal after the other, ``counts`` (n,) of each.
        """
        groups = np.split(vectors @ self.phrases.T, self.first[1:], axis=1)
        cosines_of = np.stack([any_of(group, self.scale) for group in groups], axis=1)
        best = best_of_sites(said_by_sites(cosines_of, vectors @ self.local.T, self.scale), counts)
        return np.asarray((cosines + best @ self.weights) / (1 + np.abs(self.weights).sum()), np.float32)


def local_phrases(encoder: PhraseEncoder) -> NDArray[np.float32]:
    """The vectors (L, d) of all phrases of local geometry that a model ranks."""
    return np.concatenate([encoder.concepts(kind)[1] for kind in LOCAL_KINDS])


def site_terms(said: Iterable[Said], encoder: PhraseEncoder) -> SiteTerms:
    """The terms of all that a query says, of which each has its share; of one phrase alone they are its kind's weight.

    None where the model has no vectors of kinds of atoms.
    """
    if encoder.site_space is None:
        none = np.empty((0, encoder.dimensions), np.float32)
        return SiteTerms(none, np.empty(0, np.int64), np.empty(0, np.float32), none, 1.0)
    said = list(said)
    whole = sum(abs(amount) for amount, _ in said)
    local = [(amount / whole * weight, group) for amount, group in said if (weight := _weight(group)) > 0]
    sizes = [len(group) for _, group in local]
    return SiteTerms(
        phrase_vectors(encoder, [concept.phrase for _, group in local for concept in group]),
        np.cumsum([0, *sizes])[:-1].astype(np.int64),
        np.array([weight for weight, _ in local], np.float32),
        local_phrases(encoder),
        encoder.scale,
    )


def with_sites(
    keys: NDArray[np.int64],
    cosines: NDArray[np.float32],
    terms: SiteTerms,
    library: Library,
    encoder: PhraseEncoder,
) -> NDArray[np.float32]:
    """Scores (n,) for a query of crystals (n,) with these cosines (n,) to it.

    They are the cosines themselves where the query asks nothing of kinds of atoms, and where the model or the library lacks
    vectors of these: scores of two scales are never mixed.
    """
    space = encoder.site_space
    if not terms or space is None or not library.has_sites(space[0]):
        return cosines
    scores = np.empty_like(cosines)
    for start in range(0, len(keys), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        found = library.sites_of(keys[part], *space)
        if found is None:
            return cosines
        # sums of products differ in the last digits with what is computed beside them; what is equal must stay so
        scores[part] = terms.scores(cosines[part], *found).round(6)
    return scores


def _weight(group: tuple[Concept, ...]) -> float:
    return sum(SITE_WEIGHT.get(concept.kind, 0.0) for concept in group) / max(len(group), 1)
