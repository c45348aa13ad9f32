"""The text between items of geometry: whether words with content stand there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from clics.query.unread_words import is_stop_word

_WORD = re.compile(r"[^\W_]+")


class _Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def gap_has_content(text: str, start: int, end: int) -> bool:
    """True if words other than stop words stand between two places of a text."""
    return any(not is_stop_word(word) for word in _WORD.findall(text[start:end]))


def text_between(text: str, parts: Sequence[_Placed], place: int, target: int) -> str:
    """The text between two parts, with blanks for the parts between them.

    Args:
        text: The whole text.
        parts: Its parts, in its order.
        place: Index of the first part.
        target: Index of the second part.
    """
    start, end = parts[place].end, parts[target].start
    left = list(text[start:end])
    for part in parts[place + 1 : target]:
        for index in range(max(part.start - start, 0), min(part.end - start, len(left))):
            left[index] = " "
    return "".join(left)
