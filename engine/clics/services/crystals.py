"""Methods of a session that give, change and write crystals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, overload

from clics.errors import InputError
from clics.progress import CancelToken, ProgressCallback, silent
from clics.results.lists import Crystals

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal, Refusal
    from clics.results.geometry import CellKind, CifSymmetry, MoreToCome, Opened
    from clics.results.ladder import SymmetryLadder
    from clics.services.library import LibraryService
    from clics.services.state import SessionState
    from clics.sources.inputs import Source, Sources


class CrystalMethods:
    """The part of :class:`~clics.session.Session` that gives, changes and writes crystals."""

    _state: SessionState
    library: LibraryService

    @overload
    def read(self, source: Source, block: str | None = None, *, cancel: CancelToken | None = None) -> Crystal: ...
    @overload
    def read(self, *, id: str) -> Crystal: ...
    @overload
    def read(self, source: Iterable[Source]) -> Crystals: ...
    def read(
        self,
        source: Sources | None = None,
        block: str | None = None,
        *,
        id: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Crystal | Crystals:
        """Read one crystal, or all crystals of several sources.

        Args:
            source: One source, or an iterable of sources.
            block: Name of the crystal in a file that holds several (data block, row, frame, or file inside an archive).
            id: In place of a source, a crystal of the library.
            cancel: Checked between two crystals of a file.

        Raises:
            CrystalError: One source is no crystal, or holds several (``several-blocks``).
            InputError: ``unknown-id``.
        """
        if self._is_single(source, block, id):
            return self._one(source, block, id, cancel)
        return Crystals(self.iter_crystals(source, cancel=cancel))

    def iter_crystals(
        self, sources: Sources, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
    ) -> Iterator[Crystal | Refusal]:
        """Every crystal and every refusal of the sources, as they are read."""
        return self._state.read(sources, progress=progress, cancel=cancel)

    def open(
        self,
        source: Source | None = None,
        block: str | None = None,
        *,
        id: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Opened:
        """Read a crystal with its atoms as arrays, for drawing; no symmetry or geometry is computed.

        Args:
            source: One source.
            block: Name of the crystal in a file that holds several.
            id: In place of a source, a crystal of the library.
            cancel: Checked between two crystals of a file.
        """
        from clics.services.geometry import opened

        return opened(self._one(source, block, id, cancel))

    def iter_opened(
        self,
        sources: Sources,
        *,
        blocks: Collection[str] = (),
        most: int | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> Iterator[Opened | Refusal | MoreToCome]:
        """Every crystal and every refusal of the sources, as they are read, with atoms as arrays for drawing.

        Args:
            sources: Files, folders, archives, structures or crystals.
            blocks: Names of the crystals that are wanted; empty for all.
            most: Largest number of crystals; :class:`~clics.results.MoreToCome` stands for those beyond it.
            progress: Called as files are read.
            cancel: Checked between two crystals.
        """
        from clics.crystals.crystal import Refusal
        from clics.results.geometry import MoreToCome
        from clics.services.geometry import opened

        count = 0
        for entry in self.iter_crystals(sources, progress=progress, cancel=cancel):
            if isinstance(entry, Refusal):
                yield entry
            elif not blocks or entry.block in blocks:
                if count == most:
                    yield MoreToCome(count)
                    return
                count += 1
                yield opened(entry)

    def in_cell(self, crystal: Source, kind: CellKind) -> Opened:
        """The crystal in another cell (:func:`clics.crystals.cells.in_cell`).

        Args:
            crystal: One source.
            kind: ``"read"``, ``"primitive"``, ``"conventional"`` or ``"niggli"``.

        Raises:
            DescriptionError: No cell was found (``no-symmetry``).
        """
        from clics.crystals.cells import in_cell
        from clics.services.geometry import opened

        return opened(in_cell(self._state.read_one(crystal), kind))

    def symmetry_ladder(
        self,
        source: Source | None = None,
        block: str | None = None,
        *,
        id: str | None = None,
        cancel: CancelToken | None = None,
    ) -> SymmetryLadder:
        """The space groups of a crystal from the smallest tolerance to the largest, and the one that is proposed.

        Args:
            source: One source.
            block: Name of the crystal in a file that holds several.
            id: In place of a source, a crystal of the library.
            cancel: Checked often.

        Raises:
            CrystalError: The source is no crystal.
            DescriptionError: No symmetry was found (``no-symmetry``).
        """
        from clics.symmetry.ladder import ladder_of

        return ladder_of(self._one(source, block, id, cancel), cancel)

    def symmetrise(
        self,
        source: Source | None = None,
        block: str | None = None,
        *,
        id: str | None = None,
        rung: int | None = None,
        tolerance: float | None = None,
        group: int | str | None = None,
        cell: CellKind = "conventional",
        cancel: CancelToken | None = None,
    ) -> Crystal:
        """The crystal with exactly the symmetry of a rung of its ladder (:func:`clics.symmetry.symmetrise.symmetrise`).

        :meth:`write` gives a CIF with the space group for it.

        Args:
            source: One source.
            block: Name of the crystal in a file that holds several.
            id: In place of a source, a crystal of the library.
            rung: Index of the rung (:meth:`symmetry_ladder`); by default the proposed one.
            tolerance: In place of it, a tolerance in Å: the largest group that is found at it.
            group: In place of it, a space group by number or symbol.
            cell: ``"conventional"``, ``"primitive"``, ``"niggli"``, or ``"read"``: the cell and the atoms as they were read.
            cancel: Checked often.

        Raises:
            CrystalError: The source is no crystal.
            InputError: ``nothing-to-symmetrise`` for a crystal without symmetry; ``no-such-rung``, ``bad-tolerance``.
            DescriptionError: No symmetry was found (``no-symmetry``).
        """
        from clics.symmetry.symmetrise import symmetrise

        crystal = self._one(source, block, id, cancel)
        return symmetrise(crystal, rung=rung, tolerance=tolerance, group=group, cell=cell, cancel=cancel)

    def open_symmetrised(self, crystal: Source, rung: int, *, cancel: CancelToken | None = None) -> Opened:
        """The crystal of :meth:`symmetrise` with atoms as arrays, for drawing."""
        from clics.services.geometry import opened

        return opened(self.symmetrise(crystal, rung=rung, cancel=cancel))

    def write(
        self, crystal: Source, path: str | Path, *, symmetry: CifSymmetry = "file", symprec: float | None = None
    ) -> None:
        """Write a crystal as CIF or POSCAR. Its hand is kept, also that of a left-handed cell.

        Args:
            crystal: One source.
            path: The file; its name decides the format.
            symmetry: Of a CIF. ``"file"``: setting, operations, labels, occupancies and displacement parameters as they were
                read; a crystal of :meth:`symmetrise` in its conventional cell with its group; all atoms of the cell where no
                operations are known. ``"p1"``: all atoms of the cell. ``"symmetrised"``: idealised in the largest group that
                is found at a tolerance, in its conventional cell.
            symprec: That tolerance in Å, which implies ``"symmetrised"``; by default the proposed rung of
                :meth:`symmetry_ladder`.

        Raises:
            InputError: ``bad-option``, ``bad-tolerance``; ``disordered`` for a POSCAR of a disordered crystal;
                ``output-is-source``.
            ClicsError: ``not-written``.
        """
        from clics.symmetry.written import write

        write(self._state.read_one(crystal), Path(path), symmetry=symmetry, tolerance=symprec)

    @staticmethod
    def file_patterns() -> tuple[str, ...]:
        """Shell patterns of the names of files that may hold crystals, for file dialogs."""
        from clics.readers.registry import file_patterns

        return file_patterns()

    @staticmethod
    def file_formats() -> str:
        """The formats that are read, in a sentence: ``"CIF, POSCAR, …, folders, zip and tar archives"``."""
        from clics.readers.registry import titles

        return titles()

    @staticmethod
    def _as_idealised(crystal: Crystal, wanted: bool | float, cancel: CancelToken | None = None) -> Crystal:
        if wanted is False:
            return crystal
        from clics.symmetry.symmetrise import as_idealised

        return as_idealised(crystal, wanted, cancel)

    def _one(
        self, source: Source | None, block: str | None, id: str | None, cancel: CancelToken | None = None
    ) -> Crystal:
        if (source is None) == (id is None) or (block is not None and id is not None):
            raise InputError("Name one crystal: a source, or the id of a crystal of the library.", kind="bad-option")
        return self.library.crystal(id) if id is not None else self._state.read_one(source, block, cancel)

    @staticmethod
    def _is_single(source: Sources | None, block: str | None, id: str | None) -> bool:
        """False where several crystals are asked for. Raises InputError for what is no source."""
        from clics.sources.inputs import is_single

        single = id is not None or is_single(source)
        if not single and block is not None:
            raise InputError("A block can be named for one source, not for several.", kind="bad-option")
        return single
