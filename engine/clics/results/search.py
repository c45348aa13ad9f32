"""Hits of a search."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

LIKENESS = "Likeness "
"""So begins a reason that says how like a prototype a crystal is; all others are phrases that are true of it."""


@dataclass(frozen=True, slots=True)
class ScoredConcept:
    """A concept as a model ranks it for a crystal.

    Attributes:
        kind: Kind of the concept.
        phrase: Its phrase.
        score: Score in [-1, 1].
        true: Whether the facts confirm it; None where there are none to compare with.
    """

    kind: str
    phrase: str
    score: float
    true: bool | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A crystal of a library that a search returns.

    The score lies in [-1, 1]. Its meaning depends on the query:

    - space group: weighted mean of the cosine similarity of phrase and crystal and its evidence score
    - local geometry: weighted mean of that cosine and the evidence score of the best matching site
    - structure type: structural similarity to the nearest prototype
    - crystal: structural similarity to the crystal
    - crystal "but with" a phrase: weighted mean of structural similarity and score of the phrase

    Attributes:
        id: Id in the library.
        formula: Reduced formula.
        space_group: Symbol of the space group; empty where it is not known.
        score: The score.
        reasons: Similarity to the prototype of each structure type that the query names, then the phrases that are true
            of the crystal and closest to the query.
        checked: By the matched words of each recognised concept, whether the stored facts confirm it; facts that are not
            known are left out. Under ``superposed``, whether the crystal was superimposed on the query.
        rms: Root mean square distance of the superimposed atoms, in units of (volume per atom)^(1/3).
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
    """The atoms of a crystal that fit a part of a phrase.

    Attributes:
        said: The matched words.
        atoms: Indices of the atoms, ascending.
        score: Cosine similarity of the best matching site.
    """

    said: str
    atoms: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The result of a search.

    Attributes:
        query: The phrase, file or id that was asked for.
        library: Name of the library.
        searched: Number of crystals that passed the filter.
        hits: The hits, best first.
        understood: The words of the phrase in which concepts were recognised; empty where the ranking is by the wording
            alone, None where no phrase was asked for.
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
