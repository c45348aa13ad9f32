"""Make all arrays by which a large library is searched, so that no search has to wait for them."""

from __future__ import annotations

from clics.library import cached_arrays
from clics.library.encoder_protocol import PhraseEncoder, space_of_crystals
from clics.library.index import index_of
from clics.library.store import Library
from clics.progress import CancelToken, ProgressCallback, silent
from clics.retrieval.site_scores import prepare_sites


def prepare_searches(
    library: Library, encoder: PhraseEncoder, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
) -> None:
    """Bring the arrays of a large library up to date; a small one needs none.

    Args:
        library: The library.
        encoder: The model that searches.
        progress: Called now and then.
        cancel: Checked now and then.

    Raises:
        LibraryError: The library cannot be read.
        Cancelled: The token was set; what was made is kept.
    """
    if library.count() < cached_arrays.KEPT_FROM:
        return
    for space in dict.fromkeys(((encoder.fingerprint, encoder.dimensions), space_of_crystals(encoder))):
        if cancel is not None:
            cancel.check()
        index_of(library, *space)
    library.prepare_columns()
    prepare_sites(library, encoder, progress=progress, cancel=cancel)
