"""Hits of a search."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

LIKENESS = "Likeness "
"""So begins a reason that says how like a prototype a crystal is; all others are phrases that are true of it."""


@dataclass(frozen=True, slots=True)
class ScoredConcept:
    """A concept's phrase, its score in [-1, 1] and whether the facts hold (None: nothing to check against)."""

    kind: str
    phrase: str
    score: float
    true: bool | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One crystal of a library that a search found.

    ``score`` in [-1, 1]: of a phrase the cosine to the crystal in the space they share, or, of local geometry, that and
    what the best of its kinds of atoms says, weighed (:mod:`clics.model.late_interaction`); of a crystal the cosine in the space of
    likeness, and so of a structure type (to its prototype); of a crystal "but with …", both weighed. ``reasons`` are the phrases
    of the crystal closest to the query, after how like it is to the prototype of each structure type that is named;
    ``checked`` says for everything recognised in the query, in the query's words, whether the stored facts hold (empty when
    nothing was recognised; what cannot be known, for want of a description, is left out), and under ``superposed`` whether
    it was laid on the crystal asked for. ``rms`` is then the root mean square distance of their atoms over (volume per
    atom)^(1/3).
    """

    id: str
    formula: str
    space_group: str
    score: float
    reasons: tuple[str, ...] = ()
    checked: dict[str, bool] | None = None
    rms: float | None = None


@dataclass(frozen=True, slots=True)
class SiteMatch:
    """Words of a phrase, the atoms (ascending indices) of the kinds that fit them best, and the cosine of the best."""

    said: str
    atoms: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``hits``, best first, out of ``searched`` crystals that passed the filter in the library named ``library``.

    ``understood``: the words of the phrase that say a geometry; where it is empty, the text tower alone ranks by the wording,
    and None where no phrase was asked for.
    """

    query: str
    library: str
    searched: int
    hits: tuple[Hit, ...]
    understood: tuple[str, ...] | None = None

    @property
    def by_wording(self) -> bool:
        """Whether nothing of the phrase was recognised."""
        return self.understood == ()

    def to_json(self) -> dict[str, Any]:
        """As ``search --json`` and ``similar --json`` print it (docs/reference/json.md)."""
        entry = asdict(self)
        if self.understood is None:
            del entry["understood"]
        for hit in entry["hits"]:
            if hit["rms"] is None:  # only of what was laid on the crystal asked for
                del hit["rms"]
        return entry
