"""Crystals of a phrase. Here a typed phrase becomes a score, and here its hits are ranked.

What is asked for. A concept that is recognised in the text (:func:`clics.query.recognise.recognise`) enters with
the vector of its fixed phrase, the wording retrieval is measured with; of words that may mean several concepts the one counts
that fits a crystal best; words that deny concepts push away from them. Where words are left beside those that are
recognised, the text enters as it was typed too, with a small weight. A text of which nothing is recognised is embedded
whole.

The ranking. The nearest :func:`depth` to the middle of all that is asked for are ranked by their score
(:mod:`clics.retrieval.phrase_score`): by their own vectors and, where the model has such, by those of their kinds of atoms. A
library that lacks these of some crystals is searched by the crystals' own alone. A structure type that is named means its
prototypes (:mod:`clics.retrieval.prototype_similarity`), with which crystals are compared as with any crystal. ParsedQuery concepts are
checked against the stored facts and the outcome is shown with each hit, but it moves nothing, unless ``facts_first`` asks
for it: then come first the crystals of which every recognised concept is true by the facts, by score, and the others after
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from clics.errors import InputError
from clics.library.encoder_protocol import PhraseEncoder, Space, role_of, space_of_crystals
from clics.library.index import EXACT_LIMIT, VectorIndex, index_of
from clics.library.sql_condition import EVERYTHING, Condition, every, holding
from clics.library.store import Library
from clics.query.filters import parse_filter
from clics.query.recognise import ParsedQuery, recognise
from clics.results.search import Hit
from clics.retrieval.hits import hits
from clics.retrieval.phrase_score import Cosines, PhraseScores, Term, by_likeness, likeness_told, scores_in
from clics.retrieval.phrase_vectors import phrase_vectors

AGAINST = 0.5
"""How far a ``must_not`` phrase pushes away, the phrase itself being 1."""

REST = 0.25
"""Weight of the text as typed beside what was recognised in it, each concept being 1 (measured: docs/lab-notebook/search.md)."""

CANDIDATES = 1_000
"""Nearest crystals that are scored, at least; or ten for each hit that is wanted."""

MAX_PHRASE = 2_000
MAX_TOP = 10_000
_FILLER_WORDS = """
a all also an and any are around as at atom atoms be bonded but by cation cations anion anions centre center
compound compounds contain containing contains coordinated coordination crystal crystals environment find for
from geometry group groups has have having in into is it its material materials metal metals metalloid
metalloids more nonmetal nonmetals number of on or phase phases polyhedra polyhedron show site sites space
structure structures surroundings symmetry that the their them these this to type units which whose with
"""
_FILLERS = frozenset(_FILLER_WORDS.split())


def crystals_of_phrase(
    phrase: str,
    library: Library,
    encoder: PhraseEncoder,
    top: int = 10,
    where: str | Condition | None = None,
    *,
    must: Sequence[str] = (),
    must_not: Sequence[str] = (),
    facts_first: bool = False,
    exact_limit: int = EXACT_LIMIT,
) -> list[Hit]:
    """The ``top`` crystals of a library nearest to a phrase, among those that pass the filter ``where``.

    ``must`` and ``must_not`` are further phrases: they pull and push the direction; and where concepts are
    recognised in them, only crystals count of which the facts say they are true (``must``) or do not say so
    (``must_not``).

    Raises InputError of the kinds ``empty-phrase``, ``phrase-too-long``, ``bad-filter``, ``bad-top``,
    ``no-vectors`` (the library has no vectors of this model) and ``no-direction``, and LibraryError.
    """
    score, recognised = phrase_score(phrase, encoder)
    condition, further = parse_filter(where), []
    for amount, texts in ((1.0, must), (-AGAINST, must_not)):
        for text in texts:
            part, concepts = phrase_score(text, encoder)
            score = score.joined(part, amount)
            if any(concepts.parts()):
                held = _holds(concepts)
                condition = condition & (held if amount > 0 else ~held)
                further.append(concepts)
    first = _holds(recognised) if facts_first and any(recognised.parts()) else None
    found = _ranked_by_phrase(score, library, encoder, top, condition, first, exact_limit)
    told = likeness_told(library, np.array([key for key, _ in found], np.int64), score, encoder)
    return hits(found, score.middle, library, encoder, recognised=[recognised, *further], told=told)


def phrase_score(text: str, encoder: PhraseEncoder) -> tuple[PhraseScores, ParsedQuery]:
    """What a phrase asks for, as said at the top of this module, and what was recognised in it.

    Raises InputError of kind ``empty-phrase`` or ``phrase-too-long``.
    """
    text = " ".join(text.split())
    if not text:
        raise InputError(
            'The phrase is empty; say what geometry you look for, for example "corner-sharing octahedra".',
            kind="empty-phrase",
        )
    if len(text) > MAX_PHRASE:
        raise InputError(
            f"The phrase has {len(text)} characters; at most {MAX_PHRASE} are read.", kind="phrase-too-long"
        )
    recognised = recognise(text, encoder.vocabulary)
    terms = [Term.of(1.0, group, encoder) for group in recognised.aims]
    for group, aims in zip(recognised.denied, recognised.denied_aims, strict=True):
        is_type = any(concept.kind == "structure_type" for concept in aims)
        terms.append(Term.of(-AGAINST, aims if is_type else group, encoder))
    if not terms or _rest(text, (*recognised.said, *recognised.negated_text)):
        terms.append(Term(REST if terms else 1.0, phrase_vectors(encoder, [text])))
    return PhraseScores(tuple(terms)), recognised


def depth(top: int) -> int:
    """How many of the nearest crystals are scored, where ``top`` hits are wanted."""
    return max(CANDIDATES, 10 * top)


def _ranked_by_phrase(
    score: PhraseScores,
    library: Library,
    encoder: PhraseEncoder,
    top: int,
    condition: Condition,
    first: Condition | None,
    exact_limit: int,
) -> list[tuple[int, float]]:
    """Key and score of the ``top`` crystals of a phrase; those that fulfil ``first`` too come before the others."""
    check_top(top)
    tiers = [condition] if first is None else [condition & first, condition & ~first]
    found: list[list[int]] = []
    for tier in tiers:
        if sum(map(len, found)) < top:
            found.append(_candidates(score, library, encoder, depth(top), tier, exact_limit))
    scores = iter(scores_in(library, np.array(list(chain(*found)), np.int64), score, encoder).tolist())
    ranked = [sorted(((key, next(scores)) for key in tier), key=lambda pair: (-pair[1], pair[0])) for tier in found]
    return list(chain(*ranked))[:top]


def _candidates(
    score: PhraseScores, library: Library, encoder: PhraseEncoder, count: int, condition: Condition, exact_limit: int
) -> list[int]:
    """Keys of the ``count`` crystals that come nearest to what is asked for, before they are scored."""
    if by_likeness(library, score, encoder) is None:
        found = nearest(score.middle, library, encoder, count, condition, exact_limit=exact_limit)
        return [key for key, _ in found]
    keys, spoken, built = in_both_spaces(library, encoder, condition, exact_limit)
    near: list[int] = keys[np.lexsort((keys, -score.rough(spoken, built)))[:count]].tolist()
    return near


def in_both_spaces(
    library: Library,
    encoder: PhraseEncoder,
    condition: Condition = EVERYTHING,
    exact_limit: int = EXACT_LIMIT,
    *,
    without: Iterable[int] = (),
) -> tuple[NDArray[np.int64], Cosines, Cosines]:
    """Keys (n,) of the crystals that count and have vectors in both spaces, and their cosines to any vector of each.

    First in the space of phrases, then in that of crystals among crystals. Raises InputError of kind ``no-vectors``.
    """
    built = searched(library, space_of_crystals(encoder), exact_limit)
    spoken = searched(library, (encoder.fingerprint, encoder.dimensions), exact_limit)
    keys, here, there = np.intersect1d(built.keys, spoken.keys, assume_unique=True, return_indices=True)
    allowed = ~np.isin(keys, list(without))
    if condition != EVERYTHING:
        allowed &= np.isin(keys, library.keys(condition))
    here, there = here[allowed], there[allowed]
    return keys[allowed], lambda vector: spoken.scores(vector)[there], lambda vector: built.scores(vector)[here]


def nearest(
    query: NDArray[np.float32],
    library: Library,
    encoder: PhraseEncoder,
    count: int,
    condition: Condition = EVERYTHING,
    *,
    without: Iterable[int] = (),
    space: Space | None = None,
    exact_limit: int = EXACT_LIMIT,
) -> list[tuple[int, float]]:
    """Key and cosine of the ``count`` crystals nearest to a unit vector, of those that fulfil ``condition``.

    Keys in ``without`` are left out. The vector is of ``space``, by default that of phrases. Raises InputError of kind
    ``no-vectors``.
    """
    index = searched(library, space or (encoder.fingerprint, encoder.dimensions), exact_limit)
    excluded = set(without)
    if condition == EVERYTHING:
        found = index.nearest(query, count + len(excluded))
        return [pair for pair in found if pair[0] not in excluded][:count]
    return index.nearest(query, count, np.setdiff1d(library.keys(condition), list(excluded)))


def check_top(top: int) -> None:
    """Raises InputError of kind ``bad-top`` for a number of hits that nobody can want."""
    if not 1 <= top <= MAX_TOP:
        raise InputError(f"Between 1 and {MAX_TOP} hits can be asked for, not {top}.", kind="bad-top")


def searched(library: Library, space: Space, exact_limit: int = EXACT_LIMIT) -> VectorIndex:
    """The index of a space. Raises InputError of kind ``no-vectors`` where the library has none in it."""
    index = index_of(library, *space, exact_limit=exact_limit)
    if len(index) == 0 and library.count() > 0:
        raise InputError(
            f"The library {library.name} has no {kind_of_vectors(space)} of this model yet; embed it with the model "
            "first (clics library refresh).",
            kind="no-vectors",
        )
    return index


def kind_of_vectors(space: Space) -> str:
    """What the vectors of a space are called."""
    return "likeness vectors" if role_of(space[0]) == "likeness" else "vectors"


def checked(
    must: Sequence[str], must_not: Sequence[str], encoder: PhraseEncoder
) -> tuple[Condition, list[ParsedQuery]]:
    """What lets only crystals through of which the facts say the ones, and do not say the others; no direction changes.

    Raises InputError of kind ``not-recognised`` for a phrase that names nothing the facts could tell.
    """
    condition, found = EVERYTHING, []
    for wanted, texts in ((True, must), (False, must_not)):
        for text in texts:
            concepts = recognise(" ".join(text.split()), encoder.vocabulary)
            if not any(concepts.parts()):
                raise InputError(
                    f"“{text[:80]}” names no geometry that could be checked; put it into the phrase instead.",
                    kind="not-recognised",
                )
            held = _holds(concepts)
            condition = condition & (held if wanted else ~held)
            found.append(concepts)
    return condition, found


def _holds(recognised: ParsedQuery) -> Condition:
    return every(holding(group) if wanted else ~holding(group) for _, group, wanted in recognised.parts())


def _rest(text: str, said: Iterable[str]) -> str:
    """What of a text is neither recognised nor a mere filler."""
    for words in said:
        text = text.replace(words, " ", 1)
    return " ".join(word for word in re.findall(r"\w+", text.lower()) if word not in _FILLERS)
