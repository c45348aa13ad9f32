"""Data sets in figures, and the outcome of building and packing one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from clics.crystals.crystal import Refusal


@dataclass(slots=True)
class BuildReport:
    """What one run of :func:`build` did.

    ``described`` and ``failed`` (by kind of error) count this run; ``skipped`` what was there before; ``left_out``
    what was too large; ``refused`` the entries that are no crystal, the first thousand of them in ``refusals``.
    """

    folder: Path
    described: int = 0
    skipped: int = 0
    left_out: int = 0
    refused: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def passed_over(self) -> int:
        """Entries of the sources that this run read and did not describe."""
        return self.skipped + self.left_out + self.refused


@dataclass(frozen=True, slots=True)
class PackReport:
    """Crystals per split, how many are described, how many were left out by reason, and unreadable entries (1000)."""

    folder: Path
    crystals: dict[str, int]
    described: int
    left_out: dict[str, int]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """A data set in figures.

    ``crystals`` counts by split (packed) or in all (described: ``"all"``), ``described`` those with a description,
    ``errors`` those that are not in it, by reason. ``vocabulary`` is (kind, concepts stated here, in Table S1 of the
    paper), of a packed data set for its training split. ``manifest`` is what the folder says of itself, as stored
    (``about.json`` or ``manifest.json``).
    """

    folder: Path
    kind: Literal["described", "packed"]
    crystals: dict[str, int]
    described: int
    errors: dict[str, int]
    vocabulary: tuple[tuple[str, int, int], ...]
    licence: str | None
    versions: tuple[dict[str, str], ...]
    sources: tuple[str, ...]
    manifest: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary, for ``--json``."""
        return {
            "folder": str(self.folder),
            "kind": self.kind,
            "crystals": self.crystals,
            "described": self.described,
            "errors": self.errors,
            "concepts": {kind: here for kind, here, _ in self.vocabulary},
            "paper": {kind: paper for kind, _, paper in self.vocabulary},
            "licence": self.licence,
            "versions": list(self.versions),
            "sources": list(self.sources),
            "manifest": self.manifest,
        }
