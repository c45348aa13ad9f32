"""The functions that the shell itself sends to the engine's thread. They run there; they import nothing heavy here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.progress import CancelToken, ProgressCallback

if TYPE_CHECKING:
    from engine.analysis import Analysis
    from engine.crystals.crystal import Crystal, Refusal
    from engine.search.hit import SiteMatch
    from engine.session import Engine
    from engine.viewing import Geometry, Opened

CellKind = Literal["read", "primitive", "conventional", "niggli"]


@dataclass(frozen=True, slots=True)
class MoreToCome:
    """Stands for the crystals beyond the limit, which were not read."""

    shown: int


def read(
    engine: Engine,
    paths: Sequence[Path],
    most: int,
    blocks: frozenset[str],
    progress: ProgressCallback,
    cancel: CancelToken,
) -> Iterator[Opened | Refusal | MoreToCome]:
    """At most ``most`` crystals of files, with every refusal on the way; ``blocks`` (if any) names those that are wanted."""
    count = 0
    for found in engine.open(paths, progress=progress, cancel=cancel):
        if hasattr(found, "crystal"):
            if blocks and found.crystal.block not in blocks:
                continue
            if count == most:
                yield MoreToCome(count)
                return
            count += 1
        yield found


def geometry(engine: Engine, crystal: Crystal) -> Geometry:
    """Symmetry, description, bonds."""
    return engine.geometry(crystal)


def rank(engine: Engine, crystal: Crystal, known: Geometry, top: int) -> Analysis:
    """What the model says."""
    return engine.rank(crystal, known, top=top)


def matching_atoms(engine: Engine, crystal: Crystal, phrase: str) -> tuple[SiteMatch, ...]:
    """The sites that a phrase speaks of, by the model."""
    return engine.matching_atoms(crystal, phrase)


def in_cell(engine: Engine, crystal: Crystal, kind: CellKind) -> Opened:
    """The crystal in another cell."""
    return engine.cell(crystal, kind)


def stored(engine: Engine, crystal_id: str) -> Opened:
    """A crystal of a library."""
    return engine.stored(crystal_id)


def save(engine: Engine, crystal: Crystal, path: Path) -> Path:
    """Write a crystal; the path, once it is written."""
    engine.write_crystal(crystal, path)
    return path


def import_for_viewer(engine: Engine) -> None:
    """Import what draws crystals and knows no Qt, while the first file is being read: the window need not wait for it."""
    from clics_gui.viewer.imports import import_foreign

    import_foreign()
