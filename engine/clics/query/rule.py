"""Rules that bring a typed text into the words of the extractors, and the fragments of patterns that they share."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from clics.concepts import number_words

Replacement = str | Callable[[re.Match[str]], str]
Rule = tuple[re.Pattern[str], Replacement]
"""A pattern, and the text (or the function of the match) that replaces it."""

UNITS = rf"(?:{'|'.join(number_words.NUMBER_WORDS[1:25])})"
"""The numbers 1 to 24 in words."""
CLASS_WORD = r"(?:non-?metals?|metalloids?|metals?)"
"""The word for a class of elements."""


def rule(pattern: str, replacement: Replacement, flags: int = re.IGNORECASE) -> Rule:
    r"""Compile a rule.

    Args:
        pattern: A verbose regular expression (``re.VERBOSE``): blanks in it have no meaning.
        replacement: The new text, with ``\g<name>`` for groups, or a function of the match.
        flags: Flags of the pattern beside ``re.VERBOSE``.
    """
    return re.compile(pattern, flags | re.VERBOSE), replacement


def spaced_words(number: int) -> str:
    """An integer in words without hyphens: ``"twenty one"``."""
    return number_words.to_words(number).replace("-", " ")


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a verbose pattern without regard to case, once."""
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)
