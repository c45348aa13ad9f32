"""Crystals of files, up to the number of tabs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clics.progress import CancelToken, ProgressCallback

if TYPE_CHECKING:
    from clics.results import Opened, Refusal
    from clics.session import Session


@dataclass(frozen=True, slots=True)
class MoreToCome:
    """Stands for the crystals beyond the limit, which were not read; ``shown`` were."""

    shown: int


def read_at_most(
    session: Session,
    paths: Sequence[Path],
    most: int,
    blocks: frozenset[str],
    progress: ProgressCallback,
    cancel: CancelToken,
) -> Iterator[Opened | Refusal | MoreToCome]:
    """At most ``most`` crystals of files, with every refusal on the way; ``blocks`` (if any) names those that are wanted."""
    count = 0
    for entry in session.iter_opened(paths, progress=progress, cancel=cancel):
        if hasattr(entry, "crystal"):
            if blocks and entry.crystal.block not in blocks:
                continue
            if count == most:
                yield MoreToCome(count)
                return
            count += 1
        yield entry
