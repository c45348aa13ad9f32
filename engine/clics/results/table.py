"""Any result as a table: named columns, rows of plain values."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, TypeAlias

from clics.results.search import Hit, ScoredConcept

Cell: TypeAlias = str | int | float | bool | None
Entry: TypeAlias = Mapping[str, Any]


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
    if "file" in entry and ("space_groups" in entry or "error" in entry):
        return _of_analysis(entry)
    return [entry]


def _of_hit(entry: Entry, rank: int) -> Entry:
    left_out = ("checked", "rank") if entry.get("rms") is not None else ("checked", "rank", "rms")
    rest = {name: value for name, value in entry.items() if name not in left_out}
    checked = entry.get("checked") or {}
    return {"rank": entry.get("rank", rank), **rest, **{f"checked: {said}": holds for said, holds in checked.items()}}


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
    for name, kind in (("space_groups", "space_group"), ("environments", "environment"), ("connections", "connection")):
        for rank, concept in enumerate(entry.get(name) or (), start=1):
            said = concept.get("phrase", concept.get("symbol"))
            true = concept.get("agrees", concept.get("in_description"))
            ranked.append({"kind": kind, "rank": rank, "concept": said, "score": concept.get("score"), "true": true})
    if entry.get("description"):
        ranked.append({"kind": "description", "concept": entry["description"]})
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
