"""From what a user types to concepts that can be checked against the facts, and completions while typing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from engine.concepts import spacegroups
from engine.concepts.concept import Concept, Kind
from engine.concepts.mention import Mention, blanked
from engine.concepts.mention_geometry import connection_mentions, environment_mentions
from engine.concepts.mention_symmetry import symmetry_mentions
from engine.concepts.vocabulary import KINDS, Vocabulary

LONGEST = 2000
"""Characters of a query that are read: longer than any full pattern, short enough to be instant."""

_OR = re.compile(r"\s*,?\s*\bor\b(?:\s+(?:in|an?|the|space|group))*\s*", re.IGNORECASE)
_SPACE_GROUP_SYMBOL = re.compile(r" in (\S+) space group\.$")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a text says: every group must hold, and a group holds where one of its concepts is true.

    ``said`` are the words of the text for each group, unique, in the order of the text.
    """

    groups: tuple[tuple[Concept, ...], ...]
    said: tuple[str, ...]

    def checked(self, true: Container[Concept]) -> dict[str, bool]:
        """For each group's words, whether it holds; ``true`` are the concepts that are true of a crystal."""
        return {said: any(c in true for c in group) for said, group in zip(self.said, self.groups, strict=True)}


def recognise(text: str, vocabulary: Vocabulary) -> Recognised:
    """The concepts that ``text`` is or mentions; no groups where nothing is sure.

    A text that is a concept's phrase means that concept alone. Space groups are recognised in any usual spelling or by
    number, whether or not the vocabulary has them; geometries and connections only as far as the vocabulary knows them.
    What is denied ("not octahedral") is not recognised. Only the first :data:`LONGEST` characters are read.
    """
    text = unicodedata.normalize("NFC", text).strip()[:LONGEST]
    left = text
    mentions: list[Mention] = []
    for found in re.finditer(r"[^.]+(?:\.(?!\s|$)[^.]*)*\.?", text):
        concept = _exact(found.group(), vocabulary)
        if concept is not None:
            mentions.append(Mention(found.start(), found.end(), (concept,)))
            left = blanked(left, found.start(), found.end())
    connections, left = connection_mentions(left, vocabulary)
    mentions += connections
    environments = list(environment_mentions(left, vocabulary))
    mentions += environments
    for mention in environments:
        left = blanked(left, mention.start, mention.end)
    mentions += symmetry_mentions(left)
    mentions += _structure_mentions(left, vocabulary)
    return _grouped(text, mentions)


def complete(prefix: str, vocabulary: Vocabulary, limit: int = 10) -> list[Concept]:
    """Concepts whose phrase goes on from ``prefix``, best first; for a space group also its symbol or number.

    Phrases that begin with the prefix come first, then space groups by symbol or number, then phrases in which every
    word of the prefix begins a word; each by frequency, full patterns last.
    """
    typed = prefix.casefold().strip()
    if not typed:
        return []
    words = _words(typed)
    key = spacegroups.spelling_key(prefix).casefold()
    ranked: list[tuple[int, int, int, str, Concept]] = []
    for order, kind in enumerate(_COMPLETED):
        for concept in vocabulary.concepts(kind):
            rank = _rank(concept, typed, words, key)
            if rank is not None:
                ranked.append((rank, order, -vocabulary.frequency(concept), concept.phrase, concept))
    return [row[-1] for row in sorted(ranked, key=lambda row: row[:-1])[:limit]]


_COMPLETED: tuple[Kind, ...] = (*(kind for kind in KINDS if kind != "pattern"), "pattern")


def _rank(concept: Concept, typed: str, words: list[str], key: str) -> int | None:
    phrase = concept.phrase.casefold()
    if phrase.startswith(typed):
        return 0
    if concept.kind == "space_group":
        found = _SPACE_GROUP_SYMBOL.search(concept.phrase)
        group = spacegroups.by_symbol(found[1]) if found else None
        if group is not None and key:
            if str(group.number) == typed:
                return 0
            if spacegroups.spelling_key(group.symbol).casefold().startswith(key):
                return 1
    heads = _words(phrase)
    return 2 if words and all(any(head.startswith(word) for head in heads) for word in words) else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\s\[\].-]+", text)


def _exact(sentence: str, vocabulary: Vocabulary) -> Concept | None:
    sentence = " ".join(sentence.split()).removesuffix(".") + "."
    return vocabulary.find(sentence)


def _structure_mentions(text: str, vocabulary: Vocabulary) -> list[Mention]:
    """Named structures: the whole text, or a name before "structure", "type", "structured" or "prototype"."""
    mentions = []
    for concept in vocabulary.concepts("structure_type"):
        name = concept.phrase.removeprefix("This material has ").removesuffix(" crystal structure.")
        pattern = rf"(?<![\w-]){re.escape(name)}(?=[\s-]+(?:crystal\s+)?(?:structured?|type|prototype)\b)"
        found = re.search(pattern, text, re.IGNORECASE) or re.fullmatch(
            rf"\s*{re.escape(name)}\s*", text, re.IGNORECASE
        )
        if found is not None:
            mentions.append(Mention(found.start(), found.end(), (concept,)))
    return mentions


def _grouped(text: str, mentions: list[Mention]) -> Recognised:
    """Mentions in the order of the text, those joined by "or" as one group, repeated groups once."""
    merged: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, m.end)):
        last = merged[-1] if merged else None
        if last is not None and last.end <= mention.start and _OR.fullmatch(text, last.end, mention.start):
            concepts = tuple(dict.fromkeys(last.concepts + mention.concepts))
            merged[-1] = Mention(last.start, mention.end, concepts)
        elif all(set(mention.concepts) != set(other.concepts) for other in merged):
            merged.append(mention)
    said: list[str] = []
    for mention in merged:
        words = text[mention.start : mention.end].strip(" .,;").removeprefix("and ")
        if words in said:  # "corner- and edge-sharing octahedra" says two things in the same words
            words = mention.concepts[0].phrase
        said.append(words)
    return Recognised(tuple(mention.concepts for mention in merged), tuple(said))
