"""Answers of a search: hits with their reasons and checks, the same in tables, panels, ``--json`` and exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

from clics.results.chips import Chip, Part, Verdict, verdict

if TYPE_CHECKING:
    from pandas import DataFrame

SIMILARITY = "similarity"
"""Kind of a reason that is no concept: structural similarity to the prototype of a structure type."""


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
class Reason:
    """Why a crystal is a hit: a concept that is true of it, or its similarity to a prototype.

    Attributes:
        kind: Kind of the concept, or :data:`SIMILARITY`.
        phrase: The fixed phrase of the concept, or the prototype ("CaTiO3, the prototype of perovskite").
        label: The same for people, in few words.
        similarity: Cosine of the structure embeddings in [-1, 1], for a prototype only.
    """

    kind: str
    phrase: str
    label: str
    similarity: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The entry of ``--json``; ``similarity`` only where there is one."""
        entry: dict[str, Any] = {"kind": self.kind, "phrase": self.phrase, "label": self.label}
        return entry if self.similarity is None else {**entry, "similarity": self.similarity}


@dataclass(frozen=True, slots=True)
class Superposition:
    """The outcome of superimposing a hit on the query crystal, elements ignored (pymatgen's ``StructureMatcher``).

    Attributes:
        rmsd: Root mean square distance of the atoms at the best fit, over (volume per atom)^(1/3); None where the
            structures do not match.
    """

    rmsd: float | None

    @property
    def matches(self) -> bool:
        """True where the two have one structure."""
        return self.rmsd is not None


@dataclass(frozen=True, slots=True, repr=False)
class Hit:
    """One crystal of a library that a search found.

    The score lies in [-1, 1]. Its meaning depends on the query:

    - space group: weighted mean of the cosine similarity of phrase and crystal and its relative score
    - local geometry: weighted mean of that cosine and the relative score of the best matching site
    - structure type: structural similarity to the nearest prototype
    - crystal: structural similarity to the crystal
    - crystal "but with" a phrase: weighted mean of structural similarity and score of the phrase
    - filter without a phrase: None, because nothing is ranked

    Attributes:
        id: Name in the library.
        formula: Reduced formula.
        space_group: Hermann–Mauguin symbol; empty where it is not known.
        score: As above.
        reasons: Prototypes of the structure types that were asked for, then the true concepts closest to the query.
        checked: For every part of the query that facts decide, in the query's words, whether it is confirmed; what is not
            known is left out. :attr:`parts` tells all states.
        superposition: Set for those that were superimposed on the query crystal.
        parts: The parts of the query with their states of truth, in the order of :attr:`SearchResult.chips`.
        notes: Notes of the reader of its file.
        priority: 0 for crystals that are ranked first whatever their scores, because facts decide; 1 and more for others.
        library: Name of its library where several were searched, else empty.
    """

    id: str
    formula: str
    space_group: str
    score: float | None
    reasons: tuple[Reason, ...] = ()
    checked: dict[str, bool] | None = None
    superposition: Superposition | None = None
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    priority: int = 0
    library: str = ""

    def __repr__(self) -> str:
        score = "None" if self.score is None else f"{self.score:.4f}"
        return f"Hit(id={self.id!r}, formula={self.formula!r}, space_group={self.space_group!r}, score={score})"

    @property
    def verdict(self) -> Verdict:
        """The state of the whole query; a query that was not wholly understood is at most partly confirmed."""
        return verdict(self.parts)

    @property
    def checks(self) -> dict[str, bool]:
        """All that was checked, in words: the recognised parts of the query, and the superposition."""
        matched = {} if self.superposition is None else {"structures match": self.superposition.matches}
        return {**(self.checked or {}), **matched}

    def to_json(self) -> dict[str, Any]:
        """The entry of ``search --json`` and ``similar --json`` (docs/reference/json.md)."""
        entry: dict[str, Any] = {
            "id": self.id,
            "formula": self.formula,
            "space_group": self.space_group,
            "score": self.score,
            "reasons": [reason.to_json() for reason in self.reasons],
            "checked": self.checked,
        }
        if self.parts:
            entry |= {"verdict": self.verdict, "parts": [part.to_json() for part in self.parts]}
        if self.superposition is not None:
            entry["superposition"] = {"matches": self.superposition.matches, "rmsd": self.superposition.rmsd}
        if self.notes:
            entry["notes"] = list(self.notes)
        return {**entry, "library": self.library} if self.library else entry


