"""From bytes to text: a file that is empty, binary, in another encoding or cut off is reported, not guessed at."""

from __future__ import annotations

import re

from clics.errors import CrystalError

_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_NUMBER = re.compile(r"[+-]?((\d+(?:\.\d*)?|\.\d+)([ED][+-]?\d+)?|nan|inf|infinity)", re.ASCII | re.IGNORECASE)
_DECIMALS = re.compile(r"^[+-]?\d*\.(\d+)$")


def decode(data: bytes, *, where: str, strict: bool = False) -> tuple[str, list[str]]:
    """The text of a file and warnings; line ends become single line feeds.

    UTF-8, then UTF-16 with its mark, then Latin-1 with a warning (old CIFs carry authors' names in it), unless
    ``strict``. Raises CrystalError of kind ``empty``, ``binary`` or ``encoding``.
    """
    warnings = []
    if data.endswith(b"\x00") and not data.startswith(_WIDE) and b"\x00" not in (kept := data.rstrip(b"\x00")):
        # what a full disk or a crash leaves behind the text
        data, warnings = (
            kept,
            ["the file ends in zero bytes, which are passed over; it may have been written only in part."],
        )
    if not data.strip():
        raise CrystalError(f"{where}: the file is empty.", kind="empty")
    mark = next((mark for mark in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    wide = _wide(data) if mark is None else ""
    if not wide and mark is None and looks_binary(data):
        raise CrystalError(f"{where}: this is binary data, not a text that describes a crystal.", kind="binary")
    try:
        text = data.decode(_BYTE_ORDER_MARKS[mark] if mark else wide or "utf-8")
    except UnicodeDecodeError as error:
        if strict or mark or wide:
            raise CrystalError(f"{where}: the text is not in UTF-8 (byte {error.start}); save it as UTF-8.",
                               kind="encoding") from error  # fmt: skip
        text = data.decode("latin-1")
        warnings.append("the file is not in UTF-8; it was read as Latin-1.")
    if "\x00" in text:
        raise CrystalError(f"{where}: this is binary data, not a text that describes a crystal.", kind="binary")
    return text.replace("\r\n", "\n").replace("\r", "\n"), warnings


def _wide(data: bytes) -> str:
    """The name of UTF-16 without its mark, by the zero bytes that half of its first 200 bytes are; "" for other text."""
    low, high = data[0:200:2], data[1:200:2]
    if len(high) < 20:
        return ""
    halves = {"utf-16-le": (low, high), "utf-16-be": (high, low)}
    return next((name for name, (text, zeros) in halves.items() if not any(zeros) and 0 not in text), "")


def number(word: str) -> float:
    """A decimal number, Fortran's ``1.0D+00`` and ``NaN`` included; ValueError for what else ``float`` takes."""
    if not _NUMBER.fullmatch(word):
        raise ValueError(f"'{word[:30]}' is not a number")
    return float(word if word[-1:] in "fFyYnN" else word.replace("D", "E").replace("d", "e"))


def looks_binary(data: bytes) -> bool:
    """True where the first 64 KiB hold NUL bytes or more than 2 % control characters."""
    head = data[:65536]
    control = len(head) - len(head.translate(None, delete=bytes(set(range(32)) - {9, 10, 12, 13, 26, 27})))
    return b"\x00" in head or control > 0.02 * len(head)


def ends_within_number(text: str) -> bool:
    """True where the text breaks off inside its last number, for example ``0.25`` under a column of ``0.250000``.

    True only where the text has no final line end and the last number has fewer decimals than the number above it,
    all numbers above in that column having equally many (four or more): fixed formats, where a short one is no choice.
    """
    if text.endswith("\n"):
        return False
    rows = [line.split() for line in text[-20000:].split("\n")[-12:]]
    last = rows[-1]
    if not last:
        return False
    decimals = {
        len(match[1]) for row in rows[1:-1] if len(row) >= len(last) and (match := _DECIMALS.match(row[len(last) - 1]))
    }
    match = _DECIMALS.match(last[-1]) or re.match(r"^[+-]?\d*\.?()$", last[-1])
    return match is not None and len(decimals) == 1 and min(decimals) >= 4 and len(match[1]) < min(decimals)


def truncated(where: str, what: str) -> CrystalError:
    """The error of a file that ends too early; ``what`` says what is missing."""
    return CrystalError(f"{where}: the file breaks off early ({what}); fetch or export it again.", kind="truncated")
