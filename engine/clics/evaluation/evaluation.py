"""Results of an evaluation, which are written as JSON, Markdown and HTML; the field names are keys of the JSON."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from clics.errors import InputError
from clics.evaluation.concept_tables import CrystalTable, TableEntry
from clics.evaluation.confusion import SpaceGroupErrors
from clics.evaluation.curves import Curve
from clics.evaluation.figures import PAPER_SPLIT, Figure
from clics.evaluation.phrase_precision import PhraseRow
from clics.evaluation.ranking import Agreement
from clics.evaluation.relations import Relations

Split = Literal["train", "val", "test", "all"]
Section = Literal["table1", "ceiling", "connected", "geometry", "phrases", "errors", "relations", "examples"]
SECTIONS: tuple[Section, ...] = (
    "table1",
    "ceiling",
    "connected",
    "geometry",
    "phrases",
    "errors",
    "relations",
    "examples",
)


def sections_of(names: Sequence[str] | None) -> tuple[Section, ...]:
    """Sections by name, in their order; all for None.

    Raises:
        InputError: there is no such section (kind ``bad-section``).
    """
    unknown = [name for name in names or () if name not in SECTIONS]
    if unknown:
        raise InputError(f"There is no section {unknown[0]!r}; choose of {', '.join(SECTIONS)}.", kind="bad-section")
    return tuple(section for section in SECTIONS if names is None or section in names)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Results of :func:`clics.evaluation.evaluate.evaluate`; sections that were not requested are empty or None.

    Attributes:
        model: fingerprint of the model.
        left_out: crystals that figures leave out, by reason.
        data: first digits of the hash of the data set's arrays.
        made_with: versions of the packages that made labels and ceilings.
        unreadable: ids of crystals that the model cannot embed, which count as wrong.
        refused: crystals that were to be shown but cannot be, with the reason.
    """

    model: str
    split: str
    crystals: int
    described: int
    training_crystals: int
    sections: tuple[Section, ...]
    left_out: dict[str, int]
    figures: tuple[Figure, ...]
    space_group_labels: tuple[Agreement, ...]
    environment_labels: tuple[Agreement, ...]
    relations: Relations | None
    curves: tuple[Curve, ...] = ()
    errors: SpaceGroupErrors | None = None
    phrases: tuple[PhraseRow, ...] = ()
    examples: tuple[CrystalTable, ...] = ()
    examples_missing: tuple[str, ...] = ()
    shown: tuple[CrystalTable, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    supervised: str = ""
    data: str = ""
    made_with: dict[str, str] = field(default_factory=dict)
    paper_split: str = PAPER_SPLIT

    def figure(self, key: str) -> Figure:
        """The figure with a key such as ``"space_group.top1"``.

        Raises:
            KeyError: it was not computed.
        """
        for figure in self.figures:
            if figure.key == key:
                return figure
        raise KeyError(key)

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary; NaN becomes null."""
        plain: dict[str, Any] = _plain(dataclasses.asdict(self))
        return plain


@dataclass(frozen=True, slots=True)
class Shown:
    """Crystals whose concepts are shown, and refusals of others with the reason."""

    entries: Sequence[TableEntry] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Supervised:
    """A supervised classifier of space groups, for comparison: its name, and values by key of a figure."""

    name: str
    values: Mapping[str, float]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value
