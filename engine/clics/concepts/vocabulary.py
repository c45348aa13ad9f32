"""Vocabularies: the concepts of a data set that retrieval ranks, each with the number of crystals that have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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
_SAME = 0.01
"""Share of crystals by which two counts of the same crystals may differ. Space groups of two random samples of 120,000
crystals differ by 3 %."""


_MOST_CRYSTALS = 10**12

PAPER_COUNTS: dict[Kind, int] = {
    row.name: row.paper_count
    for row in sorted(ROWS, key=lambda row: row is not STRUCTURE_TYPE)
    if row.paper_count is not None
}
"""Table S1 of the paper. Its connections carry counts and neighbours; ours are the coarse ones without counts."""


class Vocabulary:
    """Concepts by kind, each with the number of crystals it is true of.

    Two numbers are kept for each concept: crystals of which it is true at all (``Truth.HELD`` or better), and crystals
    whose description states it (``Truth.STATED``, the count of the paper). Vocabularies of parts of a data set add up.

    Counts are kept by kind and phrase, which together identify a concept. A stored phrase is parsed when its kind is
    asked for: most phrases of a model are full patterns of connections, and most searches need none of them.

    Attributes:
        crystals: Number of crystals counted.
    """

    def __init__(self, crystals: int, counts: Mapping[Concept, tuple[int, int]]) -> None:
        """Make a vocabulary of counts.

        Args:
            crystals: Number of crystals counted.
            counts: For each concept, the number of crystals of which it is true, and that of crystals that state it.
        """
        by_kind: dict[Kind, dict[str, tuple[int, int]]] = {}
        for concept, numbers in counts.items():
            by_kind.setdefault(concept.kind, {})[concept.phrase] = numbers
        self._set(crystals, by_kind)

    def _set(self, crystals: int, counts: dict[Kind, dict[str, tuple[int, int]]]) -> None:
        self.crystals = crystals
        self._counts = counts
        self._counts.setdefault(UNKNOWN.kind, {}).setdefault(UNKNOWN.phrase, (0, 0))
        self._ordered: dict[tuple[Kind, int, Truth], tuple[Concept, ...]] = {}

    @classmethod
    def _of_phrases(cls, crystals: int, counts: dict[Kind, dict[str, tuple[int, int]]]) -> Vocabulary:
        vocabulary = cls.__new__(cls)
        vocabulary._set(crystals, counts)
        return vocabulary

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
        """The vocabulary of both data sets together; they must not share crystals."""
        counts = {kind: dict(of_kind) for kind, of_kind in self._counts.items()}
        for kind, others in other._counts.items():
            of_kind = counts.setdefault(kind, {})
            for phrase, (true, stated) in others.items():
                own = of_kind.get(phrase, (0, 0))
                of_kind[phrase] = (own[0] + true, own[1] + stated)
        return self._of_phrases(self.crystals + other.crystals, counts)

    def counts_same_crystals(self, other: Vocabulary) -> bool:
        """True if both were counted over the same crystals, as far as their number and their space groups tell.

        Descriptions of another version may differ, and a few crystals that one version cannot describe may be missing.
        """
        most = _SAME * max(self.crystals, other.crystals)
        own, others = (each._counts[UNKNOWN.kind] for each in (self, other))
        apart = sum(abs(own.get(p, (0, 0))[0] - others.get(p, (0, 0))[0]) for p in {*own, *others})
        return abs(self.crystals - other.crystals) <= most and apart <= most

    def updated_by(self, other: Vocabulary) -> Vocabulary:
        """The other vocabulary, with the concepts of kinds that it has none of from this one (structure types)."""
        return self._of_phrases(other.crystals, {**self._filled(), **other._filled()})

    def without_rare(self, min_count: int, kinds: tuple[Kind, ...] = COMPOUND_KINDS) -> Vocabulary:
        """Leave out rare concepts: most full patterns occur once, and a model is distributed without them.

        Args:
            min_count: Least number of crystals for a concept that stays.
            kinds: Kinds of which rare concepts are left out; all concepts of the others stay.
        """
        counts = {
            kind: {phrase: n for phrase, n in of_kind.items() if kind not in kinds or n[0] >= min_count}
            for kind, of_kind in self._counts.items()
        }
        return self._of_phrases(self.crystals, counts)

    def __contains__(self, concept: object) -> bool:
        return isinstance(concept, Concept) and concept.phrase in self._counts.get(concept.kind, ())

    def __len__(self) -> int:
        return sum(map(len, self._counts.values()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vocabulary):
            return NotImplemented
        return self.crystals == other.crystals and self._filled() == other._filled()

    def __hash__(self) -> int:
        return hash((self.crystals, len(self)))

    def _filled(self) -> dict[Kind, dict[str, tuple[int, int]]]:
        """The counts of kinds that have concepts."""
        return {kind: of_kind for kind, of_kind in self._counts.items() if of_kind}

    def frequency(self, concept: Concept, truth: Truth = Truth.HELD) -> int:
        """Number of crystals where ``concept`` is at least as true as ``truth``; 0 for one that is not here."""
        return self._frequency(concept.kind, concept.phrase, truth)

    def _frequency(self, kind: Kind, phrase: str, truth: Truth) -> int:
        true, stated = self._counts.get(kind, {}).get(phrase, (0, 0))
        return stated if truth is Truth.STATED else true

    def concepts(self, kind: Kind, min_count: int = 1, truth: Truth = Truth.HELD) -> tuple[Concept, ...]:
        """The concepts of a kind, most frequent first, then by phrase.

        Args:
            kind: Name of the kind.
            min_count: Least number of crystals that have the concept. The unknown space group is always included.
            truth: The relation that is counted.
        """
        key = (kind, min_count, truth)
        if key not in self._ordered:
            listed = {p: -self._frequency(kind, p, truth) for p in self._counts.get(kind, ())}
            kept = [
                phrase
                for phrase, negative in listed.items()
                if -negative >= min_count or (kind == UNKNOWN.kind and phrase == UNKNOWN.phrase)
            ]
            kept.sort(key=lambda phrase: (listed[phrase], phrase))
            self._ordered[key] = tuple(concept_of(kind, phrase) for phrase in kept)
        return self._ordered[key]

    def index(self, kind: Kind, min_count: int = 1, truth: Truth = Truth.HELD) -> dict[Concept, int]:
        """The position of each concept in :meth:`concepts` of the same arguments, from 0."""
        return {concept: position for position, concept in enumerate(self.concepts(kind, min_count, truth))}

    def find(self, phrase: str) -> Concept | None:
        """The concept of a phrase; None if the vocabulary has none."""
        kind = next((kind for kind, of_kind in self._counts.items() if phrase in of_kind), None)
        return None if kind is None else concept_of(kind, phrase)

    def table(self) -> list[tuple[Kind, int, int]]:
        """Compare with Table S1 of the paper, in its order: kind, number of stated concepts here, number there."""
        return [
            (kind, sum(stated > 0 for _, stated in self._counts.get(kind, {}).values()), paper)
            for kind, paper in PAPER_COUNTS.items()
        ]

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary (``vocabulary.json`` of a model folder); :meth:`from_json` is its inverse."""
        counts: dict[Kind, dict[str, list[int]]] = {}
        for kind in LEARNED_KINDS:
            of_kind = self._counts.get(kind, {})
            if of_kind or kind in PAPER_COUNTS:  # kinds that came later are written where there are any
                counts[kind] = {
                    phrase: list(of_kind[phrase]) for phrase in sorted(of_kind, key=lambda p: (-of_kind[p][0], p))
                }
        return {"format": FORMAT, "crystals": self.crystals, "counts": counts}

    @classmethod
    def from_json(cls, data: Any) -> Vocabulary:
        """Rebuild a vocabulary from :meth:`to_json`.

        Raises:
            ModelError: The data are of another format, or damaged (kind ``bad-vocabulary``).
        """
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ModelError(f"This is not a vocabulary of format {FORMAT}.", kind="bad-vocabulary")
        try:
            counts = {
                kind: {
                    str(phrase): (_count(true), _count(stated))
                    for phrase, (true, stated) in data["counts"].get(kind, {}).items()
                }
                for kind in LEARNED_KINDS
            }
            return cls._of_phrases(_count(data["crystals"]), counts)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise ModelError("The vocabulary is damaged: its counts are not as they must be.",
                             kind="bad-vocabulary") from error  # fmt: skip


def _count(value: Any) -> int:
    count = int(value)
    if not 0 <= count <= _MOST_CRYSTALS:
        raise ValueError("a count beyond all reason")
    return count
