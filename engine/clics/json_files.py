"""JSON files of unknown origin: what is no plain file, too large or nested too deeply raises ValueError, and nothing else."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

MOST = 64 * 2**20
"""Bytes of a file that is read whole; parsed it takes several times as much memory."""


def read_json(path: Path, *, most: int = MOST) -> Any:
    """The content of a JSON file.

    Args:
        path: A file of UTF-8 text, or one whose name ends in ``.gz``: such a text, packed by gzip.
        most: Largest size in bytes, unpacked.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is no plain file (a pipe would never end), too large, or no JSON.
    """
    return parse_json(read_text(path, most=most))


def read_text(path: Path, *, most: int = MOST) -> str:
    """The text of a file; arguments and errors as for :func:`read_json`."""
    status = path.stat()
    if not path.is_file():
        raise ValueError(f"{path.name} is no plain file")
    if status.st_size > most:
        raise ValueError(f"{path.name} has {status.st_size} bytes, more than {most}")
    try:
        return _unpacked(path, most).decode("utf-8") if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is no text in UTF-8") from None


def parse_json(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: It is no JSON, or nested too deeply.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("lists or objects are nested too deeply") from None


def _unpacked(path: Path, most: int) -> bytes:
    try:
        with gzip.open(path) as file:
            data = file.read(most + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise ValueError(f"{path.name} is no file of gzip, or a damaged one") from None
    if len(data) > most:
        raise ValueError(f"{path.name} has more than {most} bytes when unpacked")
    return data
