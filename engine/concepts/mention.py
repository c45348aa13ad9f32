"""A place in a free text that names concepts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.concepts.concept import Concept

_NEGATION = re.compile(
    r"(?:\b(?:not|no|non|without|except|excluding|neither|nor|never|lacks?|lacking|other\s+than|instead\s+of)\b"
    r"|n't\b)(?:[\s-]+(?:any|an?|the|in|is|are|be|bonded|connected|distorted|regular|space|group"
    r"|metals?|metalloids?|non-?metals?|\[\w+\]))*[\s-]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` names a concept; ``concepts`` are what it may mean (any one of them being true is enough)."""

    start: int
    end: int
    concepts: tuple[Concept, ...]


def negated(text: str, start: int) -> bool:
    """Whether the words before ``start`` deny what follows ("not octahedral", "without edge-sharing tetrahedra")."""
    return _NEGATION.search(text, 0, start) is not None


def blanked(text: str, start: int, end: int) -> str:
    """``text`` with blanks in place of ``text[start:end]``, so that all other positions stay."""
    return text[:start] + " " * (end - start) + text[end:]
