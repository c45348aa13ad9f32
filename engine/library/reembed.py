"""Vectors of another model for all crystals of a library."""

from __future__ import annotations

from engine.library.embed import embed
from engine.library.embedding import CrystalEncoder
from engine.library.store import Library
from engine.progress import CancelToken, Progress, ProgressCallback, silent

BATCH = 128


def reembed(
    library: Library,
    encoder: CrystalEncoder,
    *,
    batch: int = BATCH,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> int:
    """Give every crystal that lacks it the vector of ``encoder``; how many were visited.

    Batch by batch, each on the disk before it is reported; called again after an interruption, it goes on with what is
    left. Vectors of other models stay. Raises LibraryError and Cancelled.
    """
    total = library.count()
    before = total - library.count_without_word(encoder.fingerprint)
    done = 0
    while waiting := library.without_vector(encoder.fingerprint, limit=batch):
        if cancel is not None:
            cancel.check()
        vectors, reasons = zip(*embed(encoder, [arrays for _, _, arrays in waiting]), strict=True)
        model = (encoder.fingerprint, encoder.dimensions)
        library.insert_vectors(model, [key for key, _, _ in waiting], vectors, reasons)
        done += len(waiting)
        progress(Progress(before + done, total, waiting[-1][1]))
    return done
