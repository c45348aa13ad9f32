"""The state of a library file relative to a model: contents, missing embeddings, sources, whether it can be changed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from clics import paths
from clics.errors import LibraryError
from clics.library.row_conditions import lacks_geometry
from clics.library.statistics import source_counts
from clics.library.store import Library
from clics.results.library import LibraryState
from clics.results.vector_space import VectorSpace
from clics.sources.prototypes import ATTRIBUTION, SOURCE

SOURCES = 6
"""Number of sources that are named; further ones are counted."""


def state_of(library: Library, fingerprints: Sequence[str]) -> LibraryState:
    """The state of a library relative to a model.

    Args:
        library: An open library.
        fingerprints: Names of the model's spaces, the shared one first.

    Raises:
        LibraryError: The file cannot be read.
    """
    sources = source_counts(library.database)
    lacking = library.count_without_entry(*fingerprints)
    path, starter = library.path.resolve(), is_starter(library.path)
    return LibraryState(
        info=library.info(),
        lacking=lacking,
        fingerprint=fingerprints[0],
        starter=starter,
        writable=not starter and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK),
        sources=tuple(sources[:SOURCES]),
        more_sources=max(0, len(sources) - SOURCES),
        attribution=ATTRIBUTION if any(source == SOURCE for source, _ in sources) else "",
        without_geometry=library.count(lacks_geometry()),
        lacks=tuple(
            VectorSpace.parse(name).role for name in fingerprints if lacking and library.count_without_entry(name)
        ),
    )


def is_starter(path: Path) -> bool:
    """True for the starter library, which ships with the program and is never changed."""
    try:
        return path.resolve() == paths.starter_library().resolve()
    except LibraryError:  # an installation without a starter library
        return False
