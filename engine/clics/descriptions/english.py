"""English number words, plurals, articles and lists, spelled as robocrystallographer (``inflect``) spells them.

Only the words of descriptions are covered; a test compares them with ``inflect``.
"""

from __future__ import annotations

from collections.abc import Sequence

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_IRREGULAR_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_SINGULAR = frozenset({1, "one", "a"})
_VOWEL_SOUNDS = ("a", "e", "i", "o", "L-")
"""Beginnings of words that are spoken with a vowel. Digits are none: the texts have "a 8-coordinate geometry"."""

LARGEST = 999_999
"""The largest number that :func:`to_words` writes."""


def to_words(number: int) -> str:
    """Write an integer in words.

    Args:
        number: From 0 to :data:`LARGEST`.

    Returns:
        For example ``"eight"``, ``"twenty-four"``, ``"one hundred and five"``, ``"two thousand, four hundred"``.

    Raises:
        ValueError: For a number outside that range.
    """
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} cannot be written in words here: only 0 to {LARGEST} can.")
    if number < 20:
        return _UNITS[number]
    if number < 100:
        tens, units = divmod(number, 10)
        return _TENS[tens] + (f"-{_UNITS[units]}" if units else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_UNITS[hundreds]} hundred" + (f" and {to_words(rest)}" if rest else "")
    thousands, rest = divmod(number, 1000)
    between = "" if not rest else " and " if rest < 100 else ", "
    return f"{to_words(thousands)} thousand{between}{to_words(rest) if rest else ''}"


def ordinal(number: int) -> str:
    """Write the ordinal of an integer in words: ``1`` → ``"first"``, ``22`` → ``"twenty-second"``."""
    words = to_words(number)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    start, last = words[:cut], words[cut:]
    if last in _IRREGULAR_ORDINALS:
        return start + _IRREGULAR_ORDINALS[last]
    return start + (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")


def plural(noun: str, count: int | str = 2) -> str:
    """The noun for ``count`` things (a number, a number word or ``"a"``); all nouns of descriptions take an *s*."""
    return noun if count in _SINGULAR else f"{noun}s"


def with_article(words: str) -> str:
    """Put *a* or *an* before words that name a geometry or a kind of sharing, by how they are spoken."""
    return f"{'an' if words.startswith(_VOWEL_SOUNDS) else 'a'} {words}"


def listed(words: Sequence[str]) -> str:
    """Join words to a list: ``"a"``, ``"a and b"``, ``"a, b, and c"``; semicolons separate words that hold a comma."""
    if len(words) < 3:
        return " and ".join(words)
    separator = "; " if any("," in word for word in words) else ", "
    return f"{separator.join(words[:-1])}{separator}and {words[-1]}"
