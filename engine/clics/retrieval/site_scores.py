"""Site vectors of stored crystals, with the numbers of a site that depend on the model alone, each computed once.

The relative score of a site compares a phrase with all phrases of its set. Its normaliser
(:func:`clics.retrieval.phrase_sets.local_normaliser`) is kept beside the vector of the site.
"""

from __future__ import annotations

import hashlib
from functools import partial
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Kind
from clics.concepts.registry import SITE_SETS
from clics.library.encoder_protocol import PhraseEncoder, Space
from clics.library.site_index import SiteIndex, site_index_of
from clics.library.store import Library
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.retrieval.phrase_scores import SiteVectors
from clics.retrieval.phrase_sets import local_normaliser, local_phrases

_AT_ONCE = 16_384
_columns: WeakKeyDictionary[PhraseEncoder, dict[tuple[Kind, ...], str]] = WeakKeyDictionary()


def stored_sites(library: Library, keys: NDArray[np.int64], space: Space, encoder: PhraseEncoder) -> SiteVectors | None:
    """The site vectors of stored crystals.

    Args:
        library: The library.
        keys: Keys (n,) of the crystals.
        space: The space of sites of the model.
        encoder: The model.

    Returns:
        The vectors, in the order of ``keys``; None where one of the crystals has none.
    """
    index = _index(library, space, encoder)
    sites = index.of(keys)
    if sites is None:
        return None

    def normaliser(kind: Kind) -> NDArray[np.float32]:
        column = _columns_of(encoder)[SITE_SETS[kind]]
        return index.computed(column, sites, lambda vectors: local_normaliser(vectors, encoder, kind))

    return SiteVectors(sites.vectors, sites.counts, encoder, normaliser)


def prepare_sites(
    library: Library, encoder: PhraseEncoder, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
) -> None:
    """Compute all normalisers that are not known yet, so that no search has to.

    Args:
        library: The library.
        encoder: The model.
        progress: Called after each batch with the number of sites.
        cancel: Checked before each batch.

    Raises:
        LibraryError: The library cannot be read.
        Cancelled: The token was set; what was computed is kept.
    """
    if encoder.site_space is None or not library.space_is_complete(encoder.site_space[0]):
        return
    index = _index(library, encoder.site_space, encoder)
    for kinds, column in _columns_of(encoder).items():
        compute = partial(local_normaliser, encoder=encoder, kind=kinds[0])
        done = 0
        while len(rows := index.unknown(column, _AT_ONCE)):
            if cancel is not None:
                cancel.check()
            index.computed(column, index.at(rows), compute)
            done += len(rows)
            progress(Progress(done, index.site_count, "preparing searches"))


def _index(library: Library, space: Space, encoder: PhraseEncoder) -> SiteIndex:
    return site_index_of(library, *space, tuple(_columns_of(encoder).values()))


def _columns_of(encoder: PhraseEncoder) -> dict[tuple[Kind, ...], str]:
    """The column of each set of phrases; its name changes with the phrases and their temperature."""
    if encoder not in _columns:
        names: dict[tuple[Kind, ...], str] = {}
        for kinds in dict.fromkeys(SITE_SETS.values()):
            phrases = local_phrases(encoder, kinds[0]).tobytes() + np.float64(encoder.scale).tobytes()
            names[kinds] = f"{kinds[0]}-{hashlib.blake2b(phrases, digest_size=6).hexdigest()}"
        _columns[encoder] = names
    return _columns[encoder]
