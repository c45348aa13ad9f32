"""A search as the form holds it: it is run, kept in the history, and shown in one line. No Qt."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from clics.engine_process.operation import SESSION, call
from clics.results import SearchQuery, SimilarQuery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clics.engine_process.operation import Operation
    from clics.results import Chip, Crystal, Description, SearchResult


@dataclass(frozen=True, slots=True)
class Query:
    """A phrase, further phrases that must and must not hold, and a filter.

    ``like``: the open crystal is the query, and the phrase pulls it away with ``weight`` in [0, 1].
    """

    phrase: str = ""
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    where: str = ""
    like: bool = False
    weight: float = 0.5

    @property
    def empty(self) -> bool:
        """True if there is nothing to search for."""
        return not (self.phrase or self.must or self.like or self.where)

    def title(self) -> str:
        """All of it in one line."""
        parts = ["similar to the open crystal"] if self.like else []
        if self.like and self.phrase:
            parts[0] += f", leaning to “{self.phrase}” ({self.weight:.0%})"
        elif self.phrase:
            parts.append(self.phrase)
        parts += [f"+ {text}" for text in self.must] + [f"− {text}" for text in self.must_not]
        parts += [f"[{self.where}]"] if self.where else []
        return "  ".join(parts)

    def to_json(self) -> dict[str, Any]:
        """For the session file."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Query | None:
        """The query from what :meth:`to_json` returned; None for anything else."""
        if not isinstance(data, dict):
            return None
        try:
            weight = float(data.get("weight", 0.5))
            return cls(
                str(data.get("phrase", "")),
                tuple(str(text) for text in data.get("must", ())),
                tuple(str(text) for text in data.get("must_not", ())),
                str(data.get("where", "")),
                bool(data.get("like", False)),
                min(max(weight, 0.0), 1.0) if weight == weight else 0.5,
            )
        except (TypeError, ValueError):
            return None

    def without_like(self) -> Query:
        """The same without the open crystal."""
        return replace(self, like=False)

    def with_filter(self, chips: Sequence[Chip], condition: str) -> Query:
        """The same with a condition that was typed into the phrase as the filter.

        Args:
            chips: Parts of the phrase; conditions that were not applied are taken out of it.
            condition: The condition.
        """
        phrase = self.phrase
        for chip in sorted(chips, key=lambda chip: -chip.start):
            if chip.kind == "filter" and not chip.applied and chip.source == "phrase":
                phrase = f"{phrase[: chip.start]} {phrase[chip.end :]}"
        where = " ".join(f"{self.where} {condition}".split())
        return replace(self, phrase=" ".join(phrase.split()), where=where)

    def operation(
        self, top: int, crystal: Crystal | None = None, description: Description | None = None
    ) -> Operation[SearchResult]:
        """The operation that runs it.

        Without a phrase of its own, the first of ``must`` stands for it; a filter alone lists crystals.
        """
        where = self.where or None
        if self.like and crystal is not None:
            return call(
                SESSION.similar,
                SimilarQuery(
                    crystal, top=top, where=where, but=self.phrase or None, weight=self.weight, must=self.must,
                    must_not=self.must_not, description=description,
                ),
            )  # fmt: skip
        phrase = self.phrase or next(iter(self.must), "")
        return call(SESSION.search, SearchQuery(phrase, top, where, self.must, self.must_not))
