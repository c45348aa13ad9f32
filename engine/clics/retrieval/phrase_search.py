"""Search a library by a typed phrase.

The search has two stages. Candidates (:mod:`clics.retrieval.candidates`) are the crystals nearest to the centroid of
the query; a query with structure types compares all crystals with their prototypes too. The candidates are then ranked
by their scores (:mod:`clics.retrieval.phrase_scores`), which take site vectors into account.

Recognised concepts are checked against the stored facts, and the outcome is shown with each hit. It does not change the
ranking, unless ``facts_first`` asks for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from clics.library.encoder_protocol import PhraseEncoder
from clics.library.sql_condition import Condition
from clics.library.store import Library
from clics.query.filters import parse_filter
from clics.query.parsed_query import ParsedQuery
from clics.results.chips import Source
from clics.results.search import Hit
from clics.retrieval.candidates import candidate_count, check_top, cosines_in_both_spaces, nearest_crystals
from clics.retrieval.fact_conditions import conditions_ranked_first, facts_hold, split_by_priority
from clics.retrieval.hits import make_hits
from clics.retrieval.phrase_scores import PhraseScores
from clics.retrieval.score_crystals import prototype_similarities, prototype_space, score_crystals
from clics.retrieval.typed_phrase import NEGATIVE_WEIGHT, TypedPhrase, as_typed


def search_by_phrase(
    phrase: str | TypedPhrase,
    library: Library,
    encoder: PhraseEncoder,
    top: int = 10,
    where: str | Condition | None = None,
    *,
    must: Sequence[str | TypedPhrase] = (),
    must_not: Sequence[str | TypedPhrase] = (),
    facts_first: bool = False,
) -> list[Hit]:
    """The crystals of a library that fit a phrase best.

    Args:
        phrase: The phrase, as typed or parsed by this model.
        library: The library.
        encoder: The model.
        top: Number of hits.
        where: A filter that hits pass, beside the elements and formulas of the phrase.
        must: Further phrases that the query includes. Where concepts are recognised in them, only crystals count for
            which the stored facts confirm them.
        must_not: Phrases that enter the query with a negative weight. Where concepts are recognised in them,
            crystals for which the stored facts confirm them are left out.
        facts_first: Crystals for which the facts confirm every recognised concept of the phrase come first.

    Returns:
        Up to ``top`` hits, best first.

    Raises:
        InputError: Kinds ``empty-phrase``, ``phrase-too-long``, ``bad-filter``, ``bad-top``, ``no-vectors`` (the
            library has no vectors of this model) and ``no-direction`` (the parts of the query cancel each other).
        LibraryError: The library cannot be read.
    """
    main = as_typed(phrase, encoder)
    query, condition = main.scores, parse_filter(where) & main.parsed.condition
    texts: list[tuple[ParsedQuery, Source]] = [(main.parsed, "phrase")]
    further: tuple[tuple[Source, float, Sequence[str | TypedPhrase]], ...]
    further = (("must", 1.0, must), ("must_not", -NEGATIVE_WEIGHT, must_not))
    for source, weight, phrases in further:
        for part in (as_typed(each, encoder) for each in phrases):
            if not part.parsed.by_facts_alone:
                query = query.combined_with(part.scores, weight)
            if part.parsed.decidable:
                confirmed = facts_hold(part.parsed, library)
                condition = condition & (confirmed if source == "must" else ~confirmed)
            texts.append((part.parsed, source))
    first = [facts_hold(main.parsed, library)] if facts_first and main.parsed.decidable else []
    first += conditions_ranked_first(main.parsed, library)
    ranked, priorities = _ranked(query, library, encoder, top, condition, first)
    reasons = prototype_similarities(library, np.array([key for key, _ in ranked], np.int64), query, encoder)
    return make_hits(
        ranked, query.centroid, library, encoder, texts=texts, first_reasons=reasons, priorities=priorities
    )


def _ranked(
    query: PhraseScores,
    library: Library,
    encoder: PhraseEncoder,
    top: int,
    condition: Condition,
    first: Sequence[Condition],
) -> tuple[list[tuple[int, float]], dict[int, int]]:
    """Key and score of the best ``top`` crystals; those that fulfil a condition of ``first`` come before the others.

    Also the priority of each by key: 0 for those that fulfil the first condition, and so on.
    """
    check_top(top)
    candidates: list[list[int]] = []
    for part in split_by_priority(condition, first):
        if sum(map(len, candidates)) < top:
            candidates.append(_candidates(query, library, encoder, candidate_count(top), part))
    scores = iter(score_crystals(library, np.array(list(chain(*candidates)), np.int64), query, encoder).tolist())
    ranked = [
        sorted(((key, next(scores)) for key in keys), key=lambda pair: (-pair[1], pair[0])) for keys in candidates
    ]
    priorities = {key: priority for priority, keys in enumerate(candidates) for key in keys}
    return list(chain(*ranked))[:top], priorities


def _candidates(
    query: PhraseScores, library: Library, encoder: PhraseEncoder, count: int, condition: Condition
) -> list[int]:
    """Keys of the ``count`` crystals with the highest coarse scores."""
    if prototype_space(library, query, encoder) is None:
        shared = (encoder.fingerprint, encoder.dimensions)
        nearest = nearest_crystals(query.centroid, library, shared, count, condition)
        return [key for key, _ in nearest]
    keys, phrase_cosines, structure_cosines = cosines_in_both_spaces(library, encoder, condition)
    coarse = query.coarse_scores(phrase_cosines, structure_cosines)
    best: list[int] = keys[np.lexsort((keys, -coarse))[:count]].tolist()  # ties by key
    return best
