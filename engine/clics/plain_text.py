"""Text of unknown origin as it may be shown: without characters that command a terminal, and of a sensible length."""

from __future__ import annotations

import re

LONGEST_MESSAGE = 1000
"""Characters of a sentence that is shown."""
LONGEST_NAME = 200
"""Characters of a name that a file gives to a crystal."""
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # commands of terminals; also ends of lines
    "\u2028\u2029"  # further ends of lines
    "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"  # no width, or another direction of writing
    "\ud800-\udfff]"  # halves of characters, and bytes of file names that are no UTF-8
)


def visible(text: str) -> str:
    r"""A text in which characters that cannot be seen are written out: ``\x1b``, ``\n``, ``\u202e``.

    Bytes of a file name that are no UTF-8, which Python keeps as halves of characters, become ``\xe9``.
    """
    return _UNSEEN.sub(_written_out, text)


def shortened(text: str, most: int) -> str:
    """A text of at most ``most`` characters; where it is longer, its middle is left out."""
    if len(text) <= most:
        return text
    head = (most - 3) // 2
    return f"{text[:head]} … {text[len(text) - (most - 3 - head) :]}"


def sentence(text: str) -> str:
    """A sentence of one line and at most :data:`LONGEST_MESSAGE` characters."""
    return visible(shortened(text, LONGEST_MESSAGE))


def name(text: str) -> str:
    """A name that a file gives, in one line of at most :data:`LONGEST_NAME` characters."""
    return visible(shortened(text, LONGEST_NAME))


def _written_out(match: re.Match[str]) -> str:
    character = match.group()
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:
        return f"\\x{number & 0xFF:02x}"
    if character in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[character]
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
