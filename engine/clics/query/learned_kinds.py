"""Kinds that a model has learned, and those that stored facts alone decide in a search."""

from __future__ import annotations

from clics.concepts.concept import Kind
from clics.concepts.registry import ROWS, row_of
from clics.concepts.vocabulary import Vocabulary


def is_learned(kind: Kind, vocabulary: Vocabulary) -> bool:
    """True unless a model was trained before the facts of geometry existed, and the kind is one of theirs.

    Args:
        kind: Name of the kind.
        vocabulary: The concepts of the model.
    """
    return row_of(kind).known_by not in ("geometry", "mixed networks") or bool(vocabulary.concepts(kind))


def decided_by_facts(kind: Kind, vocabulary: Vocabulary) -> bool:
    """True if stored facts alone decide a kind in a search: always, or because a model has not learned it.

    Args:
        kind: Name of the kind.
        vocabulary: The concepts of the model.
    """
    return row_of(kind).evidence == "facts" or not is_learned(kind, vocabulary)


def kinds_decided_by_facts(vocabulary: Vocabulary) -> frozenset[Kind]:
    """The kinds of which :func:`decided_by_facts` is true."""
    return frozenset(row.name for row in ROWS if decided_by_facts(row.name, vocabulary))
