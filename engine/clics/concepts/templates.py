"""The wordings of training (Table S2 of the paper); those of validation are in :mod:`clics.concepts.phrases`.

No training wording is ever equal to a validation phrase, so that retrieval is asked in words the model has not seen.
The articles are the paper's: "has bondings to make a octahedral local geometry".
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from clics.concepts.concept import Concept
from clics.concepts.masking import SentenceKind
from clics.concepts.paraphrases import paraphrases
from clics.concepts.sentences import Sentence

SPACE_GROUP_TEMPLATES: tuple[str, ...] = (
    "This is crystallized in {symbol} space group.",
    "This crystal has a space group of {symbol}.",
    "It is {symbol} space group that this crystal is classified.",
    "This is an inorganic material that has {symbol} space group.",
)
ENVIRONMENT_TEMPLATES: tuple[str, ...] = (
    "{centre} has bondings to make a {geometry} local geometry.",
    "The bonding of {centre} makes a local geometry of {geometry}.",
    "{centre} is bonded in a local geometry of {geometry}.",
    "The bonding of {centre} has a {geometry} geometry.",
)
"""Without the neighbours: what a site's geometry is, alone."""

ENVIRONMENT_REPLACEMENTS: tuple[str, ...] = (
    "{site}{centre} has bondings to make a {geometry} local geometry{neighbours}.",
    "{site}{centre} is bonded in a local coordination of {geometry} geometry{neighbours}.",
)
""""The other patterns of random replacement": the sentence keeps which site it is and its neighbours."""

CONNECTION_TEMPLATES: tuple[str, ...] = (
    "The bonding of this crystal makes {polyhedra}.",
    "This crystal is built of {polyhedra}.",
    "It is {polyhedra} that this crystal is made of.",
    "This is an inorganic material that has {polyhedra}.",
)
"""The paper has no training wording for connections apart from the sentences; these follow its other templates."""

CONNECTION_REPLACEMENTS: tuple[str, ...] = (
    "{site}{centre} is bonded to {neighbours} to form {polyhedra}.",
    "{site}{centre} has bondings to {neighbours} to make {polyhedra}.",
    "The bonding of {centre} makes {polyhedra}.",
)

LOOSE = 0.5
"""Share of the training phrases that are worded as people type, not by the paper's templates."""

_FORMS: dict[SentenceKind, re.Pattern[str]] = {
    "space_group": re.compile(r" crystallizes in (?P<symbol>\S+) space group\.$"),
    "environment": re.compile(
        r"^(?P<site>.*?)(?P<centre>\[\w+\]) (?:is|are) bonded in an? (?P<geometry>.+?) geometry(?P<neighbours>.*)\.$"
    ),
    "connection": re.compile(
        r"^(?P<site>.*?)(?P<centre>\[\w+\]) (?:is|are) bonded to (?P<neighbours>.+?) to form (?P<polyhedra>.+)\.$"
    ),
}
_TEMPLATES: dict[SentenceKind, tuple[str, ...]] = {
    "space_group": SPACE_GROUP_TEMPLATES,
    "environment": ENVIRONMENT_TEMPLATES + ENVIRONMENT_REPLACEMENTS,
    "connection": CONNECTION_TEMPLATES + CONNECTION_REPLACEMENTS,
}
_BONDINGS = re.compile(r"^This crystal has bondings to form (?P<polyhedra>.+)\.$")


def sentence_variants(sentence: Sentence) -> tuple[str, ...]:
    """Every training wording of a masked sentence.

    Raises ValueError for a named structure, which is never trained on, and for a sentence that is in no known form.
    """
    form = _FORMS.get(sentence.kind)
    found = form.search(sentence.text) if form else None
    if found is None:
        raise ValueError(f"This sentence has no training wording: {sentence.text!r} ({sentence.kind}).")
    return tuple(template.format(**found.groupdict()) for template in _TEMPLATES[sentence.kind])


def phrase_variants(concept: Concept) -> tuple[str, ...]:
    """Every training wording of a concept's phrase. Raises ValueError for a named structure."""
    templates, words = _phrase(concept)
    return tuple(template.format(**words) for template in templates)


def _phrase(concept: Concept) -> tuple[tuple[str, ...], dict[str, str]]:
    """The templates of a concept's phrase and what they hold."""
    if concept.kind == "space_group":
        found = _FORMS["space_group"].search(concept.phrase)
        templates = SPACE_GROUP_TEMPLATES
    elif concept.kind == "environment":
        found = _FORMS["environment"].search(concept.phrase)
        templates = ENVIRONMENT_TEMPLATES
    else:
        found = _BONDINGS.search(concept.phrase)
        templates = CONNECTION_TEMPLATES
    if found is None:
        raise ValueError(f"This concept has no training wording: {concept.phrase!r} ({concept.kind}).")
    return templates, found.groupdict()


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


def sample_text(sentences: Sequence[Sentence], rng: random.Random, n: int = 2) -> str:
    """``n`` different sentences of a crystal in random order and random wording; named structures are left out.

    The paper takes ``n`` = 2 in every epoch (section 2). A crystal with fewer sentences gives all it has.
    """
    usable = [sentence for sentence in sentences if sentence.kind != "structure_type"]
    chosen = rng.sample(usable, min(n, len(usable)))
    return " ".join(training_variant(sentence, rng) for sentence in chosen)
