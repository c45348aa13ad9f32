"""From ranked keys to hits: rows, reasons, and recognised concepts checked against the facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Truth
from clics.concepts.kinds.centred_shape import CentredShapeConcept, of_centre
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.polyhedra import PolyhedraConcept
from clics.concepts.kinds.shape import ShapeConcept
from clics.concepts.labels import short_label, short_phrase
from clics.concepts.registry import REASON_KINDS
from clics.concepts.shape_words import family
from clics.library.encoder_protocol import PhraseEncoder
from clics.library.facts import Facts
from clics.library.store import Library
from clics.query.learned_kinds import is_learned
from clics.query.parsed_query import ParsedQuery
from clics.results.search import Hit, Reason, Superposition
from clics.retrieval.concept_ranking import rank_concepts
from clics.retrieval.phrase_vectors import phrase_vectors
from clics.retrieval.truth_states import Texts, checked_of, states_of_parts

_REPLACED = frozenset({EnvironmentConcept.KIND, PolyhedraConcept.KIND, ConnectionConcept.KIND, ShapeConcept.KIND})
"""Kinds in place of which the shapes around the elements of a crystal are its reasons."""
REASONS = 3
"""Phrases that are given as reasons of a hit."""


def make_hits(
    ranked: Sequence[tuple[int, float]],
    query: NDArray[np.float32],
    library: Library,
    encoder: PhraseEncoder,
    *,
    texts: Texts = (),
    shared_with: Collection[Concept] | None = None,
    first_reasons: Mapping[int, tuple[Reason, ...]] | None = None,
    distances: Mapping[int, float | None] | None = None,
    priorities: Mapping[int, int] | None = None,
) -> list[Hit]:
    """Hits for ranked crystals; crystals that were removed meanwhile are left out.

    The reasons of a hit are the concepts that are true of it, nearest to the query first; shapes and networks only where
    the model has learned them. Where the facts of geometry are stored, the shapes around its elements take the place of
    environments by robocrystallographer's rules. For a crystal without description, the environments that the model ranks
    first take their place.

    Args:
        ranked: Pairs of key and score, in the order of the hits.
        query: Unit vector (dimensions,) in the shared space, by which reasons are sorted.
        library: The library.
        encoder: The model.
        texts: The parsed texts of the query with their roles, whose parts are compared with the facts of each hit.
        shared_with: Only concepts in this set are reasons, unless a hit has none of them; shapes, whatever their elements.
        first_reasons: By key, reasons that precede the others.
        distances: By key, the RMSD of crystals that were superimposed on the query; None: they do not match.
        priorities: By key, :attr:`~clics.results.search.Hit.priority`; 0 without them.
    """
    keys = [key for key, _ in ranked]
    rows, facts = library.rows_of(keys), library.facts_of(keys)
    parsed, parts = [text for text, _ in texts], states_of_parts(texts, facts, library)
    candidates = {key: _candidates(rows[key].id, facts[key], library, encoder, shared_with) for key in rows}
    geometric = [key for key in rows if facts[key].knows(CentredShapeConcept.KIND)]
    shapes: dict[int, list[Reason]] = {key: [] for key in rows}
    shapes |= {key: _shapes(orbits, shared_with) for key, orbits in library.shapes(geometric).items()}
    phrases = sorted({reason.phrase for listed in candidates.values() for reason in listed})
    closeness = dict(zip(phrases, phrase_vectors(encoder, phrases) @ query, strict=True))
    return [
        Hit(
            id=rows[key].id,
            formula=rows[key].formula,
            space_group=rows[key].space_group or "",
            score=min(1.0, max(-1.0, score)),  # stored vectors are rounded; a cosine may exceed 1 by 1e-4
            reasons=(
                *(first_reasons or {}).get(key, ()),
                *_decided_by_facts(parsed, facts[key]),
                *shapes[key],
                *sorted(candidates[key], key=lambda reason: (-closeness[reason.phrase], reason.phrase))[
                    : REASONS - len(shapes[key])
                ],
            ),
            checked=checked_of(texts, parts[key]),
            superposition=Superposition(distances[key]) if distances and key in distances else None,
            parts=parts[key],
            notes=rows[key].notes,
            priority=(priorities or {}).get(key, 0),
        )
        for key, score in ranked
        if key in rows
    ]


def _decided_by_facts(parsed: Sequence[ParsedQuery], facts: Facts) -> list[Reason]:
    """Concepts of kinds that facts decide, which a query asks for and which are true of a crystal."""
    by_facts = (group for query in parsed for group in query.by_facts() if not group.negated)
    wanted = (group.concepts for group in by_facts if group.term is None)
    true = dict.fromkeys(concept for group in wanted for concept in group if facts.holds(concept))
    return [Reason(concept.kind, concept.phrase, short_label(concept)) for concept in true]


def _shapes(orbits: Iterable[tuple[str, str | None]], shared_with: Collection[Concept] | None) -> list[Reason]:
    """The shapes around the elements of a crystal, from elements and named shapes of its orbits, cations first."""
    named = [
        (element, known) for element, symbol in orbits if symbol is not None and (known := family(symbol)) is not None
    ]
    if shared_with is not None:
        theirs = {concept.symbol for concept in shared_with if isinstance(concept, CentredShapeConcept)}
        named = [(element, symbol) for element, symbol in named if symbol in theirs] or named
    concepts = dict.fromkeys(of_centre(element, symbol) for element, symbol in named)
    return [Reason(concept.kind, concept.phrase, short_label(concept)) for concept in list(concepts)[:REASONS]]


def _candidates(
    crystal_id: str, facts: Facts, library: Library, encoder: PhraseEncoder, shared_with: Collection[Concept] | None
) -> list[Reason]:
    replaced = _REPLACED if facts.knows(CentredShapeConcept.KIND) else frozenset()
    kinds = [kind for kind in REASON_KINDS if kind not in replaced and is_learned(kind, encoder.vocabulary)]
    true = [c for c, truth in facts.truths.items() if truth > Truth.FALSE and c.kind in kinds]
    if shared_with is not None:
        true = [concept for concept in true if concept in shared_with] or true
    reasons = [Reason(concept.kind, concept.phrase, short_label(concept)) for concept in true]
    if not facts.described:
        vector = library.vector(crystal_id, encoder.fingerprint)
        if vector is not None:
            space = encoder.site_space
            stored = library.sites_of(np.array([library.key(crystal_id)]), *space) if space is not None else None
            sites = None if stored is None else stored[0]
            ranked = rank_concepts(vector, encoder, top=REASONS, kind=EnvironmentConcept.KIND, sites=sites)
            reasons += [Reason(concept.kind, concept.phrase, short_phrase(concept.phrase)) for concept in ranked]
    return reasons
