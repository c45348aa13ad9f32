"""Help for typing a query: phrases for completion, and the language of filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clics.concepts.concept import Kind
    from clics.services.state import SessionState


class QueryService:
    """Completion of phrases and checks of filters; neither loads the model. ``session.queries``."""

    def __init__(self, state: SessionState) -> None:
        self._state = state

    def phrases(self, kind: Kind | None = None) -> tuple[str, ...]:
        """Phrases of the model's vocabulary, most frequent first.

        Args:
            kind: One kind of concepts; None for every kind but full patterns.

        Raises:
            ModelError: The vocabulary cannot be read.
        """
        from clics.concepts.kinds.space_group import UNKNOWN
        from clics.concepts.registry import COMPLETED_KINDS, COMPOUND_KINDS, row_of
        from clics.model.folder import read_vocabulary

        vocabulary = read_vocabulary(self._state.model_path)
        kinds = [kind] if kind else [k for k in COMPLETED_KINDS if k not in COMPOUND_KINDS]
        concepts = [concept for k in kinds for concept in vocabulary.concepts(k) if concept != UNKNOWN]
        concepts.sort(key=lambda concept: -vocabulary.frequency(concept))
        fixed = [concept for k in kinds for concept in row_of(k).fixed]
        return tuple(dict.fromkeys(concept.phrase for concept in (*concepts, *fixed)))

    def check_filter(self, where: str) -> None:
        """Read a filter without using it. Raises FilterError (``bad-filter``) with the fault and its position."""
        from clics.query.filters import parse_filter

        parse_filter(where)

    def filter_help(self) -> str:
        """The language of filters in lines of text: an example and its meaning each."""
        from clics.query.filters import filter_help

        return filter_help()
