"""Spelling of the terms of the field: misspelt words are corrected to the nearest known one."""

from __future__ import annotations

import re
from functools import lru_cache

from clics.data import read_bytes

_KNOWN = frozenset(read_bytes("spelling.txt").decode().split())
"""Words of the field, to which misspelt words are corrected."""
_STEMS = (
    (re.compile(r"\b[ck]ubo+[ck]?t[ao]h?edr?\w*", re.IGNORECASE), "cuboctahedr"),
    (re.compile(r"\bo[ck]t[ao]h?ed(?:e?r)\w*", re.IGNORECASE), "octahedr"),
    (re.compile(r"\btet(?:ra|er|ar)h?ed(?:e?r)\w*", re.IGNORECASE), "tetrahedr"),
)


def corrected(match: re.Match[str]) -> str:
    """Correct the spelling of a word of the field; any other word stays as it is.

    Args:
        match: The match of one word of letters.
    """
    word = match.group()
    lower = word.lower()
    if lower in _KNOWN or lower.removesuffix("s") in _KNOWN:
        return word
    for pattern, stem in _STEMS:
        if pattern.fullmatch(word):
            ending = next((e for e in ("ally", "ical", "al", "on", "ic") if lower.endswith(e)), "a")
            return stem + {"ically": "ally", "ical": "al", "ic": "al"}.get(ending, ending)
    return _nearest(lower) or word


@lru_cache(maxsize=4096)
def _nearest(word: str) -> str | None:
    allowed = 2 if len(word) >= 9 else 1
    near = [(d, known) for known in _KNOWN if (d := _distance(word, known, allowed)) <= allowed and word[0] == known[0]]
    return min(near)[1] if near else None


def _distance(one: str, other: str, most: int) -> int:
    """Distance of two words by optimal string alignment; ``most`` + 1 or more where it is above ``most``."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b)))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[-1] = min(row[-1], before[j - 2] + 1)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]
