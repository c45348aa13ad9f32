"""The wordings of training (Table S2 of the paper); those of validation are in :mod:`clics.concepts.phrases`.

No training wording is ever equal to a validation phrase, so that retrieval is asked in words the model has not seen.
The articles are the paper's: "has bondings to make a octahedral local geometry".
"""

from __future__ import annotations

import random

from clics.concepts.concept import Concept, UnparsedConcept
from clics.concepts.kinds import environment, polyhedra, space_group
from clics.concepts.masking import SentenceKind
from clics.concepts.paraphrases import Wordings
from clics.concepts.parse import sentence_slots
from clics.concepts.registry import row_of
from clics.concepts.sentences import Sentence

ENVIRONMENT_REPLACEMENTS: tuple[str, ...] = (
    "{site}{centre} has bondings to make a {geometry} local geometry{neighbours}.",
    "{site}{centre} is bonded in a local coordination of {geometry} geometry{neighbours}.",
)
""""The other patterns of random replacement": the sentence keeps which site it is and its neighbours."""

CONNECTION_REPLACEMENTS: tuple[str, ...] = (
    "{site}{centre} is bonded to {neighbours} to form {polyhedra}.",
    "{site}{centre} has bondings to {neighbours} to make {polyhedra}.",
    "The bonding of {centre} makes {polyhedra}.",
)

LOOSE = 0.5
"""Share of the training phrases that are worded as people type, not by the paper's templates."""

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
    """Every training wording of a concept's phrase. Raises ValueError for a named structure."""
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
    """One of :func:`sentence_variants`, each as likely as the others."""
    return rng.choice(sentence_variants(sentence))


def training_phrase(concept: Concept, rng: random.Random, dropout: float = 0.0, loose: float = LOOSE) -> str:
    """One training wording of a concept's phrase.

    With probability ``loose`` it is one of :mod:`clics.concepts.paraphrases`, which are as people type, else one of
    :func:`phrase_variants`, each as likely as the others.

    ``dropout``: of the latter, each word that carries no meaning of the concept is left out with a probability drawn
    anew, up to ``dropout``, so that a phrase is known by its geometry and not by the words around it. Raises ValueError
    for a named structure.
    """
    templates, words = _phrase(concept)
    wordings = paraphrases(concept) if rng.random() < loose else None
    if wordings is not None:
        return wordings.drawn(rng)
    most = rng.random() * dropout
    kept = [part for part in rng.choice(templates).split() if "{" in part or rng.random() >= most]
    return " ".join(kept).format(**words)
