"""Embed the crystals of a library with another model."""

from __future__ import annotations

from clics.library.embed_batch import embed
from clics.library.encoder_protocol import CrystalEncoder, spaces
from clics.library.store import Library
from clics.progress import CancelToken, Progress, ProgressCallback, silent

BATCH = 128


def update_embeddings(
    library: Library,
    encoder: CrystalEncoder,
    *,
    batch: int = BATCH,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> int:
    """Embed every crystal that lacks an entry of a model.

    Each batch reaches the disk before it is reported, so that a call after an interruption continues with the crystals
    that are left. Embeddings of other models stay.

    Args:
        library: A library open for writing.
        encoder: The model.
        batch: Number of crystals in one forward pass and one transaction.
        progress: Called after each batch.
        cancel: Checked before each batch.

    Returns:
        Number of crystals that were visited.

    Raises:
        LibraryError: The library cannot be written.
        Cancelled: The token was set; finished batches are kept.
    """
    total, fingerprints = library.count(), [fingerprint for fingerprint, _ in spaces(encoder)]
    before = total - library.count_without_entry(*fingerprints)
    done = 0
    while pending := library.without_entry(*fingerprints, limit=batch):
        if cancel is not None:
            cancel.check()
        outcomes = embed(encoder, [arrays for _, _, arrays in pending])
        library.insert_vectors(spaces(encoder), [key for key, _, _ in pending], outcomes)
        done += len(pending)
        progress(Progress(before + done, total, pending[-1][1]))
    return done
