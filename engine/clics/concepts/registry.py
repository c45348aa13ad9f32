"""The registry of concept kinds: one row for each kind, and the lists that other packages derive from the rows.

To add a kind, write its module in :mod:`clics.concepts.kinds` and put its row here. Files store kinds by name, and the
concepts of a model are ordered as the rows are; a new row therefore goes to the end.
"""

from __future__ import annotations

from typing import Any

from clics.concepts.concept import Kind
from clics.concepts.kind import Column, ConceptKind
from clics.concepts.kinds.centred_connection import CENTRED_CONNECTION, FORMULA_CONNECTION
from clics.concepts.kinds.centred_shape import CENTRED_SHAPE
from clics.concepts.kinds.connection import CONNECTION
from clics.concepts.kinds.coordination_number import COORDINATION_NUMBER
from clics.concepts.kinds.dimensionality import DIMENSIONALITY
from clics.concepts.kinds.environment import ENVIRONMENT
from clics.concepts.kinds.formula_network import FORMULA_NETWORK
from clics.concepts.kinds.mixed_network import MIXED_NETWORK
from clics.concepts.kinds.network import NETWORK
from clics.concepts.kinds.pattern import PATTERN
from clics.concepts.kinds.polyhedra import POLYHEDRA
from clics.concepts.kinds.polyhedron import POLYHEDRON
from clics.concepts.kinds.shape import SHAPE
from clics.concepts.kinds.silicate_class import SILICATE_CLASS
from clics.concepts.kinds.space_group import SPACE_GROUP
from clics.concepts.kinds.structure_type import STRUCTURE_TYPE

ROWS: tuple[ConceptKind[Any], ...] = (
    SPACE_GROUP,
    ENVIRONMENT,
    POLYHEDRA,
    CONNECTION,
    PATTERN,
    STRUCTURE_TYPE,
    DIMENSIONALITY,
    SHAPE,
    NETWORK,
    COORDINATION_NUMBER,
    CENTRED_SHAPE,
    POLYHEDRON,
    FORMULA_NETWORK,
    CENTRED_CONNECTION,
    FORMULA_CONNECTION,
    SILICATE_CLASS,
    MIXED_NETWORK,
)
BY_NAME: dict[Kind, ConceptKind[Any]] = {row.name: row for row in ROWS}

KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS)
LEARNED_KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS if row.learned)
"""Kinds that vocabularies count."""
BANK_KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS if row.in_bank)
"""Kinds that models are trained on."""
SITE_SETS: dict[Kind, tuple[Kind, ...]] = {
    row.name: tuple(other.name for other in ROWS if other.local and other.site_set == row.site_set)
    for row in ROWS
    if row.local
}
"""By kind of local geometry, the kinds of its set of phrases (:attr:`~clics.concepts.kind.ConceptKind.site_set`)."""
LOCAL_KINDS: tuple[Kind, ...] = tuple(dict.fromkeys(kind for kinds in SITE_SETS.values() for kind in kinds))
"""Kinds of local geometry, one set after the other."""
GEOMETRY_MARK: Kind = COORDINATION_NUMBER.name
"""Kind of which every crystal has a concept whose facts of geometry are known."""
MIXED_MARK: Kind = MIXED_NETWORK.name
"""Kind of which every crystal has a concept whose networks of several kinds of polyhedra are known."""
COMPOUND_KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS if row.compound)
"""Kinds whose phrases are made of the phrases of others."""
COLUMNS: dict[Kind, Column[Any]] = {row.name: row.column for row in ROWS if row.column is not None}
"""Kinds whose facts libraries store in a column of their table of crystals."""
REASON_KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS if row.as_reason)
"""Kinds that are shown as reasons of a hit."""
FIRST_KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS if row.table == "first")
"""Kinds of Table 1 of the paper."""
CONNECTED_KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS if row.table == "connected")
"""Kinds of the table of connected polyhedra."""
GEOMETRY_KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS if row.table == "geometry")
"""Kinds of the table of shapes, networks and dimensionality, which the paper does not have."""
EVALUATED_KINDS: tuple[Kind, ...] = FIRST_KINDS + CONNECTED_KINDS + GEOMETRY_KINDS
"""Kinds in the order of the tables of an evaluation."""
PER_PHRASE_KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS if row.precision_per_phrase)
"""Kinds that are evaluated phrase by phrase, too."""
COMPLETED_KINDS: tuple[Kind, ...] = (*(kind for kind in KINDS if kind not in COMPOUND_KINDS), *COMPOUND_KINDS)
"""Kinds in the order of completion: compound phrases come last."""


def row_of(kind: Kind) -> ConceptKind[Any]:
    """The row of a kind.

    Raises:
        KeyError: This version does not know the kind.
    """
    return BY_NAME[kind]
