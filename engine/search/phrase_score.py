"""How much a crystal is what a phrase asks for, by the vectors of the crystal and of its kinds of atoms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Concept
from engine.library.embedding import PhraseEncoder
from engine.library.store import Library
from engine.model.late import LOCAL_KINDS, SITE_WEIGHT, any_of, best_of_sites, said_by_sites
from engine.search.phrase_vectors import direction, phrase_vectors

_AT_ONCE = 4096
"""Crystals whose vectors are in memory together: some 20 MB."""


class Term(NamedTuple):
    """One thing that a query asks for.

    ``amount``: how much it counts (negative: it is pushed away from); ``phrases`` (p, d): the vectors of all that its words may
    mean, of which any will do; ``sites``: weight of what the best kind of atoms says of it, beside the crystal, which is 1.
    """

    amount: float
    phrases: NDArray[np.float32]
    sites: float = 0.0

    @classmethod
    def of(cls, amount: float, concepts: tuple[Concept, ...], encoder: PhraseEncoder) -> Term:
        """What words that mean any of some concepts ask for."""
        sites = sum(SITE_WEIGHT.get(concept.kind, 0.0) for concept in concepts) / len(concepts)
        return cls(amount, phrase_vectors(encoder, [concept.phrase for concept in concepts]), sites)


@dataclass(frozen=True, slots=True)
class PhraseScore:
    """All that a query asks for; each thing has its share of the score, by its amount."""

    terms: tuple[Term, ...]

    @property
    def middle(self) -> NDArray[np.float32]:
        """The direction (d,) in the middle of it all, by which candidates are found.

        Raises InputError of kind ``no-direction`` where all cancels out.
        """
        return direction(np.sum([np.float32(t.amount) * direction(t.phrases.sum(axis=0)) for t in self.terms], axis=0))

    @property
    def asks_sites(self) -> bool:
        """Whether kinds of atoms take part at all."""
        return any(term.sites for term in self.terms)

    def joined(self, other: PhraseScore, amount: float) -> PhraseScore:
        """The same with what another asks for, which counts ``amount`` times as much."""
        return PhraseScore((*self.terms, *(term._replace(amount=amount * term.amount) for term in other.terms)))

    def of_crystals(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores (n,) in [-1, 1] of crystals by their unit vectors (n, d) alone: cosines to what fits best."""
        cosines = [term.amount * (vectors @ term.phrases.T).max(axis=1) for term in self.terms]
        return np.asarray(np.sum(cosines, axis=0) / self._whole, np.float32)

    def with_sites(
        self,
        of_crystals: NDArray[np.float32],
        vectors: NDArray[np.float32],
        counts: NDArray[np.int64],
        local: NDArray[np.float32],
        scale: float,
    ) -> NDArray[np.float32]:
        """Scores (n,) in [-1, 1] of crystals that have the scores ``of_crystals`` (n,).

        ``vectors`` (N, d) are those of the kinds of atoms of one crystal after the other, ``counts`` (n,) of each. ``local``
        (L, d) are all phrases of local geometry, ``scale`` is the model's: by these a kind of atoms says how much of it a phrase
        has (:mod:`engine.model.late`).
        """
        asked = [term for term in self.terms if term.sites]
        cosines = np.stack([any_of(vectors @ term.phrases.T, scale) for term in asked], axis=1)
        best = best_of_sites(said_by_sites(cosines, vectors @ local.T, scale), counts)
        weights = np.array([term.amount * term.sites for term in asked], np.float32) / np.float32(self._whole)
        return np.asarray((of_crystals + best @ weights) / (1 + np.abs(weights).sum()), np.float32)

    @property
    def _whole(self) -> float:
        return sum(abs(term.amount) for term in self.terms)


def local_phrases(encoder: PhraseEncoder) -> NDArray[np.float32]:
    """The vectors (L, d) of all phrases of local geometry that a model ranks."""
    return np.concatenate([encoder.concepts(kind)[1] for kind in LOCAL_KINDS])


def scores_in(
    library: Library, keys: NDArray[np.int64], score: PhraseScore, encoder: PhraseEncoder
) -> NDArray[np.float32]:
    """Scores (n,) of crystals of a library, all of which have a vector of the model.

    By their own vectors alone where the query asks nothing of kinds of atoms, and where the model or the library lacks vectors
    of these: scores of two scales are never mixed.
    """
    pieces = [keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE)]
    space = (encoder.fingerprint, encoder.dimensions)
    plain = [score.of_crystals(library.vectors_of(piece, *space)) for piece in pieces]
    scores = np.concatenate([np.empty(0, np.float32), *plain])
    if score.asks_sites and encoder.site_space is not None and library.has_sites(encoder.site_space[0]):
        local, late = local_phrases(encoder), []
        for piece, of_crystals in zip(pieces, plain, strict=True):
            found = library.sites_of(piece, *encoder.site_space)
            if found is None:
                return scores.round(6)
            late.append(score.with_sites(of_crystals, *found, local, encoder.scale))
        scores = np.concatenate([scores[:0], *late])
    # sums of products differ in the last digits with what is computed beside them; what is equal must stay so
    return scores.round(6)
