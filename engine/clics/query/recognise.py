"""Queries: typed text is parsed into concepts that the facts of a crystal decide, and completed to concepts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from clics.concepts.concept import Concept, UnparsedConcept
from clics.concepts.kinds.structure_type import StructureTypeConcept
from clics.concepts.mentions import Mention, is_negated, masked, negation_span
from clics.concepts.registry import COMPLETED_KINDS, ROWS, row_of
from clics.concepts.vocabulary import Vocabulary
from clics.query import structure_types
from clics.query.connection_extractor import connection_mentions
from clics.query.family_extractor import family_mentions
from clics.query.geometry_extractor import environment_mentions
from clics.query.normalise import normalise
from clics.query.symmetry_extractor import symmetry_mentions

LONGEST = 2000
"""Characters of a query that are read: longer than any full pattern, short enough to be instant."""

_OR = re.compile(r"\s*,?\s*\bor\b(?:\s+(?:in|an?|the|space|group))*\s*", re.IGNORECASE)
_LIKE = re.compile(
    r"""
        [\s-]*
        (?:
              like\b (?!\s*(?:structures?|phases?|types?|crystals?)\b|\W*$)
            | type\s+ (?:face|edge|corner|vertex|anion|cation|coordination|isolated|linkage)
            | (?:(?:like|type|related|derived)\s+)?
              (?:
                  layers? | slabs? | sheets? | blocks? | ribbons? | chains? | columns? | arrangement
                  | arrays? | units? | modules? | fragments? | ordering | stacking | packing | interlayers?
                  | rods?
              )
              \b
        )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words after a name that make it a comparison: "spinel-like corner sharing"."""
_SUBSCRIPTS = {ord(letter): str(digit) for digit, letter in enumerate("₀₁₂₃₄₅₆₇₈₉")}
_AS_IN = re.compile(r"\b(?:as|like|known|sites?)\s+(?:in|of|from)\s+(?:the\s+)?$", re.IGNORECASE)
_LATTICE_NAMES = frozenset({"fcc", "bcc", "ccp", "hcp", "hexagonal close packed", "hexagonal close-packed"})
_OF_ATOMS = re.compile(r"\s+(?:structures?|metals?|type)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """The concepts that a text asks for, in groups of alternatives: one of each group must be true, and none negated.

    A group without concepts is a structure type for which there are no stored facts.

    Attributes:
        alternatives: For each group, the concepts any of which makes it true.
        matched_text: For each group, its words as typed, unique, in the order of the text.
        primary: For each group, the concepts that its words mean first and that a search ranks by.
        negated: Groups of which no concept may be true.
        negated_text: For each negated group, its words with the negation.
        negated_primary: For each negated group, the concepts that its words mean first.
    """

    alternatives: tuple[tuple[Concept, ...], ...]
    matched_text: tuple[str, ...]
    primary: tuple[tuple[Concept, ...], ...] = ()
    negated: tuple[tuple[Concept, ...], ...] = ()
    negated_text: tuple[str, ...] = ()
    negated_primary: tuple[tuple[Concept, ...], ...] = ()

    def __bool__(self) -> bool:
        """True if anything is recognised."""
        return bool(self.alternatives or self.negated)

    def parts(self) -> Iterator[tuple[str, tuple[Concept, ...], bool]]:
        """The groups that facts can decide.

        Yields:
            The words of a group, its concepts, and True if one of them must be true, False if none may be.
        """
        yield from (
            (words, group, True) for words, group in zip(self.matched_text, self.alternatives, strict=True) if group
        )
        yield from (
            (words, group, False) for words, group in zip(self.negated_text, self.negated, strict=True) if group
        )

    def by_facts(self) -> Iterator[tuple[str, tuple[Concept, ...], bool]]:
        """Those :meth:`parts` that stored facts alone decide, because models do not learn their kind."""
        yield from (part for part in self.parts() if all(row_of(c.kind).evidence == "facts" for c in part[1]))

    @property
    def by_facts_alone(self) -> bool:
        """True if stored facts decide all groups."""
        return bool(self) and len(list(self.by_facts())) == len(self.alternatives) + len(self.negated)

    def checked(self, true: Container[Concept]) -> dict[str, bool]:
        """Compare the query with a crystal.

        Args:
            true: The concepts that are true of the crystal.

        Returns:
            For the words of each group, True if the crystal fulfils it.
        """
        return {words: wanted == any(c in true for c in group) for words, group, wanted in self.parts()}


def recognise(text: str, vocabulary: Vocabulary) -> ParsedQuery:
    """Find the concepts that a typed text names.

    A text that is the phrase of a concept means that concept alone. Space groups are recognised in any usual spelling
    or by number, whether or not the vocabulary has them; geometries and connections only if the vocabulary has them.

    Args:
        text: The text; only its first :data:`LONGEST` characters are read.
        vocabulary: The concepts of the model that searches.

    Returns:
        The parsed query; empty if nothing is recognised with certainty.
    """
    text = unicodedata.normalize("NFC", text).strip()[:LONGEST]
    left = text
    mentions: list[Mention] = []
    for match in re.finditer(r"[^.]+(?:\.(?!\s|$)[^.]*)*\.?", text):
        concept = _exact(match.group(), vocabulary)
        if concept is not None:
            mentions.append(Mention(match.start(), match.end(), (concept,)))
            left = masked(left, match.start(), match.end())
    of_symmetry = [*family_mentions(left), *symmetry_mentions(left)]
    for mention in of_symmetry:
        left = masked(left, mention.start, mention.end)
    of_types = list(_structure_mentions(left, vocabulary))
    for mention in of_types:
        left = masked(left, mention.start, mention.end)
    of_words = [mention for row in ROWS if row.mentions for mention in row.mentions(left)]
    for mention in of_words:
        left = masked(left, mention.start, mention.end)
    mentions += of_symmetry + of_types + of_words
    mentions += _geometry_mentions(left, vocabulary)
    return _grouped(text, mentions)


def _geometry_mentions(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Environments and connections of the normalised text, with their spans in the text as typed."""
    normalised = normalise(text)
    connections, left = connection_mentions(normalised.text, vocabulary)
    for mention in (*connections, *environment_mentions(left, vocabulary)):
        start, end = normalised.typed_span(mention.start, mention.end)
        yield replace(mention, start=start, end=end)


