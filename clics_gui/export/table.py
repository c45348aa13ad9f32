"""A table that can be exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FORMATS = {"csv": "CSV", "xlsx": "Excel workbook", "json": "JSON", "html": "HTML page"}
"""Endings of files, as the engine writes them, and what they are called."""


@dataclass(frozen=True, slots=True)
class ExportTable:
    """``items`` are result types of the engine (hits, analyses, library rows) or mappings of column to value.

    ``title`` is the table's heading and makes the file's name; ``query`` is what was asked for, ``library`` the name of
    the library that rows are from, ``model`` whether scores of the model are among them.
    """

    title: str
    items: Sequence[object]
    query: str = ""
    library: str = ""
    model: bool = False
