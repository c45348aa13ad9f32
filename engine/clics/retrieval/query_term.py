"""One requirement of a query: the concepts that some of its words may mean, with its weights."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.registry import SITE_SETS, row_of
from clics.library.encoder_protocol import PhraseEncoder
from clics.model.late_interaction import EVIDENCE_WEIGHT
from clics.model.pattern_scores import Patterns
from clics.retrieval.phrase_sets import patterns_of
from clics.retrieval.phrase_vectors import phrase_vectors
from clics.retrieval.prototype_similarity import PrototypeEmbeddings, prototype_embeddings

Source = Literal["", "crystal", "sites", "site_patterns"]
"""The source of the relative score beside the cosine: none, the crystal vector, the best site, or sites as the parts
of a full connection pattern (:mod:`clics.model.late_interaction`)."""


class QueryTerm(NamedTuple):
    """One requirement of a query.

    A term stands for alternatives: of the concepts that the words may mean, the one that fits a crystal best counts.
    """

    sign_weight: float
    """Weight of the term in the query; negative for negated concepts."""
    phrases: NDArray[np.float32]
    """Vectors (p, d) of the phrases of all alternatives; of a structure type, those of its prototypes."""
    evidence_weight: float = 0.0
    """Weight of the relative score; that of the cosine is 1."""
    evidence: Source = ""
    """The source of the relative score."""
    site_kind: Kind = EnvironmentConcept.KIND
    """A kind of the set of phrases that compete for a site, for evidence from ``sites``."""
    patterns: Patterns | None = None
    """The parts of the alternatives, for evidence from ``site_patterns``."""
    prototypes: PrototypeEmbeddings | None = None
    """The prototypes of a structure type, by which crystals are compared instead of by phrases."""

    @property
    def structural(self) -> NDArray[np.float32] | None:
        """Vectors (p, s) of the prototypes in the structural space; None where there are none."""
        return None if self.prototypes is None else self.prototypes.structural

    def cosines(self, crystals: NDArray[np.float32], structural: NDArray[np.float32] | None) -> NDArray[np.float32]:
        """Cosines (n, p) of crystals to all alternatives.

        Args:
            crystals: Unit vectors (n, d) in the shared space.
            structural: Unit vectors (n, s) in the structural space, by which crystals are compared with prototypes;
                None compares them in the shared space.
        """
        if structural is not None and self.structural is not None:
            return np.asarray(structural @ self.structural.T, np.float32)
        return np.asarray(crystals @ self.phrases.T, np.float32)

    @classmethod
    def of(cls, sign_weight: float, concepts: tuple[Concept, ...], encoder: PhraseEncoder) -> QueryTerm:
        """The term for alternative concepts.

        Evidence exists for alternatives of one sort only; a mixture of sorts is scored by the crystal's cosine alone.

        Args:
            sign_weight: Weight of the term; negative for negated concepts.
            concepts: The alternatives.
            encoder: The model that searches.
        """
        sources = {row_of(c.kind).evidence for c in concepts}
        prototypes = prototype_embeddings(concepts, encoder) if "prototypes" in sources else None
        phrases = phrase_vectors(
            encoder, [c.phrase for c in concepts if prototypes is None or row_of(c.kind).evidence != "prototypes"]
        )
        if prototypes is not None:
            phrases = np.concatenate([phrases, prototypes.shared])
            return cls(sign_weight, phrases, prototypes=prototypes if sources == {"prototypes"} else None)
        weight = sum(EVIDENCE_WEIGHT.get(c.kind, 0.0) for c in concepts) / len(concepts)
        if sources == {"crystal"}:
            return cls(sign_weight, phrases, weight, "crystal")
        if sources == {"sites"} and len({SITE_SETS[c.kind] for c in concepts}) == 1:
            return cls(sign_weight, phrases, weight, "sites", concepts[0].kind)
        if sources == {"site_patterns"}:
            return cls(sign_weight, phrases, weight, "site_patterns", patterns=patterns_of(concepts, encoder))
        return cls(sign_weight, phrases)
