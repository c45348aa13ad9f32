"""Integers as words and back, spelled as robocrystallographer (``inflect``) spells them."""

from __future__ import annotations

from clics.descriptions.english import to_words

__all__ = ["NUMBER_WORDS", "from_words", "to_words"]

_NUMBERS = {to_words(number): number for number in range(1000)}
_NUMBERS.update({words.replace("-", " "): number for words, number in list(_NUMBERS.items())})


def from_words(words: str) -> int:
    """The inverse of :func:`to_words`.

    Args:
        words: An integer from 0 to 999 in words, with or without hyphens.

    Raises:
        KeyError: The words are no number.
    """
    return _NUMBERS[words]


NUMBER_WORDS: tuple[str, ...] = tuple(to_words(number) for number in range(100))
"""The words for 0 to 99, in order."""