def complete(prefix: str, vocabulary: Vocabulary, limit: int = 10) -> list[Concept]:
    """Complete typed text to concepts.

    Phrases that begin with the text come first, then space groups by symbol or number and kinds of few concepts by
    their names, then phrases in which every word of the text begins a word. Among equals the more frequent comes
    first; full patterns come last.

    Args:
        prefix: The text typed so far.
        vocabulary: The concepts of the model; those of kinds of few concepts need not be in it.
        limit: Largest number of concepts.

    Returns:
        Concepts, best first; none for an empty text.
    """
    typed = prefix.casefold().strip()
    if not typed:
        return []
    words = _words(typed)
    ranked: list[tuple[int, int, int, str, Concept]] = []
    for order, kind in enumerate(COMPLETED_KINDS):
        for concept in (*vocabulary.concepts(kind), *row_of(kind).fixed):
            rank = _rank(concept, prefix, words)
            if rank is not None:
                ranked.append((rank, order, -vocabulary.frequency(concept), concept.phrase, concept))
    return [row[-1] for row in sorted(ranked, key=lambda row: row[:-1])[:limit]]


def _rank(concept: Concept, typed: str, words: list[str]) -> int | None:
    phrase = concept.phrase.casefold()
    if phrase.startswith(typed.casefold().strip()):
        return 0
    completes = None if isinstance(concept, UnparsedConcept) else row_of(concept.kind).completes
    if completes is not None and (rank := completes(concept, typed)) is not None:
        return rank
    heads = _words(phrase)
    return 2 if words and all(any(head.startswith(word) for head in heads) for word in words) else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\s\[\].-]+", text)


def _exact(sentence: str, vocabulary: Vocabulary) -> Concept | None:
    sentence = " ".join(sentence.split()).removesuffix(".") + "."
    fixed = (concept for row in ROWS for concept in row.fixed if concept.phrase == sentence)
    return vocabulary.find(sentence) or next(fixed, None)


@lru_cache(maxsize=4)
def _type_names(vocabulary: Vocabulary) -> tuple[tuple[str, StructureTypeConcept], ...]:
    """The name without differences of case, and the concept, of every structure type of the vocabulary."""
    return tuple(
        (concept.name.casefold(), concept)
        for concept in vocabulary.concepts(StructureTypeConcept.KIND)
        if isinstance(concept, StructureTypeConcept)
    )


