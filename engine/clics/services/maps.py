"""The map of the library in use: embeddings of its crystals on two principal axes, and a query among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.results.library_map import LibraryMap, MapScores
    from clics.services.state import SessionState


class MapService:
    """Principal component analysis of a library's embeddings. ``session.maps``."""

    def __init__(self, state: SessionState) -> None:
        self._state = state

    def draw(self) -> LibraryMap:
        """The embedded crystals on the two principal axes (:mod:`clics.library.projection`)."""
        from clics.library.projection import library_map

        encoder = self._state.encoder
        return library_map(self._state.library(), encoder.fingerprint, encoder.dimensions)

    def locate(self, drawn: LibraryMap, crystal: Crystal) -> MapScores:
        """The position of a crystal on a map of this library, and its structural similarity to all crystals on it.

        Raises:
            CrystalError: The model cannot take the crystal.
        """
        from clics.crystals.check import check_for_model
        from clics.library.encoder_protocol import space_of_crystals
        from clics.retrieval.map_scores import crystal_map_scores
        from clics.retrieval.neighbours import embed_query

        check_for_model(crystal)
        encoder = self._state.encoder
        shared, structural = embed_query(encoder, crystal.arrays())
        return crystal_map_scores(drawn, structural, self._state.library(), space_of_crystals(encoder), shared)

    def score(self, drawn: LibraryMap, phrase: str) -> MapScores:
        """Scores of all crystals on a map for a phrase; a phrase has no position. Raises InputError."""
        from clics.retrieval.map_scores import phrase_map_scores
        from clics.retrieval.typed_phrase import read_phrase

        encoder = self._state.encoder
        query = read_phrase(phrase, encoder).scores
        return phrase_map_scores(drawn, query, self._state.library(), encoder)