@dataclass(frozen=True, slots=True)
class SiteMatch:
    """Atoms of a crystal that fit a part of a phrase best, by the model.

    Attributes:
        matched_text: The part of the phrase.
        atoms: Ascending indices of the atoms of the best fitting inequivalent sites.
        score: Cosine of the best site.
    """

    matched_text: str
    atoms: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True, repr=False)
class SearchResult:
    """Hits of a search, best first: a sequence of hits, printed as a table.

    Attributes:
        query: The phrase, or the name of the crystal that was searched for.
        library: Name of the library; of several, their names with " + " between them.
        searched: Number of its crystals that pass the filter.
        hits: The best of them.
        understood: The words of the phrase in which a concept was recognised. Empty: none, so that the text embedding
            of the whole phrase ranks alone. None: no phrase was given.
        chips: The parts of the phrase, and of the phrases that must or must not be true, with what each is understood as.
        suggested_filter: The conditions of the filter language that stand in the phrase. They are not applied; where the
            phrase has nothing else, there are no hits.
        without_geometry: Number of crystals of the library whose facts of geometry are missing, so that parts which need
            them are unknown; 0 where no part needs them.
    """

    query: str
    library: str
    searched: int
    hits: tuple[Hit, ...]
    understood: tuple[str, ...] | None = None
    chips: tuple[Chip, ...] = ()
    suggested_filter: str | None = None
    without_geometry: int = 0

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __bool__(self) -> bool:
        return True  # a result without hits is a result

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> SearchResult: ...
    def __getitem__(self, index: int | slice) -> Hit | SearchResult:
        """One hit; of a slice, a result with these hits."""
        return replace(self, hits=self.hits[index]) if isinstance(index, slice) else self.hits[index]

    @property
    def by_wording(self) -> bool:
        """True where nothing was understood in the phrase: the hits are guesses of the text embedding."""
        return self.understood == () and self.suggested_filter is None

    @property
    def not_understood(self) -> tuple[str, ...]:
        """The words that were not read."""
        return tuple(chip.text for chip in self.chips if chip.kind == "not understood")

    def to_json(self) -> dict[str, Any]:
        """The object that ``search --json`` and ``similar --json`` print (docs/reference/json.md)."""
        entry: dict[str, Any] = {
            "query": self.query,
            "library": self.library,
            "searched": self.searched,
            "hits": [hit.to_json() for hit in self.hits],
        }
        if self.understood is not None:
            entry |= {"understood": list(self.understood), "by_wording": self.by_wording}
        if self.chips:
            entry["chips"] = [chip.to_json() for chip in self.chips]
        if self.without_geometry:
            entry["without_geometry"] = self.without_geometry
        return entry if self.suggested_filter is None else {**entry, "suggested_filter": self.suggested_filter}

    def to_dataframe(self) -> DataFrame:
        """The hits as a pandas data frame, one row each."""
        from clics.results.table import to_table

        return to_table(self.hits).to_dataframe()

    def _repr_html_(self) -> str:
        from clics.results.table import to_table

        return to_table(self.hits).to_html(self._heading())

    def __str__(self) -> str:
        from clics.results.table import to_table

        return "\n".join(filter(None, (self._heading(), to_table(self.hits).to_text())))

    def __repr__(self) -> str:
        return str(self)

    def _heading(self) -> str:
        guess = " (nothing understood in this phrase: the ranking is a guess)" if self.by_wording else ""
        query = " ".join(self.query.split())
        chips = "".join(f"\n  {chip.words()}" for chip in self.chips)
        return f"{query}: {len(self.hits)} of {self.searched:,} crystals in {self.library}{guess}{chips}"