@lru_cache(maxsize=64)
def _type_patterns(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The name of a structure type before "structure" or "type", and the name alone."""
    escaped = re.escape(name)
    return (
        re.compile(rf"(?<![\w-]){escaped}(?=[\s-]+(?:crystal\s+)?(?:structured?|type|prototype)\b)", re.IGNORECASE),
        re.compile(rf"\s*{escaped}\s*", re.IGNORECASE),
    )


def _structure_mentions(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Named structures.

    A name of the vocabulary as the whole text or before "structure", "type", "prototype"; or one of
    :mod:`clics.query.structure_types` anywhere, where the search aims at the prototype.
    """
    folded = text.casefold()
    for name, concept in _type_names(vocabulary):
        if name not in folded:  # compiling the patterns of all names would take longer than a search
            continue
        before, whole = _type_patterns(concept.name)
        match = before.search(text) or whole.fullmatch(text)
        if match is not None:
            prototype = structure_types.named(concept.name)
            held = prototype.concepts() if prototype is not None else (concept,)
            yield Mention(match.start(), match.end(), held, (concept,))
            return
    for match in structure_types.NAME.finditer(text.translate(_SUBSCRIPTS)):
        prototype = structure_types.named(match["name"])
        is_lattice = match["name"].lower() in _LATTICE_NAMES and not _OF_ATOMS.match(text, match.end())
        is_simile = _LIKE.match(text, match.end()) or _AS_IN.search(text, 0, match.start())
        if prototype is None or is_lattice or is_simile:
            continue
        negated = is_negated(text, match.start(), match.end())
        yield Mention(match.start(), match.end(), prototype.concepts(), (prototype.concept,), negated)


def _grouped(text: str, mentions: list[Mention]) -> ParsedQuery:
    """Order the mentions as in the text, join those with "or" between them, and leave out those that others imply."""
    merged: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, m.end)):
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.negated == mention.negated
            and last.end <= mention.start
            and _OR.fullmatch(text, last.end, mention.start)
        ):
            merged[-1] = Mention(
                last.start,
                mention.end,
                tuple(dict.fromkeys(last.concepts + mention.concepts)) if last.concepts and mention.concepts else (),
                tuple(dict.fromkeys((last.primary or last.concepts) + (mention.primary or mention.concepts))),
                last.negated,
            )
        else:
            merged.append(mention)
    merged = [mention for i, mention in enumerate(merged) if not _implied(mention, merged[:i], merged[i + 1 :])]
    for row in ROWS:
        merged = _one_of_kind(merged, row.concept) if row.known_by == "itself" else merged
    labels: list[str] = []
    for mention in merged:
        start, end = (
            negation_span(text, mention.start, mention.end) if mention.negated else (mention.start, mention.end)
        )
        words = text[start:end].strip(" .,;").removeprefix("and ").removeprefix("but ")
        if words in labels or not words:  # "corner- and edge-sharing octahedra" names two concepts in the same words
            words = (mention.concepts or mention.primary)[0].phrase
        if words in labels:
            words = f"{words} ({len(labels) + 1})"
        labels.append(words)
    pairs = list(zip(merged, labels, strict=True))
    wanted = [(mention, words) for mention, words in pairs if not mention.negated]
    negated = [(mention, words) for mention, words in pairs if mention.negated]
    return ParsedQuery(
        tuple(mention.concepts for mention, _ in wanted),
        tuple(words for _, words in wanted),
        tuple(mention.primary or mention.concepts for mention, _ in wanted),
        tuple(mention.concepts for mention, _ in negated),
        tuple(words for _, words in negated),
        tuple(mention.primary or mention.concepts for mention, _ in negated),
    )


def _one_of_kind(mentions: list[Mention], kind: type[Concept]) -> list[Mention]:
    """A crystal has one concept of some kinds (one space group): several that exclude each other are alternatives."""
    groups = [m for m in mentions if not m.negated and m.concepts and isinstance(m.concepts[0], kind)]
    if len(groups) < 2 or set.intersection(*(set(m.concepts) for m in groups)):
        return mentions
    concepts = tuple(dict.fromkeys(c for m in groups for c in m.concepts))
    either = Mention(groups[0].start, groups[-1].end, concepts)
    return sorted([*(m for m in mentions if m not in groups), either], key=lambda m: (m.start, m.end))


def _implied(mention: Mention, before: list[Mention], after: list[Mention]) -> bool:
    """True if another mention has the same concepts (the first of equals stays) or fewer: "cubic" beside "Fm-3m"."""
    own = set(mention.concepts or mention.primary)
    for others, may_equal in ((before, True), (after, False)):
        for other in others:
            if other.negated == mention.negated and other.concepts and not mention.negated:
                theirs = set(other.concepts)
                if theirs < own or (may_equal and theirs == own):
                    return True
            elif other.negated and mention.negated and may_equal and set(other.concepts or other.primary) == own:
                return True
    return False
