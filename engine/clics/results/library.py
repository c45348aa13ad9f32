"""Rows and statistics of a library, and the report of an addition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from clics.results.lists import ResultList
from clics.results.vector_space import Role

if TYPE_CHECKING:
    from clics.crystals.crystal import Refusal

DuplicatePolicy: TypeAlias = Literal["add", "skip"]
"""What is done with a crystal that equals a stored one under another id."""

OWN_LIBRARY_NAME = "My library"
"""Name of a user's own library, which begins as a copy of the starter library."""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One crystal of a library, as a row of a table; None stands for what is not known."""

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
    notes: tuple[str, ...] = ()
    """Notes of the reader."""


@dataclass(frozen=True, slots=True)
class LibraryGeometryRow(LibraryRow):
    """A row with the geometry that the library stores of the crystal.

    Attributes:
        shapes: Shapes of the polyhedra around cations and neutral atoms, for example ``trigonal prism``.
        networks: Networks of cation-centred polyhedra, for example ``Layers of edge-sharing MoS6``.
    """

    shapes: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


class LibraryRows(ResultList[LibraryRow]):
    """Crystals of a library, a row each."""

    __slots__ = ()


class LibraryGeometryRows(ResultList[LibraryGeometryRow]):
    """Crystals of a library with their geometry, a row each."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The embeddings of one model in a library.

    Attributes:
        fingerprint: Fingerprint of the model.
        dimensions: Length of a vector of the shared space.
        vectors: Number of crystals with a vector in the shared space.
        without: Number of crystals that the model could not embed.
        structural: Number of crystals with a vector in the structural space; 0 where the model has no such space.
        sites: Number of crystals with site vectors; 0 where the model has none.
    """

    fingerprint: str
    dimensions: int
    vectors: int
    without: int
    structural: int = 0
    sites: int = 0


@dataclass(frozen=True, slots=True)
class LibraryInfo:
    """Statistics of a library.

    Attributes:
        name: Its name.
        path: Its file.
        format: Version of the file format.
        revision: A number that grows with every change.
        size: Size in bytes, with the write-ahead log.
        crystals: Number of crystals.
        ordered: Number of ordered crystals.
        described: Number of crystals with a description.
        refused: Number of files and data blocks that were refused.
        models: The models that have embedded crystals of the library.
        kinds: Number of facts by kind of concept.
        crystal_systems: Number of crystals by crystal system.
    """

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
    """The state of a library relative to a model.

    Attributes:
        info: Statistics of the library.
        lacking: Number of crystals that lack an embedding by the model.
        fingerprint: Fingerprint of the model.
        starter: It is the starter library, which is never changed.
        writable: Crystals can be added.
        sources: Files and databases with most crystals, and the number of crystals of each.
        more_sources: Number of further files and databases.
        attribution: Source and licence of data that ship with the program.
        lacks: The spaces of the model in which embeddings are lacking.
        without_geometry: Number of ordered crystals without facts of geometry, such as those of earlier versions.
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
    without_geometry: int = 0


@dataclass(slots=True)
class DescribeReport:
    """The outcome of describing the crystals of a library that lack facts of geometry.

    Attributes:
        described: Number of crystals that were described.
        undescribed: Id and reason (``kind: message``) of those that could not be described, which keep what they had.
    """

    described: int = 0
    undescribed: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A crystal to be added that equals a stored one.

    Attributes:
        id: Its id.
        of: Id of the stored crystal.
        exact: Cell and atoms are the same numbers; else the same crystal in another cell, setting or origin, to within
            the tolerances of :mod:`clics.library.duplicates`.
        added: It was added all the same.
    """

    id: str
    of: str
    exact: bool
    added: bool


@dataclass(slots=True)
class RecoveryReport:
    """What was recovered of a damaged library.

    Attributes:
        crystals: Number of crystals in the new library.
        lost: Ids of crystals whose contents were damaged.
        descriptions_lost: Number of recovered crystals whose description was damaged.
        vectors: Number of embeddings in the new library.
        vectors_lost: Number of embeddings that were damaged.
        unreadable: Number of rows that could not be read at all.
    """

    crystals: int = 0
    lost: list[str] = field(default_factory=list)
    descriptions_lost: int = 0
    vectors: int = 0
    vectors_lost: int = 0
    unreadable: int = 0


@dataclass(slots=True)
class AddReport:
    """The outcome of an addition to a library.

    Attributes:
        added: Number of crystals that were stored.
        skipped: Number of crystals that were stored already.
        completed: Number of stored crystals that only lacked an embedding by the model.
        renamed: Ids given and ids stored, where another structure has the id.
        undescribed: Id and reason (``kind: message``) of stored crystals without description.
        unembedded: Id and reason of stored crystals without embedding.
        refused: What could not be read as a crystal.
        duplicates: Crystals that equal a stored one under another id.
        notes: Id and note of the reader, of stored crystals.
    """

    added: int = 0
    skipped: int = 0
    completed: int = 0
    renamed: list[tuple[str, str]] = field(default_factory=list)
    undescribed: list[tuple[str, str]] = field(default_factory=list)
    unembedded: list[tuple[str, str]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        """Number of duplicates that were not added."""
        return sum(not duplicate.added for duplicate in self.duplicates)

    @property
    def seen(self) -> int:
        """Number of crystals and refusals that the sources contained."""
        return self.added + self.skipped + self.completed + len(self.refused) + self.left_out
