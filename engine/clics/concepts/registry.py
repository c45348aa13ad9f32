"""The registry of concept kinds: one row for each kind, and the lists that other packages derive from the rows.

To add a kind, write its module in :mod:`clics.concepts.kinds` and put its row here. Files store kinds by name, and the
concepts of a model are ordered as the rows are; a new row therefore goes to the end.
"""

from __future__ import annotations

from typing import Any

from clics.concepts.concept import Kind
from clics.concepts.kind import Column, ConceptKind
from clics.concepts.kinds.connection import CONNECTION
from clics.concepts.kinds.dimensionality import DIMENSIONALITY
from clics.concepts.kinds.environment import ENVIRONMENT
from clics.concepts.kinds.pattern import PATTERN
from clics.concepts.kinds.polyhedra import POLYHEDRA
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
)
BY_NAME: dict[Kind, ConceptKind[Any]] = {row.name: row for row in ROWS}

KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS)
LEARNED_KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS if row.learned)
"""Kinds that vocabularies count."""
BANK_KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS if row.in_bank)
"""Kinds that models are trained on."""
LOCAL_KINDS: tuple[Kind, ...] = tuple(row.name for row in ROWS if row.local)
"""Kinds of local geometry."""
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
EVALUATED_KINDS: tuple[Kind, ...] = FIRST_KINDS + CONNECTED_KINDS
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
