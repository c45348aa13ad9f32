"""A span of a typed text that names concepts, and the words around it that negate it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clics.concepts.concept import Concept

_BETWEEN = (
    r"(?:[\s-]+(?:any|an?|the|in|is|are|be|of|all|at|bonded|connected|containing|contain|distorted|regular|space|group|single"
    r"|metals?|metalloids?|non-?metals?|atoms?|\[\w+\]))*[\s-]*$"
)
_NEGATION = re.compile(
    r"(?:\b(?:not|no|non|without|except(?:\s+for)?|excluding|neither|nor|never|lacks?|lacking|free\s+of|absence\s+of|other\s+than"
    r"|instead\s+of|rather\s+than)\b|n't\b)" + _BETWEEN,
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"\w*\s*(?:(?:is|are)\s+)?(?:absent|missing|excluded|not\s+(?:present|there|allowed|wanted))\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` names a concept; ``concepts`` are what it may mean (any one of them being true is enough).

    ``aims`` are those of them that the words mean first, and that a search should go for; where they are not given, all
    are. A site with six neighbours is wanted by "six-coordinate" also where it is an octahedron, but a "six coordinate
    geometry" before others. A structure type that no facts tell of has aims alone. ``denied``: the text says that none of
    them is true.
    """

    start: int
    end: int
    concepts: tuple[Concept, ...]
    aims: tuple[Concept, ...] = ()
    denied: bool = False


def negated(text: str, start: int, end: int | None = None) -> bool:
    """Whether the words around ``text[start:end]`` deny it ("not octahedral", "without edges", "octahedra absent")."""
    if _NEGATION.search(text, 0, start):
        return True
    return end is not None and _DENIED_AFTER.match(text, end) is not None


def denial(text: str, start: int, end: int) -> tuple[int, int]:
    """Where ``text[start:end]`` stands together with the words around it that deny it."""
    before, after = _NEGATION.search(text, 0, start), _DENIED_AFTER.match(text, end)
    return before.start() if before else start, after.end() if after and not before else end


def masked(text: str, start: int, end: int) -> str:
    """``text`` with blanks in place of ``text[start:end]``, so that all other positions stay."""
    return text[:start] + " " * (end - start) + text[end:]
