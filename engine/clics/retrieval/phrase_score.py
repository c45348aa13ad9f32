"""How much a crystal is what a phrase asks for, by the vectors of the crystal and of its kinds of atoms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept
from clics.library.encoder_protocol import PhraseEncoder, Space
from clics.library.store import Library
from clics.model.late_interaction import LOCAL_KINDS, SAID_WEIGHT, log_sum_exp_cosine, max_over_sites, relative_score
from clics.model.pattern_scores import Patterns
from clics.results.search import LIKENESS
from clics.retrieval.phrase_vectors import direction, phrase_vectors
from clics.retrieval.prototype_similarity import BuiltLike, built_like

_AT_ONCE = 4096
"""Crystals whose vectors are in memory together: some 20 MB."""

Cosines = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From a unit vector to its cosines (n,) to all crystals."""

Speaker = Literal["crystal", "sites", "parts", ""]
"""Who says something of a phrase beside its cosine to the crystal (:mod:`clics.model.late_interaction`)."""


class Term(NamedTuple):
    """One thing that a query asks for.

    ``amount``: how much it counts (negative: it is pushed away from); ``phrases`` (p, d): the vectors of all that its words may
    mean, of which any will do; ``weight`` of what ``speaker`` says of it, beside the cosine to the crystal, which is 1;
    ``patterns``: what full patterns of connections are made of, for sites that speak by ``parts``. Of a structure type
    ``phrases`` are the vectors of its ``prototypes``, in whose stead those of likeness are compared where there are any.
    """

    amount: float
    phrases: NDArray[np.float32]
    weight: float = 0.0
    speaker: Speaker = ""
    patterns: Patterns | None = None
    prototypes: BuiltLike | None = None

    @property
    def alike(self) -> NDArray[np.float32] | None:
        """Vectors (p, a) of prototypes in the space of likeness; None where the words or the model have none."""
        return None if self.prototypes is None else self.prototypes.alike

    def cosines(self, crystals: NDArray[np.float32], alike: NDArray[np.float32] | None) -> NDArray[np.float32]:
        """Cosines (n, p) of crystals to all that the words may mean, by their vectors (n, d) or those of likeness (n, a)."""
        if alike is not None and self.alike is not None:
            return np.asarray(alike @ self.alike.T, np.float32)
        return np.asarray(crystals @ self.phrases.T, np.float32)

    @classmethod
    def of(cls, amount: float, concepts: tuple[Concept, ...], encoder: PhraseEncoder) -> Term:
        """What words that mean any of some concepts ask for; a mixture of kinds is left to the crystal's cosine."""
        kinds = {c.kind for c in concepts}
        prototypes = built_like(concepts, encoder) if "structure_type" in kinds else None
        phrases = phrase_vectors(
            encoder, [c.phrase for c in concepts if prototypes is None or c.kind != "structure_type"]
        )
        if prototypes is not None:
            phrases = np.concatenate([phrases, prototypes.shared])
            return cls(amount, phrases, prototypes=prototypes if kinds == {"structure_type"} else None)
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
class PhraseScores:
    """All that a query asks for; each thing has its share of the score, by its amount."""

    terms: tuple[Term, ...]

    @property
    def middle(self) -> NDArray[np.float32]:
        """The direction (d,) in the middle of it all, by which candidates are found.

        Raises InputError of kind ``no-direction`` where all cancels out.
        """
        return _middle(self.terms)

    @property
    def asks_sites(self) -> bool:
        """Whether kinds of atoms take part at all."""
        return any(term.speaker in ("sites", "parts") for term in self.terms)

    @property
    def asks_likeness(self) -> bool:
        """Whether crystals are to be compared with prototypes by vectors of likeness."""
        return any(term.alike is not None for term in self.terms)

    def rough(self, spoken: Cosines, built: Cosines) -> NDArray[np.float32]:
        """Scores (n,) of all crystals by which candidates are found: those of types by likeness, the others by their middle.

        ``spoken`` gives the cosines (n,) of crystals to a unit vector in the space of phrases, ``built`` in that of likeness.
        """
        others = [term for term in self.terms if term.alike is None]
        total = sum(abs(term.amount) for term in others) * spoken(_middle(others)) if others else 0.0
        for term in self.terms:
            if term.alike is not None:
                total = total + term.amount * np.max([built(one) for one in term.alike], axis=0)
        return np.asarray(total / sum(abs(term.amount) for term in self.terms), np.float32)

    def joined(self, other: PhraseScores, amount: float) -> PhraseScores:
        """The same with what another asks for, which counts ``amount`` times as much."""
        return PhraseScores((*self.terms, *(term._replace(amount=amount * term.amount) for term in other.terms)))

    def scores(
        self,
        crystals: NDArray[np.float32],
        sites: Sites | None,
        encoder: PhraseEncoder,
        alike: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """Scores (n,) in [-1, 1] of crystals by their unit vectors (n, d) and, unless None, those of their kinds of atoms.

        ``alike`` (n, a): their vectors of likeness, by which they are compared with prototypes; without them the others serve.
        """
        groups = None
        total, whole = np.zeros(len(crystals), np.float32), 0.0
        for term in self.terms:
            cosines = term.cosines(crystals, alike)
            total += np.float32(term.amount) * cosines.max(axis=1)
            whole += abs(term.amount)
            if term.speaker == "crystal":
                if groups is None:
                    groups = log_sum_exp_cosine(crystals @ encoder.concepts("space_group")[1].T, encoder.scale)
                said = relative_score(log_sum_exp_cosine(cosines, encoder.scale)[:, None], groups)[:, 0]
            elif term.speaker == "sites" and sites is not None:
                any_phrase = log_sum_exp_cosine(sites.vectors @ term.phrases.T, encoder.scale)
                said = max_over_sites(relative_score(any_phrase[:, None], sites.of_all), sites.counts)[:, 0]
            elif term.patterns is not None and sites is not None:
                said = term.patterns.said(sites.vectors, sites.counts, encoder.scale).max(axis=1)
            else:
                continue
            total += np.float32(term.amount * term.weight) * said
            whole += abs(term.amount) * term.weight
        return np.asarray(total / np.float32(whole), np.float32)


def _middle(terms: Iterable[Term]) -> NDArray[np.float32]:
    return direction(np.sum([np.float32(t.amount) * direction(t.phrases.sum(axis=0)) for t in terms], axis=0))


def patterns_of(patterns: Sequence[Concept], encoder: PhraseEncoder) -> Patterns:
    """What full patterns of connections are made of, among the phrases that a model ranks."""
    return Patterns.of(patterns, encoder.concepts("polyhedra"), encoder.concepts("connection"), encoder.vocabulary)


def of_all(sites: NDArray[np.float32], encoder: PhraseEncoder) -> NDArray[np.float32]:
    """Of kinds of atoms (N, d) the cosine (N,) to any phrase of local geometry that a model ranks."""
    local = np.concatenate([encoder.concepts(kind)[1] for kind in LOCAL_KINDS])
    pieces = [
        log_sum_exp_cosine(sites[i : i + _AT_ONCE] @ local.T, encoder.scale) for i in range(0, len(sites), _AT_ONCE)
    ]
    return np.concatenate([np.empty(0, np.float32), *pieces])


def by_likeness(library: Library, score: PhraseScores, encoder: PhraseEncoder) -> Space | None:
    """The space in which prototypes are compared; None where the query names none, or the model or the library lacks it."""
    space = encoder.similarity_space
    return space if space is not None and score.asks_likeness and library.has_all(space[0]) else None


def scores_in(
    library: Library, keys: NDArray[np.int64], score: PhraseScores, encoder: PhraseEncoder
) -> NDArray[np.float32]:
    """Scores (n,) of crystals of a library, all of which have a vector of the model.

    By their own vectors alone where the query asks nothing of kinds of atoms, and where the model or the library lacks vectors
    of these; likewise with vectors of likeness: scores of two scales are never mixed.
    """
    late, alike = encoder.site_space, by_likeness(library, score, encoder)
    if score.asks_sites and late is not None and library.has_all(late[0]):
        found = _scores(library, keys, score, encoder, late, alike)
        if found is not None:
            return found
    found = _scores(library, keys, score, encoder, None, alike)
    assert found is not None  # only sites can be lacking
    return found


def likeness_told(
    library: Library, keys: NDArray[np.int64], score: PhraseScores, encoder: PhraseEncoder
) -> dict[int, tuple[str, ...]]:
    """For crystals of a library, by key, how like the nearest prototype each is of every structure type that is asked for."""
    asked = [term for term in score.terms if term.prototypes is not None and term.amount > 0]
    if not asked:
        return {}
    space = by_likeness(library, score, encoder)
    vectors = library.vectors_of(keys, encoder.fingerprint, encoder.dimensions)
    alike = None if space is None else library.vectors_of(keys, *space)
    told: dict[int, tuple[str, ...]] = dict.fromkeys(keys.tolist(), ())
    for term in asked:
        assert term.prototypes is not None  # as was asked above
        for key, row in zip(told, term.cosines(vectors, alike), strict=True):
            told[key] += (f"{LIKENESS}{row.max():.2f} to {term.prototypes.names[row.argmax()]}.",)
    return told


def _scores(
    library: Library,
    keys: NDArray[np.int64],
    score: PhraseScores,
    encoder: PhraseEncoder,
    late: Space | None,
    alike: Space | None,
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
        built = None if alike is None else library.vectors_of(piece, *alike)
        found.append(score.scores(crystals, sites, encoder, built))
    # sums of products differ in the last digits with what is computed beside them; what is equal must stay so
    return np.concatenate(found).round(6)
