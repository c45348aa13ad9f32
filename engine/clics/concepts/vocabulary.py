"""What retrieval ranks: every concept of a dataset, with the number of crystals that have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kinds.space_group import UNKNOWN
from clics.concepts.kinds.structure_type import STRUCTURE_TYPE
from clics.concepts.parse import concept_of
from clics.concepts.registry import COMPOUND_KINDS, LEARNED_KINDS, ROWS, row_of
from clics.concepts.truth import true_concepts
from clics.errors import ModelError
from clics.results.description import Description

FORMAT = "clics-vocabulary/1"


PAPER_COUNTS: dict[Kind, int] = {
    row.name: row.paper_count
    for row in sorted(ROWS, key=lambda row: row is not STRUCTURE_TYPE)
    if row.paper_count is not None
}
"""Table S1 of the paper. Its connections carry counts and neighbours; ours are the coarse ones without counts."""


class Vocabulary:
    """Concepts by kind, each with the number of crystals it is true of.

    Two numbers are kept for each: crystals where it is true at all (``Truth.HELD`` or better), and crystals whose
    description states it (``Truth.STATED``, what the paper counts). Vocabularies of parts of a dataset add up.
    """

    def __init__(self, crystals: int, counts: Mapping[Concept, tuple[int, int]]) -> None:
        """``counts``: concept → (crystals where it is true, crystals where it is stated)."""
        self.crystals = crystals
        self._counts = {UNKNOWN: (0, 0), **counts}
        self._ordered: dict[tuple[Kind, int, Truth], tuple[Concept, ...]] = {}

    @classmethod
    def count(cls, descriptions: Iterable[Description]) -> Vocabulary:
        """Count the concepts of ``descriptions``, one crystal each."""
        true: Counter[Concept] = Counter()
        stated: Counter[Concept] = Counter()
        crystals = 0
        for description in descriptions:
            crystals += 1
            for concept, truth in true_concepts(description).items():
                if not row_of(concept.kind).learned:
                    continue
                true[concept] += 1
                stated[concept] += truth is Truth.STATED
        return cls(crystals, {concept: (number, stated[concept]) for concept, number in true.items()})

    def __add__(self, other: Vocabulary) -> Vocabulary:
        """The vocabulary of both datasets together; they must not share crystals."""
        counts = dict(self._counts)
        for concept, (true, stated) in other._counts.items():
            here = counts.get(concept, (0, 0))
            counts[concept] = (here[0] + true, here[1] + stated)
        return Vocabulary(self.crystals + other.crystals, counts)

    def without_rare(self, min_count: int, kinds: tuple[Kind, ...] = COMPOUND_KINDS) -> Vocabulary:
        """The same without the concepts of ``kinds`` that fewer than ``min_count`` crystals have.

        Most full patterns occur once; a model travels without them.
        """
        kept = {c: n for c, n in self._counts.items() if c.kind not in kinds or n[0] >= min_count}
        return Vocabulary(self.crystals, kept)

    def __contains__(self, concept: object) -> bool:
        return concept in self._counts

    def __len__(self) -> int:
        return len(self._counts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vocabulary):
            return NotImplemented
        return (self.crystals, self._counts) == (other.crystals, other._counts)

    def __hash__(self) -> int:
        return hash((self.crystals, len(self._counts)))

    def frequency(self, concept: Concept, truth: Truth = Truth.HELD) -> int:
        """Number of crystals where ``concept`` is at least as true as ``truth``; 0 for one that is not here."""
        true, stated = self._counts.get(concept, (0, 0))
        return stated if truth is Truth.STATED else true

    def concepts(self, kind: Kind, min_count: int = 1, truth: Truth = Truth.HELD) -> tuple[Concept, ...]:
        """The concepts of a kind that at least ``min_count`` crystals have, most frequent first, then by phrase.

        The frequency is that at ``truth``. Space groups always include [UNK].
        """
        key = (kind, min_count, truth)
        if key not in self._ordered:
            found = [c for c in self._counts if c.kind == kind and self.frequency(c, truth) >= min_count]
            if kind == UNKNOWN.kind and UNKNOWN not in found:
                found.append(UNKNOWN)
            self._ordered[key] = tuple(sorted(found, key=lambda c: (-self.frequency(c, truth), c.phrase)))
        return self._ordered[key]

    def index(self, kind: Kind, min_count: int = 1, truth: Truth = Truth.HELD) -> dict[Concept, int]:
        """Concept → its place in :meth:`concepts` of the same arguments."""
        return {concept: place for place, concept in enumerate(self.concepts(kind, min_count, truth))}

    def find(self, phrase: str) -> Concept | None:
        """The concept of a phrase, or None."""
        return self._by_phrase.get(phrase)

    @cached_property
    def _by_phrase(self) -> dict[str, Concept]:
        return {concept.phrase: concept for concept in self._counts}

    def table(self) -> list[tuple[Kind, int, int]]:
        """(kind, number of concepts stated here, number in Table S1 of the paper), in the paper's order."""
        return [
            (kind, sum(c.kind == kind and self.frequency(c, Truth.STATED) > 0 for c in self._counts), paper)
            for kind, paper in PAPER_COUNTS.items()
        ]

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary (``vocabulary.json`` of a model folder); :meth:`from_json` is its inverse."""
        counts = {
            kind: {c.phrase: list(self._counts[c]) for c in self.concepts(kind, min_count=0) if c in self._counts}
            for kind in LEARNED_KINDS
        }
        return {"format": FORMAT, "crystals": self.crystals, "counts": counts}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Vocabulary:
        """Rebuild a vocabulary. Raises :class:`~clics.errors.ModelError` (``bad-vocabulary``) where it is none."""
        if data.get("format") != FORMAT:
            raise ModelError(f"This is not a vocabulary of format {FORMAT}.", kind="bad-vocabulary")
        try:
            counts = {
                concept_of(kind, str(phrase)): (int(true), int(stated))
                for kind in LEARNED_KINDS
                for phrase, (true, stated) in data["counts"].get(kind, {}).items()
            }
            return cls(int(data["crystals"]), counts)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(f"The vocabulary is damaged: {error!r}.", kind="bad-vocabulary") from error
