"""Mentions in a text become the parts of a parsed query."""

from __future__ import annotations

import re

from clics.concepts.concept import Concept
from clics.concepts.mentions import Mention, negation_span
from clics.concepts.registry import ROWS
from clics.query.geometry.extractor import TermMention
from clics.query.geometry.labels import words_of_term
from clics.query.parsed_query import Group

_OR = re.compile(r"\s*,?\s*\bor\b(?:\s+(?:in|an?|the|space|group))*\s*", re.IGNORECASE)


def grouped(text: str, mentions: list[Mention]) -> tuple[Group, ...]:
    """Order the mentions as in the text, join those with "or" between them, and leave out those that others imply.

    Args:
        text: The text.
        mentions: Its mentions, with spans in the text.
    """
    merged: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, m.end)):
        last = merged[-1] if merged else None
        if last is not None and _are_alternatives(text, last, mention):
            merged[-1] = Mention(
                last.start,
                mention.end,
                tuple(dict.fromkeys(last.concepts + mention.concepts)) if last.concepts and mention.concepts else (),
                tuple(dict.fromkeys((last.primary or last.concepts) + (mention.primary or mention.concepts))),
                last.negated,
                spans=last.read + mention.read,
            )
        else:
            merged.append(mention)
    merged = [mention for i, mention in enumerate(merged) if not _implied(mention, merged[:i], merged[i + 1 :])]
    for row in ROWS:
        merged = _one_of_kind(merged, row.concept) if row.known_by == "itself" else merged
    groups: list[Group] = []
    for mention in merged:
        start, end = _words_of(text, mention)
        words, typed = text[start:end], {group.words for group in groups}
        if words in typed or not words:  # "corner- and edge-sharing octahedra" names two concepts in the same words
            concepts = mention.concepts or mention.primary
            if isinstance(mention, TermMention):
                words = f"{words}: {words_of_term(mention.term)}"
            elif concepts:
                words = concepts[0].phrase
        if words in typed:
            words = f"{words} ({len(groups) + 1})"
        primary = mention.primary or mention.concepts
        term = mention.term if isinstance(mention, TermMention) else None
        groups.append(
            Group(
                words=words,
                start=start,
                end=end,
                concepts=mention.concepts,
                primary=primary,
                negated=mention.negated,
                term=term,
                filter=mention.filter,
                applied=mention.applied,
                tolerance=mention.tolerance,
            )
        )
    return tuple(groups)


def _are_alternatives(text: str, one: Mention, other: Mention) -> bool:
    return (
        one.negated == other.negated
        and not (one.filter or other.filter)
        and one.tolerance == other.tolerance
        and not (isinstance(one, TermMention) or isinstance(other, TermMention))
        and one.end <= other.start
        and _OR.fullmatch(text, one.end, other.start) is not None
    )


def _words_of(text: str, mention: Mention) -> tuple[int, int]:
    """The span of a mention with the words that negate it, without punctuation around it."""
    start, end = negation_span(text, mention.start, mention.end) if mention.negated else (mention.start, mention.end)
    start = end - len(text[start:end].lstrip(" .,;"))
    end = start + len(text[start:end].rstrip(" .,;"))
    for joint in ("and ", "but "):
        start += len(joint) if text.startswith(joint, start, end) else 0
    return start, end


def _one_of_kind(mentions: list[Mention], kind: type[Concept]) -> list[Mention]:
    """A crystal has one concept of some kinds (one space group): several that exclude each other are alternatives."""
    groups = [
        m for m in mentions if not m.negated and m.concepts and isinstance(m.concepts[0], kind) and m.tolerance is None
    ]
    if len(groups) < 2 or set.intersection(*(set(m.concepts) for m in groups)):
        return mentions
    concepts = tuple(dict.fromkeys(c for m in groups for c in m.concepts))
    spans = tuple(span for m in groups for span in m.read)
    either = Mention(groups[0].start, groups[-1].end, concepts, spans=spans)
    return sorted([*(m for m in mentions if m not in groups), either], key=lambda m: (m.start, m.end))


def _implied(mention: Mention, before: list[Mention], after: list[Mention]) -> bool:
    """True if another mention has the same concepts (the first of equals stays) or fewer: "cubic" beside "Fm-3m"."""
    own = set(mention.concepts or mention.primary)
    if mention.filter or mention.tolerance is not None or isinstance(mention, TermMention):
        return any(mention == other for other in before)
    for others, may_equal in ((before, True), (after, False)):
        for other in others:
            if other.negated == mention.negated and other.concepts and not mention.negated:
                theirs = set(other.concepts)
                if theirs < own or (may_equal and theirs == own):
                    return True
            elif other.negated and mention.negated and may_equal and set(other.concepts or other.primary) == own:
                return True
    return False
