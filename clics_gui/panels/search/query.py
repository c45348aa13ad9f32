"""What is searched for, as data: it is asked of the engine, kept in the history, and shown in one line. No Qt."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.results.description import Description
    from clics.results.search import SearchResult
    from clics.session import Session


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
        """Whether there is nothing to search for."""
        return not (self.phrase or self.must or self.like)

    def title(self) -> str:
        """All of it in one line."""
        parts = [f"like the open crystal, but ({self.weight:.0%})"] if self.like else []
        parts += [self.phrase] if self.phrase else []
        parts += [f"+ {text}" for text in self.must] + [f"− {text}" for text in self.must_not]
        parts += [f"[{self.where}]"] if self.where else []
        return "  ".join(parts)

    def to_json(self) -> dict[str, Any]:
        """For the session file."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Query | None:
        """What :meth:`to_json` gave, or None for anything else."""
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


def ask(
    session: Session, query: Query, top: int, crystal: Crystal | None = None, description: Description | None = None
) -> SearchResult:
    """Run a query. Without a phrase of its own, the first of ``must`` stands for it."""
    where = query.where or None
    if query.like and crystal is not None:
        but = query.phrase or None
        return session.similar(
            crystal, top=top, where=where, but=but, weight=query.weight, must=query.must, must_not=query.must_not,
            description=description,
        )  # fmt: skip
    phrase = query.phrase or query.must[0]
    return session.search(phrase, top=top, where=where, must=query.must, must_not=query.must_not)


def check_filter(session: Session, where: str) -> None:
    """Raises FilterError for a filter that cannot be read."""
    session.check_filter(where)


def phrases(session: Session) -> tuple[str, ...]:
    """Phrases to complete from, most frequent first; bare polyhedra are left out, connections name them all."""
    bare = set(session.phrases("polyhedra"))
    return tuple(phrase for phrase in session.phrases() if phrase not in bare)


def filter_help(session: Session) -> str:
    """The language of filters."""
    return session.filter_help()
