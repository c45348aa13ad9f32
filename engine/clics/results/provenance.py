"""The provenance of results, which is written into every exported file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Provenance:
    """The metadata of an exported file; empty strings are left out.

    Attributes:
        title: Title of the file.
        library: Name of the library.
        model: Name and fingerprint of the model that gave the scores.
        query: The phrase, crystal or filter that was asked for.
        licence: Source and licence of the data.
    """

    title: str = ""
    library: str = ""
    model: str = ""
    query: str = ""
    licence: str = ""

    def columns(self) -> dict[str, str]:
        """The metadata that go with every row, for formats that hold rows only."""
        parts = {name: value for name, value in self._parts() if value}
        return {**parts, "written": now()} if parts else {}

    def all(self) -> dict[str, str]:
        """All metadata, with the program and the time."""
        parts = {"title": self.title, **dict(self._parts()), "program": "CLICS desktop", "written": now()}
        return {name: value for name, value in parts.items() if value}

    def _parts(self) -> tuple[tuple[str, str], ...]:
        return (("library", self.library), ("model", self.model), ("query", self.query), ("licence", self.licence))


def now() -> str:
    """The present time in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
