"""A library as tables show it: rows, figures of the whole, the outcome of an addition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from clics.crystals.crystal import Refusal

Role: TypeAlias = Literal["shared", "structural", "sites"]
"""The purpose of a space of vectors: crystals and phrases, crystals among crystals, inequivalent sites and phrases."""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One crystal of a library as tables show it. None: not known."""

    id: str
    formula: str
    elements: tuple[str, ...]
    sites: int
    ordered: bool
    space_group: str | None
    space_group_number: int | None
    crystal_system: str | None
    dimensionality: int | None
    mineral: str | None
    source: str
    block: str
    undescribed: str | None
    """Why there is no description (``kind: message``); None where there is one."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model that a library has vectors of; ``without`` counts the crystals that it could not take.

    ``likeness`` counts vectors of its own space for crystals among crystals, ``sites`` the crystals of which there are
    vectors of the kinds of atoms (0 where the model has none).
    """

    fingerprint: str
    dimensions: int
    vectors: int
    without: int
    likeness: int = 0
    sites: int = 0


@dataclass(frozen=True, slots=True)
class LibraryInfo:
    """Figures of a whole library. ``size`` in bytes, its log included; ``kinds`` counts facts by kind of concept."""

    name: str
    path: str
    format: int
    revision: int
    size: int
    crystals: int
    ordered: int
    described: int
    refused: int
    models: tuple[ModelInfo, ...]
    kinds: Mapping[str, int]
    crystal_systems: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LibraryState:
    """A library beside the model ``fingerprint``, of which ``lacking`` crystals have no word yet.

    ``starter``: it is the one that ships, which is never changed; ``writable`` whether it can be added to. ``sources``
    are the files and databases with most crystals, and how many; ``more_sources`` counts the others. ``attribution``
    says to whom data are owed that came with the program. ``lacks``: which of the model's kinds of vectors are lacking.
    """

    info: LibraryInfo
    lacking: int
    fingerprint: str
    starter: bool
    writable: bool
    sources: tuple[tuple[str, int], ...]
    more_sources: int
    attribution: str
    lacks: tuple[Role, ...] = ()


@dataclass(slots=True)
class AddReport:
    """What an addition came to.

    ``added`` and ``skipped`` count crystals; ``completed`` counts stored ones that only got a vector of this model;
    ``renamed`` lists (id given, id stored) where another structure had the id; ``undescribed`` and ``unembedded`` list
    (id, ``kind: message``) of crystals that were stored nevertheless; ``refused`` what is no crystal.
    """

    added: int = 0
    skipped: int = 0
    completed: int = 0
    renamed: list[tuple[str, str]] = field(default_factory=list)
    undescribed: list[tuple[str, str]] = field(default_factory=list)
    unembedded: list[tuple[str, str]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """Everything the sources held."""
        return self.added + self.skipped + self.completed + len(self.refused)
