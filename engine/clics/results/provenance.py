"""Where a table came from, said inside its file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Provenance:
    """What every exported file says of itself; empty strings are left out.

    ``model`` is the name and the fingerprint of the model that gave the scores, ``library`` the name of the library,
    ``query`` the phrase, crystal or filter that was asked for, ``licence`` whom the data are owed to.
    """

    title: str = ""
    library: str = ""
    model: str = ""
    query: str = ""
    licence: str = ""

    def columns(self) -> dict[str, str]:
        """What goes with every row where a file has nothing but rows."""
        parts = {name: value for name, value in self._parts() if value}
        return {**parts, "written": now()} if parts else {}

    def all(self) -> dict[str, str]:
        """Everything, with the program and the time."""
        parts = {"title": self.title, **dict(self._parts()), "program": "CLICS desktop", "written": now()}
        return {name: value for name, value in parts.items() if value}

    def _parts(self) -> tuple[tuple[str, str], ...]:
        return (("library", self.library), ("model", self.model), ("query", self.query), ("licence", self.licence))


def now() -> str:
    """The time that files carry, to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
