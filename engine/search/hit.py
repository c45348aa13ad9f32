"""What every search answers: one row, the same in tables, panels, ``--json`` and exports."""

from __future__ import annotations

from dataclasses import dataclass

from engine.concepts.concept import Kind


@dataclass(frozen=True, slots=True)
class ScoredConcept:
    """A concept's phrase, its score (cosine in [-1, 1]) and whether the facts hold (None: nothing to check against)."""

    kind: Kind
    phrase: str
    score: float
    true: bool | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One crystal of a library that a search found.

    ``score`` is a cosine in [-1, 1]; ``reasons`` are the phrases of the crystal closest to the query; ``checked``
    says for everything recognised in the query, in the query's words, whether the stored facts hold (empty when nothing
    was recognised; what cannot be known, for want of a description, is left out).
    """

    id: str
    formula: str
    space_group: str
    score: float
    reasons: tuple[str, ...] = ()
    checked: dict[str, bool] | None = None
