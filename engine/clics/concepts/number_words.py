"""Integers as words and back, spelled as robocrystallographer (``inflect``) spells them."""

from __future__ import annotations

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_UNITS = _ONES + _TEENS
_TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def to_words(number: int) -> str:
    """``8`` → ``"eight"``, ``24`` → ``"twenty-four"``. Raises ValueError outside 0–999."""
    if not 0 <= number < 1000:
        raise ValueError(f"{number} cannot be written in words here: only 0 to 999 can.")
    if number < 20:
        return _UNITS[number]
    if number < 100:
        tens, units = divmod(number, 10)
        return _TENS[tens] + (f"-{_UNITS[units]}" if units else "")
    hundreds, rest = divmod(number, 100)
    return f"{_UNITS[hundreds]} hundred" + (f" and {to_words(rest)}" if rest else "")


_NUMBERS = {to_words(number): number for number in range(1000)}
_NUMBERS.update({words.replace("-", " "): number for words, number in list(_NUMBERS.items())})


def from_words(words: str) -> int:
    """The inverse of :func:`to_words`; hyphens may be open. Raises KeyError where ``words`` is no number."""
    return _NUMBERS[words]


NUMBER_WORDS: tuple[str, ...] = tuple(to_words(number) for number in range(100))
"""The words for 0 to 99, in order."""
