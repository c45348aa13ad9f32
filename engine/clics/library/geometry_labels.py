"""Shapes and networks of a crystal for a row of a table, from the concepts that a library stores."""

from __future__ import annotations

import json
from typing import Any

from clics.concepts import network_words, shape_words
from clics.concepts.kinds.centred_shape import CentredShapeConcept
from clics.concepts.kinds.formula_network import FormulaNetworkConcept
from clics.concepts.parse import concept_of

_KINDS = (CentredShapeConcept.KIND, FormulaNetworkConcept.KIND)
COLUMN = (
    "(SELECT json_group_array(json_array(concept.kind, concept.phrase)) FROM fact JOIN concept ON concept.key = fact.concept "
    f"WHERE fact.crystal = crystal.key AND fact.truth > 0 AND concept.kind IN {_KINDS})"
)
"""SQL of the stored concepts of a row's crystal, which :func:`geometry_labels` reads."""
_CENTRES = ("cation", "neutral")


def geometry_labels(stored: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The shapes and networks of a crystal in words.

    Args:
        stored: The value of :data:`COLUMN`.

    Returns:
        Shapes around cations and neutral atoms, and networks of cation-centred polyhedra: of those that one kind of
        polyhedra builds in a dimensionality, that of most ways of sharing.
    """
    try:
        pairs = json.loads(stored or "[]")
        concepts = [concept_of(str(kind), str(phrase)) for kind, phrase in pairs]
    except (ValueError, TypeError, RecursionError):
        return (), ()  # damaged; the row has its other columns
    shapes = {c.symbol for c in concepts if isinstance(c, CentredShapeConcept) and c.centre in _CENTRES}
    networks: dict[tuple[str, int], FormulaNetworkConcept] = {}
    for concept in concepts:
        if isinstance(concept, FormulaNetworkConcept):
            key = concept.formula, concept.dimensionality
            if key not in networks or _rank(concept) > _rank(networks[key]):
                networks[key] = concept
    told = sorted(networks.values(), key=lambda c: (-c.dimensionality, c.formula))
    labels = (network_words.label(c.formula, c.sharing, c.dimensionality, c.size) for c in told)
    return tuple(sorted(map(shape_words.noun, shapes))), tuple(labels)


def _rank(concept: FormulaNetworkConcept) -> tuple[int, int]:
    return len(concept.sharing), concept.size
