"""How a library file stands beside a model: what it holds, what it lacks, where its crystals come from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from clics import paths
from clics.errors import LibraryError
from clics.library.encoder_protocol import role_of
from clics.library.store import Library
from clics.results.library import LibraryState
from clics.sources.prototypes import ATTRIBUTION, SOURCE

SOURCES = 6
"""Sources that are named; the others are counted."""


def state_of(library: Library, fingerprints: Sequence[str]) -> LibraryState:
    """What a list of libraries says of one beside a model, whose spaces are named (that of phrases first).

    Raises LibraryError.
    """
    sources = library.database.rows("SELECT source, count(*) FROM crystal GROUP BY source ORDER BY 2 DESC, 1")
    lacking = library.count_without_word(*fingerprints)
    path, starter = library.path.resolve(), is_starter(library.path)
    counted = [(str(source), int(count)) for source, count in sources]
    return LibraryState(
        info=library.info(),
        lacking=lacking,
        fingerprint=fingerprints[0],
        starter=starter,
        writable=not starter and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK),
        sources=tuple(counted[:SOURCES]),
        more_sources=max(0, len(counted) - SOURCES),
        attribution=ATTRIBUTION if any(source == SOURCE for source, _ in counted) else "",
        lacks=tuple(role_of(name) for name in fingerprints if lacking and library.count_without_word(name)),
    )


def is_starter(path: Path) -> bool:
    """Whether a file is the library that ships with the program."""
    try:
        return path.resolve() == paths.starter_library().resolve()
    except LibraryError:  # an installation without one
        return False
