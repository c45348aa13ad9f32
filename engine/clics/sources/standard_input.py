"""Crystals from standard input (``-`` on the command line), of every format that files may have."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from clics.crystals.crystal import Crystal, Refusal
from clics.errors import InputError
from clics.progress import CancelToken, ProgressCallback, silent
from clics.sources.files import read_crystals

NAME = "-"
_STEM = "stdin"


class StandardInput:
    """Standard input as a :class:`~clics.sources.crystal_source.CrystalSource`.

    A pipe is read once, into a temporary file that lives as long as this object, because formats are recognised by their
    content and read by a process of its own. Crystals have the source ``-``, and ids that begin with ``stdin`` where the
    content names none.
    """

    title = NAME
    attribution = ""

    def __str__(self) -> str:
        return NAME

    @cached_property
    def _file(self) -> Path:
        if sys.stdin is None or sys.stdin.isatty():
            raise InputError("Standard input (-) is a terminal; send a file through a pipe.", kind="no-input")
        self._folder = tempfile.TemporaryDirectory(prefix="clics-")
        path = Path(self._folder.name) / _STEM
        with path.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        return path

    def read_bytes(self) -> bytes:
        """All that came through the pipe. Raises InputError as :meth:`crystals`."""
        return self._file.read_bytes()

    def crystals(
        self, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
    ) -> Iterator[Crystal | Refusal]:
        """As :func:`clics.sources.files.read_crystals`.

        Raises:
            InputError: ``no-input`` where standard input is a terminal.
            Cancelled: When ``cancel`` is set.
        """
        place = str(self._file)
        for entry in read_crystals([place], progress=progress, cancel=cancel):
            source = entry.source.replace(place, NAME, 1)
            if isinstance(entry, Refusal):
                yield replace(entry, source=source, message=entry.message.replace(place, NAME))
            else:
                yield replace(entry, source=source)
