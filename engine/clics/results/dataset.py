"""Statistics of data sets, and reports of building and packing them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from clics.crystals.crystal import Refusal


@dataclass(slots=True)
class BuildReport:
    """The report of one run of :func:`clics.dataset.build.build`.

    Attributes:
        folder: The data set.
        described: Number of crystals that were described.
        skipped: Number of crystals that were described before.
        left_out: Number of crystals that are too large.
        refused: Number of entries that could not be read as crystals.
        failed: Number of failed descriptions by kind of error.
        refusals: The first thousand refusals.
        seconds: Duration.
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
        """Number of entries that this run read and did not describe."""
        return self.skipped + self.left_out + self.refused


@dataclass(frozen=True, slots=True)
class PackReport:
    """The report of packing a data set.

    Attributes:
        folder: The packed data set.
        crystals: Number of crystals by split.
        described: Number of crystals with a description.
        left_out: Number of crystals left out, by reason.
        refusals: The first thousand entries that could not be read.
    """

    folder: Path
    crystals: dict[str, int]
    described: int
    left_out: dict[str, int]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """Statistics of a data set.

    Attributes:
        folder: The data set.
        kind: Described or packed.
        crystals: Number of crystals by split; of a described data set, under ``"all"``.
        described: Number of crystals with a description.
        errors: Number of crystals that are not in the data set, by reason.
        vocabulary: Kind, number of stated concepts (of a packed data set, in the training split), and their number in
            Table S1 of the paper.
        licence: Licence of the data.
        versions: Versions of the packages that described them.
        sources: Where the crystals come from.
        manifest: The stored metadata (``about.json`` or ``manifest.json``).
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
