"""Streams that count what really comes out of a compressed file; what a header promises is never believed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

from clics.errors import CrystalError
from clics.readers.decode_text import truncated

MAX_FILE = 256 * 2**20  # bytes of one file that is held in memory
MAX_TOTAL = 16 * 2**30  # bytes that one archive or compressed stream may unpack to
MAX_RATIO = 250  # unpacked over packed; text of crystals reaches 3–40, a bomb 1000
RATIO_FROM = 32 * 2**20  # bytes unpacked before the ratio counts, since a small file does no harm

# What the readers of the standard library raise on damaged data (gzip and bz2 OSError, zipfile also RuntimeError).
_DAMAGE = (zlib.error, lzma.LZMAError, OSError, zipfile.BadZipFile, tarfile.TarError, RuntimeError, ValueError)


class CountedReader(io.RawIOBase):
    """A raw stream over ``source`` that stops with CrystalError once more than ``limit`` bytes came out of it.

    ``packed`` tells how many bytes went in so far (None where that is not known or does not matter). Damage and early
    ends become CrystalError of kind ``truncated`` or ``bad-archive``; bombs ``archive-too-large``.
    """

    def __init__(self, source: BinaryIO, *, where: str, limit: int, packed: Callable[[], int] | None = None) -> None:
        super().__init__()
        self._source, self._where, self._limit, self._packed = source, where, limit, packed
        self.count = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill ``buffer`` from the source; 0 at its end."""
        try:
            data = self._source.read(len(buffer))
        except CrystalError:
            raise  # of the stream below
        except EOFError as error:
            raise truncated(self._where, "within compressed data") from error
        except _DAMAGE as error:
            if isinstance(error, tarfile.ReadError) and "unexpected end" in str(error):
                raise truncated(self._where, "within the archive") from error
            raise CrystalError(f"{self._where}: the compressed data is damaged ({str(error)[:80]}).",
                               kind="bad-archive") from error  # fmt: skip
        self.count += len(data)
        over_ratio = (
            self._packed is not None and self.count > RATIO_FROM and self.count > MAX_RATIO * max(1, self._packed())
        )
        if self.count > self._limit or over_ratio:
            raise CrystalError(
                f"{self._where}: it unpacks to far more than crystals need (stopped after {self.count >> 20} MiB).",
                kind="archive-too-large")  # fmt: skip
        buffer[: len(data)] = data
        return len(data)


def unpacked(raw: BinaryIO, compression: str, *, where: str, limit: int = MAX_TOTAL) -> io.BufferedReader:
    """A buffered, counted stream of what ``raw`` (seekable) holds under ``compression`` ("", gz, bz2 or xz)."""
    source: BinaryIO
    if compression == "gz":
        source = gzip.GzipFile(fileobj=raw)  # type: ignore[assignment]
    elif compression == "bz2":
        source = bz2.BZ2File(raw)  # type: ignore[assignment]
    elif compression == "xz":
        source = lzma.LZMAFile(raw)  # type: ignore[assignment]  # noqa: SIM115 - the caller owns raw
    else:
        return io.BufferedReader(CountedReader(raw, where=where, limit=limit), 2**16)
    return io.BufferedReader(CountedReader(source, where=where, limit=limit, packed=raw.tell), 2**16)


def read_all(stream: BinaryIO, *, where: str) -> bytes:
    """Everything of a counted stream, at most ``MAX_FILE`` bytes (kind ``file-too-large``)."""
    pieces, total = [], 0
    while piece := stream.read(2**20):
        pieces.append(piece)
        total += len(piece)
        if total > MAX_FILE:
            raise CrystalError(
                f"{where}: the file is larger than {MAX_FILE >> 20} MiB; split it, or convert it to JSON lines.",
                kind="file-too-large")  # fmt: skip
    return b"".join(pieces)
