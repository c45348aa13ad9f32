"""Method of a session that holds crystals against what their files say."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from clics.errors import DescriptionError
from clics.progress import CancelToken, ProgressCallback, silent
from clics.results.check import BlockCheck, FileCheck

if TYPE_CHECKING:
    from clics.readers.record import Record
    from clics.services.state import SessionState


class CheckMethods:
    """The part of :class:`~clics.session.Session` that checks files."""

    _state: SessionState

    def check(self, source: str | Path | Iterable[str | Path]) -> FileCheck:
        """Hold the crystals of files against everything that the files say about them.

        Args:
            source: A file, folder or archive, or an iterable of these.

        Returns:
            For every block what the file states, what was read, and what contradicts; or why it was refused.
        """
        return FileCheck(tuple(self.iter_checks(source)))

    def iter_checks(
        self,
        source: str | Path | Iterable[str | Path],
        *,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> Iterator[BlockCheck]:
        """The blocks of :meth:`check`, as they are read."""
        from clics.crystals.crystal import Refusal
        from clics.readers.record import Record
        from clics.sources.files import read_events

        paths = [source] if isinstance(source, str | os.PathLike) else list(source)
        for entry in read_events(paths, sandboxed=self._state.sandboxed, progress=progress, cancel=cancel):
            outcome = entry if isinstance(entry, Refusal) else entry.outcome
            if isinstance(outcome, Record):
                yield _checked(entry.source, entry.block, outcome)
            elif outcome is not None:
                yield BlockCheck(entry.source, entry.block, kind=outcome.kind, message=outcome.message)


def _checked(name: str, block: str, record: Record) -> BlockCheck:
    from clics.crystals.kept import kept_items
    from clics.readers.cif_distances import shortest
    from clics.symmetry.analysis import dataset
    from clics.symmetry.wyckoff import site_kinds

    crystal = record.crystal("", name, block)
    structure = crystal.structure
    symbol, number = "", 0
    try:
        symmetry = dataset(structure.lattice.matrix, site_kinds(crystal), structure.frac_coords)
        symbol, number = str(symmetry.international), int(symmetry.number)
    except DescriptionError:
        pass  # spglib finds none: the check says so
    distance, pair = shortest(structure)
    return BlockCheck(
        name,
        block,
        formula=crystal.formula,
        sites=crystal.num_sites,
        space_group=symbol,
        number=number,
        volume=float(structure.volume),
        density=float(structure.density),
        shortest=distance if pair else math.nan,
        shortest_pair=pair,
        statements=tuple(record.statements),
        kept=kept_items(record.stated),
        notes=tuple(record.warnings),
    )
