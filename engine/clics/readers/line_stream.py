"""Lines of a stream, one after the other: files of gigabytes of which only a few lines matter."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader

from clics.errors import CrystalError
from clics.readers.decode_text import looks_binary, truncated

MAX_LINE = 2**20
"""Bytes of a line; a longer one comes in pieces."""


class LineStream:
    """Iterates over the lines of a stream as text, without their ends.

    Attributes:
        number: Number of the line that came last, from 1.
    """

    def __init__(self, stream: BufferedReader, *, where: str) -> None:
        """Raises CrystalError of kind ``empty`` or ``binary``."""
        head = stream.peek(65536)
        if not head.strip():
            raise CrystalError(f"{where}: the file is empty.", kind="empty")
        if looks_binary(head):
            raise CrystalError(f"{where}: this is binary data, not text.", kind="binary")
        self._stream, self._where, self.number = stream, where, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        return line.decode("utf-8", errors="replace").rstrip("\r\n")

    def take(self, count: int, what: str) -> list[str]:
        """The next ``count`` lines. Raises CrystalError of kind ``truncated``, in which ``what`` says what is missing."""
        lines: list[str] = []
        while len(lines) < count:
            line = next(self, None)
            if line is None:
                raise truncated(self._where, what)
            lines.append(line)
        return lines
