"""Mentions: spans of a typed text that name concepts, and the words around them that negate them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clics.concepts.concept import Concept

_BETWEEN = r"""
    (?:
        [\s-]+
        (?:
            any | an? | the | in | is | are | be | of | all | at | bonded | connected | containing | contain
            | distorted | regular | space | group | single | metals? | metalloids? | non-?metals? | atoms?
            | \[\w+\]
        )
    )*
    [\s-]* $
"""
_NEGATION = re.compile(
    rf"""
        (?:
            \b(?:
                not | no | non | without | except(?:\s+for)? | excluding | neither | nor | never | lacks? | lacking
                | free\s+of | absence\s+of | other\s+than | instead\s+of | rather\s+than
            )\b
            | n't\b
        )
        {_BETWEEN}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NEGATED_AFTER = re.compile(
    r"\w*\s*(?:(?:is|are)\s+)?(?:absent|missing|excluded|not\s+(?:present|there|allowed|wanted))\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a text that names a concept.

    Attributes:
        start: First character.
        end: Character after the last.
        concepts: Alternatives, any of which fulfils the mention. Empty for a structure type without stored facts.
        primary: The alternatives by which a search ranks; empty: all. An octahedral site fulfils "six-coordinate", but
            a search ranks by the six-coordinate geometry.
        negated: None of the concepts may be true.
        filter: A condition in the filter language, for a mention of elements in place of concepts.
        applied: False for a condition that is typed in the filter language.
        spans: The words that were read; empty: all from start to end.
        tolerance: Tolerance in Å at which a space group is asked for; None: that of the stored facts.
    """

    start: int
    end: int
    concepts: tuple[Concept, ...]
    primary: tuple[Concept, ...] = ()
    negated: bool = False
    filter: str = ""
    applied: bool = True
    spans: tuple[tuple[int, int], ...] = ()
    tolerance: float | None = None

    @property
    def read(self) -> tuple[tuple[int, int], ...]:
        """The spans of the words that were read."""
        return self.spans or ((self.start, self.end),)


def is_negated(text: str, start: int, end: int | None = None) -> bool:
    """True if the words around a span negate it ("not octahedral", "without edges", "octahedra absent").

    Args:
        text: The text.
        start: First character of the span.
        end: Character after its last; None: only the words before it count.
    """
    if _NEGATION.search(text, 0, start):
        return True
    return end is not None and _NEGATED_AFTER.match(text, end) is not None


def negation_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of ``text[start:end]`` extended by the words that negate it."""
    before, after = _NEGATION.search(text, 0, start), _NEGATED_AFTER.match(text, end)
    return before.start() if before else start, after.end() if after and not before else end


def masked(text: str, start: int, end: int) -> str:
    """Replace ``text[start:end]`` by blanks, so that all other positions stay."""
    return text[:start] + " " * (end - start) + text[end:]
