"""The functions that the shell itself sends to the engine's thread. They run there; they import nothing heavy here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from clics.progress import CancelToken, ProgressCallback

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal, Refusal
    from clics.results.analysis import Analysis
    from clics.results.geometry import Geometry, Opened
    from clics.results.search import SiteMatch
    from clics.session import Session

CellKind = Literal["read", "primitive", "conventional", "niggli"]


@dataclass(frozen=True, slots=True)
class MoreToCome:
    """Stands for the crystals beyond the limit, which were not read."""

    shown: int


def read(
    session: Session,
    paths: Sequence[Path],
    most: int,
    blocks: frozenset[str],
    progress: ProgressCallback,
    cancel: CancelToken,
) -> Iterator[Opened | Refusal | MoreToCome]:
    """At most ``most`` crystals of files, with every refusal on the way; ``blocks`` (if any) names those that are wanted."""
    count = 0
    for found in session.open(paths, progress=progress, cancel=cancel):
        if hasattr(found, "crystal"):
            if blocks and found.crystal.block not in blocks:
                continue
            if count == most:
                yield MoreToCome(count)
                return
            count += 1
        yield found


def geometry(session: Session, crystal: Crystal) -> Geometry:
    """Symmetry, description, bonds."""
    return session.geometry(crystal)


def rank(session: Session, crystal: Crystal, known: Geometry, top: int) -> Analysis:
    """What the model says."""
    return session.rank(crystal, known, top=top)


def matching_atoms(session: Session, crystal: Crystal, phrase: str) -> tuple[SiteMatch, ...]:
    """The sites that a phrase speaks of, by the model."""
    return session.matching_atoms(crystal, phrase)


def in_cell(session: Session, crystal: Crystal, kind: CellKind) -> Opened:
    """The crystal in another cell."""
    return session.cell(crystal, kind)


def stored(session: Session, crystal_id: str) -> Opened:
    """A crystal of a library."""
    return session.stored(crystal_id)


def save(session: Session, crystal: Crystal, path: Path) -> Path:
    """Write a crystal; the path, once it is written."""
    session.write_crystal(crystal, path)
    return path


def import_for_viewer(session: Session) -> None:
    """Import what draws crystals and knows no Qt, while the first file is being read: the window need not wait for it."""
    from clics_gui.viewer.idle_imports import import_foreign

    import_foreign()
