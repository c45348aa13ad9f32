"""Masked sentences of a text of robocrystallographer, each with its kind, as in the paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clics.concepts import masking, phrases, robocrys_text
from clics.concepts.masking import SentenceKind
from clics.symmetry import space_groups

_SENTENCES: dict[SentenceKind, re.Pattern[str]] = {
    "space_group": re.compile(r" crystallizes in (?P<symbol>\S+) space group\.$"),
    "environment": re.compile(
        r"^(?P<site>.*?)(?P<centre>\[\w+\]) (?:is|are) bonded in an? (?P<geometry>.+?) geometry(?P<neighbours>.*)\.$"
    ),
    "connection": re.compile(
        r"^(?P<site>.*?)(?P<centre>\[\w+\]) (?:is|are) bonded to (?P<neighbours>.+?) to form (?P<polyhedra>.+)\.$"
    ),
}
"""Forms of the masked sentences of a crystal, which are trained on (:mod:`clics.concepts.templates`)."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One masked sentence.

    Attributes:
        kind: Its kind; a sentence of kind ``structure_type`` names a prototype and is never used in training.
        text: The sentence.
    """

    kind: SentenceKind
    text: str


def masked_sentences(text: str) -> list[Sentence]:
    """Mask a text by the rules of :mod:`clics.concepts.masking`.

    Args:
        text: A text of robocrystallographer, with or without bond lengths, oxidation states and symmetry labels.

    Returns:
        The sentences that the paper keeps, in order.
    """
    return list(_kept(robocrys_text.SENTENCE_END.split(text.strip())))


def sentence_slots(sentence: Sentence) -> dict[str, str] | None:
    """Parse a masked sentence into the slots of a training template; None for a sentence of no known form."""
    form = _SENTENCES.get(sentence.kind)
    match = form.search(sentence.text) if form else None
    return None if match is None else match.groupdict()


def _kept(sentences: list[str]) -> Iterator[Sentence]:
    for sentence in sentences:
        rule = masking.rule_of(sentence)
        if rule is None or rule.kind is None:
            continue
        if rule.kind == "opening":
            yield from _opening(sentence)
        else:
            yield Sentence(rule.kind, masking.mask(sentence))


def _opening(sentence: str) -> Iterator[Sentence]:
    match = robocrys_text.OPENING.match(sentence)
    group = space_groups.by_spelling(match["symbol"]) if match else None
    yield Sentence("space_group", phrases.space_group(group.symbol if group else ""))
    if match and match["mineral"]:
        yield Sentence("structure_type", phrases.structure_type(match["mineral"]))
