"""Answers of a search: hits with their reasons and checks, the same in tables, panels, ``--json`` and exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

LIKENESS = "Likeness "
"""So begins a reason that says how like a prototype a crystal is; all others are phrases that are true of it."""


@dataclass(frozen=True, slots=True)
class ScoredConcept:
    """A concept with its score for one crystal.

    Attributes:
        kind: Kind of the concept.
        phrase: Its fixed phrase.
        score: Score in [-1, 1].
        true: Truth by the facts; None without facts.
    """

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

    def to_json(self) -> dict[str, Any]:
        """The entry of ``search --json`` and ``similar --json`` (docs/reference/json.md)."""
        entry = asdict(self)
        if self.rms is None:  # only of what was superimposed on the query crystal
            del entry["rms"]
        return entry


@dataclass(frozen=True, slots=True)
class SiteMatch:
    """Atoms of a crystal that fit a part of a phrase best, by the model.

    Attributes:
        said: The words of the phrase.
        atoms: Ascending indices of the atoms of the best fitting inequivalent sites.
        score: Cosine of the best site.
    """

    said: str
    atoms: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits of a search, best first.

    Attributes:
        query: The phrase, or the name of the crystal that was searched for.
        library: Name of the library.
        searched: Number of its crystals that pass the filter.
        hits: The best of them.
        understood: The words of the phrase in which a concept was recognised. Empty: none, so that the text embedding of
            the whole phrase ranks alone. None: no phrase was given.
    """

    query: str
    library: str
    searched: int
    hits: tuple[Hit, ...]
    understood: tuple[str, ...] | None = None

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    @property
    def by_wording(self) -> bool:
        """True where no concept was recognised in the phrase."""
        return self.understood == ()

    def to_json(self) -> dict[str, Any]:
        """The object that ``search --json`` and ``similar --json`` print (docs/reference/json.md)."""
        entry = {
            "query": self.query,
            "library": self.library,
            "searched": self.searched,
            "hits": [hit.to_json() for hit in self.hits],
        }
        return entry if self.understood is None else {**entry, "understood": list(self.understood)}

    def to_dataframe(self) -> DataFrame:
        """The hits as a pandas data frame, one row each."""
        from clics.results.table import to_table

        return to_table(self.hits).to_dataframe()

    def _repr_html_(self) -> str:
        from clics.results.table import to_table

        count = f"{len(self.hits)} of {self.searched:,} crystals in {self.library}"
        return to_table(self.hits).to_html(f"{self.query}: {count}")

    def __str__(self) -> str:
        from clics.results.table import to_table

        count = f"{len(self.hits)} of {self.searched:,} crystals in {self.library}"
        return f"{self.query}: {count}\n{to_table(self.hits).to_text()}"
