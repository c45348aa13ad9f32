"""How much a crystal is what a phrase asks for, by the vectors of the crystal and of its kinds of atoms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Concept
from engine.library.embedding import PhraseEncoder, Space
from engine.library.store import Library
from engine.model.late import LOCAL_KINDS, SAID_WEIGHT, any_of, best_of_sites, said_of
from engine.model.patterns import Patterns
from engine.search.phrase_vectors import direction, phrase_vectors

_AT_ONCE = 4096
"""Crystals whose vectors are in memory together: some 20 MB."""

Speaker = Literal["crystal", "sites", "parts", ""]
"""Who says something of a phrase beside its cosine to the crystal (:mod:`engine.model.late`)."""


class Term(NamedTuple):
    """One thing that a query asks for.

    ``amount``: how much it counts (negative: it is pushed away from); ``phrases`` (p, d): the vectors of all that its words may
    mean, of which any will do; ``weight`` of what ``speaker`` says of it, beside the cosine to the crystal, which is 1;
    ``patterns``: what full patterns of connections are made of, for sites that speak by ``parts``.
    """

    amount: float
    phrases: NDArray[np.float32]
    weight: float = 0.0
    speaker: Speaker = ""
    patterns: Patterns | None = None

    @classmethod
    def of(cls, amount: float, concepts: tuple[Concept, ...], encoder: PhraseEncoder) -> Term:
        """What words that mean any of some concepts ask for; a mixture of kinds is left to the crystal's cosine."""
        phrases, kinds = phrase_vectors(encoder, [c.phrase for c in concepts]), {c.kind for c in concepts}
        if kinds == {"space_group"}:
            return cls(amount, phrases, SAID_WEIGHT["space_group"], "crystal")
        if kinds <= set(LOCAL_KINDS):
            return cls(amount, phrases, sum(SAID_WEIGHT[c.kind] for c in concepts) / len(concepts), "sites")
        if kinds == {"pattern"}:
            return cls(amount, phrases, SAID_WEIGHT["pattern"], "parts", patterns_of(concepts, encoder))
        return cls(amount, phrases)


class Sites(NamedTuple):
    """Unit vectors (N, d) of the kinds of atoms of one crystal after the other, ``counts`` (n,) of each.

    ``of_all`` (N,): what :func:`of_all` gives for them.
    """

    vectors: NDArray[np.float32]
    counts: NDArray[np.int64]
    of_all: NDArray[np.float32]


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
        return any(term.speaker in ("sites", "parts") for term in self.terms)

    def joined(self, other: PhraseScore, amount: float) -> PhraseScore:
        """The same with what another asks for, which counts ``amount`` times as much."""
        return PhraseScore((*self.terms, *(term._replace(amount=amount * term.amount) for term in other.terms)))

    def scores(self, crystals: NDArray[np.float32], sites: Sites | None, encoder: PhraseEncoder) -> NDArray[np.float32]:
        """Scores (n,) in [-1, 1] of crystals by their unit vectors (n, d) and, unless None, those of their kinds of atoms."""
        groups = None
        total, whole = np.zeros(len(crystals), np.float32), 0.0
        for term in self.terms:
            cosines = crystals @ term.phrases.T
            total += np.float32(term.amount) * cosines.max(axis=1)
            whole += abs(term.amount)
            if term.speaker == "crystal":
                if groups is None:
                    groups = any_of(crystals @ encoder.concepts("space_group")[1].T, encoder.scale)
                said = said_of(any_of(cosines, encoder.scale)[:, None], groups)[:, 0]
            elif term.speaker == "sites" and sites is not None:
                any_phrase = any_of(sites.vectors @ term.phrases.T, encoder.scale)
                said = best_of_sites(said_of(any_phrase[:, None], sites.of_all), sites.counts)[:, 0]
            elif term.patterns is not None and sites is not None:
                said = term.patterns.said(sites.vectors, sites.counts, encoder.scale).max(axis=1)
            else:
                continue
            total += np.float32(term.amount * term.weight) * said
            whole += abs(term.amount) * term.weight
        return np.asarray(total / np.float32(whole), np.float32)


def patterns_of(patterns: Sequence[Concept], encoder: PhraseEncoder) -> Patterns:
    """What full patterns of connections are made of, among the phrases that a model ranks."""
    return Patterns.of(patterns, encoder.concepts("polyhedra"), encoder.concepts("connection"), encoder.vocabulary)


def of_all(sites: NDArray[np.float32], encoder: PhraseEncoder) -> NDArray[np.float32]:
    """Of kinds of atoms (N, d) the cosine (N,) to any phrase of local geometry that a model ranks."""
    local = np.concatenate([encoder.concepts(kind)[1] for kind in LOCAL_KINDS])
    pieces = [any_of(sites[i : i + _AT_ONCE] @ local.T, encoder.scale) for i in range(0, len(sites), _AT_ONCE)]
    return np.concatenate([np.empty(0, np.float32), *pieces])


def scores_in(
    library: Library, keys: NDArray[np.int64], score: PhraseScore, encoder: PhraseEncoder
) -> NDArray[np.float32]:
    """Scores (n,) of crystals of a library, all of which have a vector of the model.

    By their own vectors alone where the query asks nothing of kinds of atoms, and where the model or the library lacks vectors
    of these: scores of two scales are never mixed.
    """
    late = encoder.site_space
    if score.asks_sites and late is not None and library.has_sites(late[0]):
        found = _scores(library, keys, score, encoder, late)
        if found is not None:
            return found
    found = _scores(library, keys, score, encoder, None)
    assert found is not None  # only sites can be lacking
    return found


def _scores(
    library: Library, keys: NDArray[np.int64], score: PhraseScore, encoder: PhraseEncoder, late: Space | None
) -> NDArray[np.float32] | None:
    found = [np.empty(0, np.float32)]
    for start in range(0, len(keys), _AT_ONCE):
        piece, sites = keys[start : start + _AT_ONCE], None
        if late is not None:
            read = library.sites_of(piece, *late)
            if read is None:
                return None
            sites = Sites(*read, of_all(read[0], encoder))
        crystals = library.vectors_of(piece, encoder.fingerprint, encoder.dimensions)
        found.append(score.scores(crystals, sites, encoder))
    # sums of products differ in the last digits with what is computed beside them; what is equal must stay so
    return np.concatenate(found).round(6)
