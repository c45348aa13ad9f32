"""Results of the engine, changed in one way everywhere: emptied, cut to one row, without numbers, with endless texts, or with
texts that look like rich text and have characters that cannot be seen.

A :class:`FedSession` stands before a real session: what its methods return keeps its type, but not its values.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from clics.crystals.crystal import Crystal
from clics.errors import ClicsError
from clics.session import Session

from .panel_context import LONG, UNBROKEN

NOT_ROWS = {"lattice", "axes", "middle"}
"""Arrays that span a space: three axes of a cell, the axes and the origin of a map."""
SYMBOLS = {"element"}
"""Texts that the window gives back to the engine, with a geometry that is to be ranked."""
MODES = ("as it is", "nothing", "one row", "NaN", "None", "long text", "markup")


class FedSession:
    """A session, or a service of one, whose results are changed by :func:`fed`."""

    def __init__(self, session: object, mode: str) -> None:
        self._session = session
        self._mode = mode

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._session, name)
        if callable(value):
            return lambda *arguments, **options: self._answer(value(*arguments, **options))
        is_service = type(value).__module__.startswith("clics.") and not dataclasses.is_dataclass(value)
        return FedSession(value, self._mode) if is_service else value

    def _answer(self, result: Any) -> Any:
        if isinstance(result, Iterator):
            return (self._item(one) for one in result)
        return fed(result, self._mode)

    def _item(self, one: Any) -> Any:
        """An item of an iterator; a tuple is a pair of results, of which both stay."""
        return tuple(fed(part, self._mode) for part in one) if type(one) is tuple else fed(one, self._mode)

    def share_model(self, other: FedSession) -> None:
        """The worker's own call: between real sessions."""
        session: Any = self._session
        assert isinstance(session, Session)
        session.share_model(other._session)  # type: ignore[arg-type]


def fed(value: Any, mode: str, declared: str = "") -> Any:
    """A value of the engine in one of :data:`MODES`; ``declared`` is its type as a dataclass declares it."""
    if mode == "None" and "None" in declared:
        return None
    if isinstance(value, (Crystal, ClicsError, type)):
        return value  # opaque to the window, or a sentence of its own
    if dataclasses.is_dataclass(value):
        return _dataclass(value, mode)
    if isinstance(value, (tuple, list)):
        rows = not declared or declared.endswith(", ...]")
        inner = declared[len("tuple[") : -len(", ...]")] if declared else ""
        kept = _cut(value, mode) if rows else value  # a pair stays a pair
        return type(value)(fed(one, mode, "str" if isinstance(one, str) else inner) for one in kept)
    if isinstance(value, Mapping):
        return {key: fed(value[key], mode) for key in _cut(list(value), mode)}
    if isinstance(value, np.ndarray):
        return _array(value, mode)
    if isinstance(value, str):
        return _text(value, mode) if declared.startswith("str") else value  # not a Literal
    if isinstance(value, float):
        return {"NaN": float("nan"), "nothing": 0.0}.get(mode, value)
    if isinstance(value, int) and not isinstance(value, bool) and mode == "nothing":
        return 0
    return value


def _dataclass(value: Any, mode: str) -> Any:
    changed = {
        field.name: fed(getattr(value, field.name), mode, str(field.type))
        for field in dataclasses.fields(value)
        if field.init and field.name not in NOT_ROWS | SYMBOLS
    }
    return dataclasses.replace(value, **changed)


def _cut(rows: Any, mode: str) -> Any:
    return rows[: {"nothing": 0, "one row": 1}.get(mode, len(rows))]


def _array(value: np.ndarray[Any, Any], mode: str) -> np.ndarray[Any, Any]:
    value = _cut(value, mode)
    return np.full_like(value, np.nan) if mode == "NaN" and value.dtype.kind == "f" else value


def _text(value: str, mode: str) -> str:
    return {"nothing": "", "long text": LONG, "markup": UNBROKEN}.get(mode, value)
