"""The libraries of a session: the one in use, its contents and its file, and other library files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from clics.errors import Cancelled, ClicsError, InputError, LibraryError
from clics.progress import CancelToken, ProgressCallback, silent
from clics.results.library import LibraryGeometryRows, LibraryRows, RecoveryReport

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal, Refusal
    from clics.library.store import Library
    from clics.results.facts import GeometryFacts
    from clics.results.geometry import Atoms
    from clics.results.library import AddReport, DescribeReport, DuplicatePolicy, LibraryInfo, LibraryRow, LibraryState
    from clics.services.state import SessionState
    from clics.sources.inputs import Sources


class LibraryService:
    """The library in use: what it holds, and every change of it. ``session.library``."""

    def __init__(self, state: SessionState) -> None:
        self._state = state

    # ---- contents ---------------------------------------------------------------------------------------------------

    def info(self) -> LibraryInfo:
        """Figures of the whole library."""
        return self._state.catalogue().info()

    def rows(self, where: str | None = None, *, order: str = "added", limit: int | None = None) -> LibraryRows:
        """The crystals that pass a filter, a row each.

        Args:
            where: A filter, for example ``"elements:Li,O nsites<40"``; None for all crystals.
            order: ``added``, ``id``, ``formula``, ``sites`` or ``space_group``.
            limit: Number of rows, at most.

        Raises:
            FilterError: The filter cannot be read.
        """
        return LibraryRows(self.iter_rows(where, order=order, limit=limit))

    def iter_rows(
        self, where: str | None = None, *, order: str = "added", limit: int | None = None
    ) -> Iterator[LibraryRow]:
        """The same rows one by one, as they are read."""
        from clics.query.filters import parse_filter

        return self._state.catalogue().rows(parse_filter(where), order=order, limit=limit)

    def geometry_rows(
        self, where: str | None = None, *, order: str = "added", limit: int | None = None
    ) -> LibraryGeometryRows:
        """The rows with the shapes and networks that the library stores; arguments are those of :meth:`rows`."""
        from clics.query.filters import parse_filter

        return LibraryGeometryRows(self._state.catalogue().geometry_rows(parse_filter(where), order=order, limit=limit))

    def crystal(self, crystal_id: str) -> Crystal:
        """A stored crystal. Raises InputError (``unknown-id``)."""
        return self._state.library().crystal(crystal_id)

    def geometry(self, crystal_id: str) -> GeometryFacts | None:
        """The stored facts of geometry of a crystal; where there are none, they are computed for this once.

        Raises:
            DescriptionError: The crystal cannot be described.
            InputError: ``unknown-id``.
        """
        from clics.descriptions.describe import describe

        library = self._state.library()
        stored = next((facts for _, facts in library.geometry([library.key(crystal_id)])), None)
        return describe(library.crystal(crystal_id)).geometry if stored is None else stored

    def crystals(self, ids: Iterable[str]) -> Iterator[Crystal | Refusal]:
        """Stored crystals by their ids, and a refusal (``unknown-id``) for an id that no crystal has."""
        from clics.crystals.crystal import Refusal

        for crystal_id in ids:
            library = self._state.library()
            try:
                yield library.crystal(crystal_id)
            except InputError as error:
                yield Refusal(str(library.path), crystal_id, error.kind, error.message)

    def atoms(self, ids: Iterable[str]) -> dict[str, Atoms | None]:
        """The cells of crystals of the library, for drawing; None for one that is not there or cannot be read."""
        from clics.services.geometry import opened

        found: dict[str, Atoms | None] = {}
        for crystal_id in ids:
            try:
                found[crystal_id] = opened(self.crystal(crystal_id)).atoms
            except ClicsError:
                found[crystal_id] = None
        return found

    def refusals(self) -> tuple[Refusal, ...]:
        """Everything that was refused when crystals were added, the latest outcome for each place."""
        return tuple(self._state.catalogue().refusals())

    # ---- changes ----------------------------------------------------------------------------------------------------

    def add(
        self,
        sources: Sources,
        *,
        mineral: bool = False,
        duplicates: DuplicatePolicy = "add",
        workers: int = 1,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> AddReport:
        """Read, describe, embed and store crystals; what is stored already is skipped.

        Args:
            sources: Files, folders, archives, structures or crystals.
            mineral: Look up names of structure types too (slower).
            duplicates: ``"skip"`` leaves out crystals that equal a stored one under another id, ``"add"`` adds them; the
                report names them.
            workers: Processes that describe at the same time.

        Raises:
            Cancelled: When ``cancel`` is set; what was stored until then is kept.
            LibraryError: The library cannot be changed.
        """
        from clics.library.add import add

        library = self._state.library(write=True)
        crystals = self._state.read(sources, cancel=cancel)
        report = add(
            library,
            crystals,
            self._state.encoder,
            workers=workers,
            mineral=mineral,
            duplicates=duplicates,
            progress=progress,
            cancel=cancel,
        )
        self._prepare(library, progress, cancel)
        return report

    def _prepare(self, library: Library, progress: ProgressCallback, cancel: CancelToken | None) -> None:
        """Make what searches of a large library need; where it cannot be made now, a search makes it."""
        from clics.retrieval.prepare import prepare_searches

        with suppress(Cancelled, LibraryError):
            prepare_searches(library, self._state.encoder, progress=progress, cancel=cancel)

    def update_embeddings(self, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None) -> int:
        """Embed with the session's model every crystal that it has not embedded yet.

        Returns:
            Number of crystals that were embedded or found to be unsuitable.
        """
        from clics.library.update_embeddings import update_embeddings

        library = self._state.library(write=True)
        count = update_embeddings(library, self._state.encoder, progress=progress, cancel=cancel)
        self._prepare(library, progress, cancel)
        return count

    def update_descriptions(
        self, *, workers: int = 1, progress: ProgressCallback = silent, cancel: CancelToken | None = None
    ) -> DescribeReport:
        """Describe the crystals without facts of geometry, such as those that an earlier version stored.

        Args:
            workers: Processes that describe at the same time.

        Raises:
            Cancelled: When ``cancel`` is set; what was described until then is kept.
            LibraryError: The library cannot be changed.
        """
        from clics.library.update_descriptions import update_descriptions

        library = self._state.library(write=True)
        return update_descriptions(library, workers=workers, progress=progress, cancel=cancel)

    def remove(self, ids: Sequence[str] = (), *, where: str | None = None) -> int:
        """Remove crystals by id, or all that pass a filter.

        Returns:
            Number of crystals that were removed.

        Raises:
            InputError: ``unknown-id``; then nothing is removed. ``bad-option`` where both ids and a filter are given.
        """
        from clics.query.filters import parse_filter

        library = self._state.library(write=True)
        if where is None:
            return library.remove([ids] if isinstance(ids, str) else ids)
        if ids:
            raise InputError("Name the crystals to remove, or a filter, not both.", kind="bad-option")
        return library.remove_where(parse_filter(where))

    def rename(self, name: str) -> None:
        """Give the library another name, which is stored in its file. Raises LibraryError (``bad-name``)."""
        name = " ".join(name.split())
        if not name:
            raise LibraryError("A library needs a name.", kind="bad-name")
        self._state.library(write=True).rename(name)

    # ---- files ------------------------------------------------------------------------------------------------------

    def export(
        self,
        output: str | Path,
        *,
        format: str | None = None,
        where: str | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> int:
        """Write the crystals that pass a filter, or their table.

        Args:
            output: A file, or a folder for ``cif``.
            format: ``jsonl``, ``cif``, ``csv``, ``xlsx``, ``json`` or ``html``; by default the ending of ``output``.
            where: A filter; None for all crystals.

        Returns:
            Number of crystals.
        """
        from clics.export.libraries import export_library
        from clics.query.filters import parse_filter

        library, condition = self._state.library(), parse_filter(where)
        return export_library(library, output, format=format, where=condition, progress=progress, cancel=cancel)

    def state(self, path: str | Path | None = None) -> LibraryState:
        """A library file beside the session's model; nothing is computed.

        Args:
            path: Another library than the one in use, which is opened for this alone.

        Raises:
            LibraryError: The file is no library that can be read.
            ModelError: The model folder cannot be read.
        """
        from clics.library.state import state_of
        from clics.library.store import Library
        from clics.model.folder import fingerprints_of

        fingerprints = fingerprints_of(self._state.model_path)
        if path is None:
            return state_of(self._state.library(), fingerprints)
        with Library(path, "read") as other:
            return state_of(other, fingerprints)

    def states(self, paths: Iterable[Path]) -> Iterator[tuple[Path, LibraryState | ClicsError]]:
        """The state of each of several library files, or the error that says why there is none."""
        for path in paths:
            try:
                yield path, self.state(path)
            except ClicsError as error:
                yield path, error

    def create(self, path: str | Path, name: str = "") -> Path:
        """Make an empty library file, named ``name`` or as the file. Raises LibraryError (``exists``)."""
        from clics.library.store import Library

        path = Path(path)
        if path.exists():
            raise LibraryError(f"{path} is there already; open it, or choose another name.", kind="exists")
        with Library(path, "create") as library:
            if name:
                library.rename(name)
        return path

    def check(self) -> int:
        """Read every page of the library in use.

        Returns:
            Number of crystals in it.

        Raises:
            LibraryError: ``damaged``.
        """
        from clics.library.store import Library

        with Library(self._state.library().path, "read") as fresh:  # what is open may answer from its memory
            fresh.check()
            return fresh.count()

    def recover(
        self,
        broken: str | Path,
        output: str | Path,
        *,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> RecoveryReport:
        """Write what can be read of a damaged library into a new one; the damaged file stays as it is.

        Raises:
            LibraryError: Nothing can be read (``damaged``), or ``output`` is there already (``exists``).
        """
        from clics.library.recover import recover

        return recover(Path(broken), Path(output), progress=progress, cancel=cancel)

    def delete(self, path: str | Path) -> None:
        """Delete a library file with its log. Raises LibraryError for a file that is none, ships, or is locked."""
        from clics.library.cached_arrays import forget
        from clics.library.state import is_starter
        from clics.library.store import Library

        path = Path(path)
        if is_starter(path):
            raise LibraryError("The starter library is part of the program and is not deleted.", kind="read-only")
        Library(path, "read").close()  # refuses what is no library
        try:
            for part in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                part.unlink(missing_ok=True)
        except OSError as error:
            raise LibraryError(f"{path} could not be deleted: {error.strerror}.", kind="not-deleted") from error
        forget(path)

    def build_starter(
        self,
        output: str | Path,
        *,
        workers: int = 1,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> AddReport:
        """Build the library that ships: AFLOW prototypes with their mineral names (:mod:`clics.library.starter`)."""
        from clics.library.starter import build_starter

        return build_starter(output, self._state.encoder, workers=workers, progress=progress, cancel=cancel)
