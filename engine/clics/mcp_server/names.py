r"""Names of files that are no text. JSON cannot hold their bytes, so that ``\xe9`` stands for each; agents give it back."""

from __future__ import annotations

import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")
_FIRST_BYTE = 0xDC00
_BYTE = re.compile(r"\\x([89a-f][0-9a-f])")


def as_text(value: Any) -> Any:
    r"""An answer in which bytes that are no text, halves of characters for Python, are written as ``\xe9``."""
    if isinstance(value, dict):
        return {name: as_text(part) for name, part in value.items()}
    if isinstance(value, list):
        return [as_text(part) for part in value]
    if isinstance(value, str):
        return _HALF.sub(_spelt, value)
    return value


def from_text(name: str) -> str:
    """A name of :func:`as_text` as Python knows the file."""
    return _BYTE.sub(lambda found: bytes.fromhex(found[1]).decode("ascii", "surrogateescape"), name)


def _spelt(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code - _FIRST_BYTE:02x}" if code - _FIRST_BYTE in range(0x80, 0x100) else f"\\u{code:04x}"
