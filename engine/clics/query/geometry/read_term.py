"""A condition on the facts of geometry with the words that state it."""

from __future__ import annotations

from dataclasses import dataclass

from clics.query.geometry.terms import GeometryTerm


@dataclass(slots=True)
class ReadTerm:
    """A term with its place in the text.

    Attributes:
        term: The term.
        spans: The words that say it.
        negated: It must not be true.
    """

    term: GeometryTerm
    spans: list[tuple[int, int]]
    negated: bool = False

    @property
    def start(self) -> int:
        """First character."""
        return min(start for start, _ in self.spans)

    @property
    def end(self) -> int:
        """Character after the last."""
        return max(end for _, end in self.spans)
