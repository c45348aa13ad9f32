"""Vectors of another model for all crystals of a library."""

from __future__ import annotations

from clics.library.embed_batch import embed
from clics.library.encoder_protocol import CrystalEncoder, spaces
from clics.library.store import Library
from clics.progress import CancelToken, Progress, ProgressCallback, silent

BATCH = 128


def reembed(
    library: Library,
    encoder: CrystalEncoder,
    *,
    batch: int = BATCH,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> int:
    """Give every crystal the vectors of ``encoder`` where it lacks one; how many were visited.

    Batch by batch, each on the disk before it is reported; called again after an interruption, it goes on with what is
    left. Vectors of other models stay. Raises LibraryError and Cancelled.
    """
    total, names = library.count(), [name for name, _ in spaces(encoder)]
    before = total - library.count_without_word(*names)
    done = 0
    while waiting := library.without_vector(*names, limit=batch):
        if cancel is not None:
            cancel.check()
        outcomes = embed(encoder, [arrays for _, _, arrays in waiting])
        library.insert_vectors(spaces(encoder), [key for key, _, _ in waiting], outcomes)
        done += len(waiting)
        progress(Progress(before + done, total, waiting[-1][1]))
    return done
