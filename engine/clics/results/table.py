"""Results as one table: named columns, rows of plain values; as a data frame, HTML or text for notebooks."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from clics import html_page
from clics.errors import ClicsError
from clics.results.description import Description
from clics.results.facts import GeometryFacts
from clics.results.geometry_words import orbit_lines
from clics.results.search import Hit, ScoredConcept
from clics.results.typography import pretty_symbol, width_of

if TYPE_CHECKING:
    from pandas import DataFrame

Cell: TypeAlias = str | int | float | bool | None
Entry: TypeAlias = Mapping[str, Any]

_MOST_SHOWN = 100
"""Rows that a notebook shows; a data frame has all."""
_WIDEST = 60
"""Characters of a cell of text."""
_SYMBOLS = ("space_group", "found_symbol")
"""Columns of Hermann–Mauguin symbols, which people see as in print."""


@dataclass(frozen=True, slots=True)
class Table:
    """Results as a table.

    Attributes:
        columns: Names of the columns.
        rows: One plain value for each column.
        entries: The results before they were flattened, for JSON.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    entries: list[Entry]

    def to_dataframe(self) -> DataFrame:
        """The rows as a pandas data frame.

        Raises:
            ClicsError: ``no-pandas`` where pandas is not installed.
        """
        try:
            pandas = import_module("pandas")
        except ImportError as error:
            message = "A data frame needs pandas, which is not installed; run: pip install pandas."
            raise ClicsError(message, kind="no-pandas") from error
        frame: DataFrame = pandas.DataFrame(self.rows, columns=list(self.columns))
        return frame

    def to_html(self, caption: str = "") -> str:
        """The first rows as an HTML table, as notebooks show it."""
        rows = ([escape(cell) for cell in row] for row in self._shown_rows())
        more = f"<p>… and {len(self.rows) - _MOST_SHOWN} more</p>" if len(self.rows) > _MOST_SHOWN else ""
        return html_page.table(rows, [escape(name) for name in self.columns], caption=escape(caption)) + more

    def to_text(self) -> str:
        """The first rows in columns of plain text."""
        lines = [self.columns, *([_short(cell) for cell in row] for row in self._shown_rows())]
        if not self.columns:
            return ""
        widths = [max(map(width_of, column)) for column in zip(*lines, strict=True)]
        text = "\n".join(
            "  ".join(cell + " " * (width - width_of(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )
        return text + (f"\n… and {len(self.rows) - _MOST_SHOWN} more" if len(self.rows) > _MOST_SHOWN else "")

    def _shown_rows(self) -> Iterator[list[str]]:
        """The first rows as text for people."""
        symbols = [name in _SYMBOLS for name in self.columns]
        for row in self.rows[:_MOST_SHOWN]:
            cells = map(_shown, row)
            yield [pretty_symbol(cell) if symbol else cell for cell, symbol in zip(cells, symbols, strict=True)]


def to_table(items: Iterable[object]) -> Table:
    """Make a table of results.

    Hits get a column for each concept that was checked. An analysis becomes one row for each ranked concept, with the
    crystal repeated. Other nested values become text.

    Args:
        items: Hits, scored concepts, library rows, analyses or mappings; all of one type.

    Raises:
        TypeError: An item is of another type.
    """
    entries: list[Entry] = []
    flat: list[Entry] = []
    for item in items:
        entry = _entry(item)
        entries.append(_finite(entry))
        flat.extend(_rows(item, entry, len(entries)))
    columns = tuple(dict.fromkeys(name for row in flat for name in row))
    rows = [tuple(_cell(row.get(name)) for name in columns) for row in flat]
    return Table(columns, rows, entries)


def _entry(item: object) -> Entry:
    if isinstance(item, Mapping):
        return {str(name): value for name, value in item.items()}
    to_json = getattr(item, "to_json", None)
    if callable(to_json):
        return dict(to_json())
    if is_dataclass(item) and not isinstance(item, type):
        return asdict(item)
    raise TypeError(f"{type(item).__name__} cannot be put into a table")


def _rows(item: object, entry: Entry, rank: int) -> Iterable[Entry]:
    if isinstance(item, Hit) or {"id", "score", "checked"} <= entry.keys():
        return [_of_hit(entry, rank)]
    if isinstance(item, ScoredConcept):
        return [{"rank": rank, **entry}]
    if "facts" in entry:
        return [_of_description(entry)]
    if isinstance(item, Description):
        facts = dict(entry)
        row = _of_description(
            {"formula": item.formula, "description": facts.pop("text"), "summary": item.summary, "facts": facts}
        )
        return [{name: value for name, value in row.items() if name not in ("file", "block")}]
    if "file" in entry and ("space_groups" in entry or "error" in entry):
        return _of_analysis(entry)
    return [entry]


def _of_hit(entry: Entry, rank: int) -> Entry:
    """One row, with the state of truth of each part of the query.

    Entries of earlier versions have true or false in its place, and nothing for what is not known. Those of schema 1 have
    sentences as reasons and the RMSD under ``rms``.
    """
    superposition = entry.get("superposition") or {}
    rmsd = superposition.get("rmsd", entry.get("rms"))
    left_out = ("checked", "parts", "rank", "rms", "superposition", "reasons")
    rest = {name: value for name, value in entry.items() if name not in left_out}
    if not rest.get("library"):  # of one library, which the metadata name
        rest.pop("library", None)
    reasons = [reason if isinstance(reason, str) else reason["label"] for reason in entry.get("reasons") or ()]
    checked = dict(entry.get("checked") or {})
    matches = superposition.get("matches", checked.pop("superposed", None))
    if parts := entry.get("parts"):
        checked = {part["text"]: part["state"] for part in parts}
    return {
        "rank": entry.get("rank", rank),
        **rest,
        "reasons": reasons,
        **({} if matches is None else {"matches": matches, "rmsd": rmsd}),
        **{f"checked: {phrase}": state for phrase, state in checked.items()},
    }


def _of_description(entry: Entry) -> Entry:
    facts = entry["facts"]
    group = facts["space_group"]
    return {
        **{name: entry.get(name) for name in ("file", "block", "formula")},
        "space_group": group["symbol"],
        "space_group_number": group["number"] or None,
        "crystal_system": facts["crystal_system"],
        "dimensionality": facts["dimensionality"],
        "structure_type": facts["mineral"],
        "orbits": " | ".join(_orbits(facts.get("geometry"))),
        "summary": entry.get("summary", ""),
        "description": entry["description"],
    }


def _orbits(facts: Entry | None) -> list[str]:
    return [] if facts is None else orbit_lines(GeometryFacts.from_json(dict(facts)), most=None)


_RANKINGS = (
    ("space_groups", "space_group"), ("environments", "environment"), ("connections", "connection"), ("shapes", "shape"),
    ("networks", "network"), ("dimensionalities", "dimensionality"),
)  # fmt: skip
"""Rankings of an analysis, with the kinds of their rows."""


def _of_analysis(entry: Entry) -> list[Entry]:
    symmetry = entry.get("symmetry") or {}
    error = entry.get("error") or {}
    head = {
        "file": entry.get("file"),
        "block": entry.get("block"),
        "formula": entry.get("formula"),
        "sites": entry.get("sites"),
        "found_symbol": symmetry.get("symbol"),
        "found_number": symmetry.get("number"),
    }
    tail = {"error": error.get("kind"), "message": error.get("message")}
    ranked: list[Entry] = []
    for name, kind in _RANKINGS:
        for rank, concept in enumerate(entry.get(name) or (), start=1):
            phrase = concept.get("label") or concept.get("phrase", concept.get("symbol"))
            true = concept.get("agrees", concept.get("in_description"))
            ranked.append({"kind": kind, "rank": rank, "concept": phrase, "score": concept.get("score"), "true": true})
    ranked += [{"kind": "orbit", "concept": line} for line in _orbits(entry.get("geometry"))]
    if text := entry.get("summary") or entry.get("description"):
        ranked.append({"kind": "description", "concept": text})
    ranked += [{"kind": "warning", "concept": warning} for warning in entry.get("warnings") or ()]
    empty: Entry = dict.fromkeys(("kind", "rank", "concept", "score", "true"))
    return [{**head, **empty, **row, **tail} for row in ranked or [empty]]


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, (bool, str)):
        return value
    if hasattr(value, "item") and callable(value.item):  # a number of numpy
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return json.dumps(_finite(value), ensure_ascii=False, default=str)
    if isinstance(value, Sequence) and all(isinstance(part, (str, int, float)) for part in value):
        return "; ".join(str(part) for part in value)
    return json.dumps(_finite(value), ensure_ascii=False, default=str)


def _finite(value: Any) -> Any:
    """The value with None in place of numbers that JSON cannot hold."""
    if isinstance(value, Mapping):
        return {str(name): _finite(part) for name, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_finite(part) for part in value]
    if hasattr(value, "item") and callable(value.item):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
