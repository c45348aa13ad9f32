"""Training wordings (Table S2 of the paper); the phrases of validation are in :mod:`clics.concepts.phrases`.

No training wording equals a validation phrase, so that retrieval is tested with words that the model has not seen. The
articles are those of the paper: "has bondings to make a octahedral local geometry".
"""

from __future__ import annotations

import random

from clics.concepts.concept import Concept, UnparsedConcept
from clics.concepts.kinds import environment, polyhedra, space_group
from clics.concepts.masking import SentenceKind
from clics.concepts.paraphrases import Wordings
from clics.concepts.registry import row_of
from clics.concepts.sentences import Sentence, sentence_slots

ENVIRONMENT_REPLACEMENTS: tuple[str, ...] = (
    "{site}{centre} has bondings to make a {geometry} local geometry{neighbours}.",
    "{site}{centre} is bonded in a local coordination of {geometry} geometry{neighbours}.",
)
""""The other patterns of random replacement" of the paper: the sentence keeps its site and neighbours."""

CONNECTION_REPLACEMENTS: tuple[str, ...] = (
    "{site}{centre} is bonded to {neighbours} to form {polyhedra}.",
    "{site}{centre} has bondings to {neighbours} to make {polyhedra}.",
    "The bonding of {centre} makes {polyhedra}.",
)

LOOSE = 0.5
"""Share of training phrases in the form of typed queries; the others follow the templates of the paper."""

_TEMPLATES: dict[SentenceKind, tuple[str, ...]] = {
    "space_group": space_group.TEMPLATES,
    "environment": environment.TEMPLATES + ENVIRONMENT_REPLACEMENTS,
    "connection": polyhedra.TEMPLATES + CONNECTION_REPLACEMENTS,
}


def sentence_variants(sentence: Sentence) -> tuple[str, ...]:
    """Every training wording of a masked sentence.

    Raises:
        ValueError: The sentence names a structure type, which is never trained on, or is in no known form.
    """
    slots = sentence_slots(sentence)
    if slots is None:
        raise ValueError(f"This sentence has no training wording: {sentence.text!r} ({sentence.kind}).")
    return tuple(template.format(**slots) for template in _TEMPLATES[sentence.kind])


def phrase_variants(concept: Concept) -> tuple[str, ...]:
    """Every training wording of a concept's phrase.

    Raises:
        ValueError: The concept is a structure type, which is never trained on.
    """
    templates, words = _phrase(concept)
    return tuple(template.format(**words) for template in templates)


def _phrase(concept: Concept) -> tuple[tuple[str, ...], dict[str, str]]:
    """The templates of a concept's phrase and what fills their slots."""
    row = None if isinstance(concept, UnparsedConcept) else row_of(concept.kind)
    if row is None or row.slots is None:
        raise ValueError(f"This concept has no training wording: {concept.phrase!r} ({concept.kind}).")
    return row.templates, row.slots(concept)


def paraphrases(concept: Concept) -> Wordings | None:
    """The loose wordings of a concept (:mod:`clics.concepts.paraphrases`); None for one that has none."""
    if isinstance(concept, UnparsedConcept):
        return None
    loose = row_of(concept.kind).paraphrases
    return None if loose is None else loose(concept)


def training_variant(sentence: Sentence, rng: random.Random) -> str:
    """Draw one of :func:`sentence_variants`, all equally likely."""
    return rng.choice(sentence_variants(sentence))


def training_phrase(concept: Concept, rng: random.Random, dropout: float = 0.0, loose: float = LOOSE) -> str:
    """One training wording of a concept's phrase.

    Args:
        concept: The concept.
        rng: Source of random numbers.
        dropout: Largest probability with which each word of a template outside its slots is left out, so that a model
            learns the geometry and not the words around it. The probability is drawn for each phrase.
        loose: Probability of a wording of :mod:`clics.concepts.paraphrases`; else one of :func:`phrase_variants` is
            drawn, all equally likely.

    Raises:
        ValueError: The concept is a structure type, which is never trained on.
    """
    templates, words = _phrase(concept)
    wordings = paraphrases(concept) if rng.random() < loose else None
    if wordings is not None:
        return wordings.drawn(rng)
    most = rng.random() * dropout
    kept = [part for part in rng.choice(templates).split() if "{" in part or rng.random() >= most]
    return " ".join(kept).format(**words)
