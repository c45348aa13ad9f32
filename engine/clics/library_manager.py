"""What an Session keeps in order: the library files themselves, and the map of the one in use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clics.errors import LibraryError

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal, Refusal
    from clics.library.store import Library
    from clics.model.encoder import Encoder
    from clics.results.library import LibraryState
    from clics.results.library_map import LibraryMap, MapScores


class LibraryManager:
    """The part of :class:`clics.session.Session` that looks after library files; used through it only."""

    @property
    def encoder(self) -> Encoder:
        """The model whose vectors are mapped."""
        raise NotImplementedError

    @property
    def model_path(self) -> Path:
        """The folder of that model."""
        raise NotImplementedError

    def library(self, *, write: bool = False) -> Library:
        """The library in use."""
        raise NotImplementedError

    def library_state(self, path: Path | None = None) -> LibraryState:
        """How a library file stands, the one in use or another, which is opened for this alone; nothing is computed.

        Raises LibraryError, and ModelError where the model folder cannot be read.
        """
        from clics.library.state import state_of
        from clics.library.store import Library
        from clics.model.folder import fingerprints_of

        fingerprints = fingerprints_of(self.model_path)
        if path is None:
            return state_of(self.library(), fingerprints)
        with Library(path, "read") as other:
            return state_of(other, fingerprints)

    def library_create(self, path: Path, name: str = "") -> None:
        """Make an empty library file, named ``name`` or as the file. Raises LibraryError; ``exists`` for one that is there."""
        from clics.library.store import Library

        if path.exists():
            raise LibraryError(f"{path} is there already; open it, or choose another name.", kind="exists")
        with Library(path, "create") as library:
            if name:
                library.rename(name)

    def library_rename(self, name: str) -> None:
        """Give the library in use another name, which stays in its file. Raises LibraryError."""
        name = " ".join(name.split())
        if not name:
            raise LibraryError("A library needs a name.", kind="bad-name")
        self.library(write=True).rename(name)

    def library_check(self) -> int:
        """Read every page of the library in use; how many crystals it holds. Raises LibraryError of kind ``damaged``."""
        from clics.library.store import Library

        with Library(self.library().path, "read") as fresh:  # what is open may answer from its memory
            fresh.check()
            return fresh.count()

    def library_refusals(self) -> tuple[Refusal, ...]:
        """What was refused when adding to the library in use, the latest word on each place."""
        return tuple(self.library().refusals())

    def library_delete(self, path: Path) -> None:
        """Delete a library file with its log. Raises LibraryError for what is none, is in the program, or is locked."""
        from clics.library.state import is_starter
        from clics.library.store import Library

        if is_starter(path):
            raise LibraryError("The starter library is part of the program and is not deleted.", kind="read-only")
        Library(path, "read").close()  # refuses what is no library
        try:
            for part in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                part.unlink(missing_ok=True)
        except OSError as error:
            raise LibraryError(f"{path} could not be deleted: {error.strerror}.", kind="not-deleted") from error

    # ---- the map ----------------------------------------------------------------------------------------------------

    def library_map(self) -> LibraryMap:
        """The library's vectors on their two principal axes (:mod:`clics.library.projection`)."""
        from clics.library.projection import library_map

        return library_map(self.library(), self.encoder.fingerprint, self.encoder.dimensions)

    def map_crystal(self, drawn: LibraryMap, crystal: Crystal) -> MapScores:
        """Where a crystal lies on a map of this library, and its likeness to all that are drawn. Raises CrystalError."""
        from clics.crystals.check import check_for_model
        from clics.library.encoder_protocol import space_of_crystals
        from clics.retrieval.map_scores import crystal_map_scores
        from clics.retrieval.neighbours import embed_query

        check_for_model(crystal)
        shared, structural = embed_query(self.encoder, crystal.arrays())
        return crystal_map_scores(drawn, structural, self.library(), space_of_crystals(self.encoder), shared)

    def map_phrase(self, drawn: LibraryMap, phrase: str) -> MapScores:
        """How near all that are drawn come to a typed phrase, which has no place on the map. Raises InputError."""
        from clics.retrieval.map_scores import phrase_map_scores
        from clics.retrieval.typed_phrase import read_phrase

        query = read_phrase(phrase, self.encoder).scores
        return phrase_map_scores(drawn, query, self.library(), self.encoder)
