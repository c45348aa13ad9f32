"""From a robocrystallographer text to the paper's masked sentences, each with its kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clics.concepts import masking, phrases, robocrys_text
from clics.concepts.masking import SentenceKind
from clics.symmetry import space_groups


@dataclass(frozen=True, slots=True)
class Sentence:
    """One masked sentence. Sentences of kind ``structure_type`` name a prototype and are never used in training."""

    kind: SentenceKind
    text: str


def masked_sentences(text: str) -> list[Sentence]:
    """The sentences of ``text`` that the paper keeps, in order, masked by the rules of :mod:`clics.concepts.masking`.

    Any of robocrystallographer's formats will do: with or without bond lengths, oxidation states, symmetry labels.
    """
    return list(_kept(robocrys_text.SENTENCE_END.split(text.strip())))


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
