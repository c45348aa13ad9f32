"""Settings dataclasses from plain JSON data, with every unknown name and wrong type refused by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

from clics.errors import InputError

OldKeys = Mapping[type, Mapping[str, str]]
"""For each dataclass the keys that files of earlier versions have, and their names since."""


def parse_settings(kind: type, data: Any, where: str, old_keys: OldKeys) -> Any:
    """Build a settings dataclass, nested ones included.

    Args:
        kind: the dataclass; its fields are booleans, numbers, strings, literals, tuples of int, or settings dataclasses.
        data: a plain dictionary; fields that it lacks keep their defaults.
        where: name of its source, for error messages.
        old_keys: names of earlier versions.

    Returns:
        An instance of ``kind``.

    Raises:
        InputError: ``data`` is no dictionary, names an unknown setting, or has a value of another type (``bad-recipe``).
    """
    if not isinstance(data, dict):
        raise InputError(f"{where} must be an object with named settings.", kind="bad-recipe")
    hints = get_type_hints(kind)
    names = old_keys.get(kind, {})
    twice = sorted(name for name in names if name in data and names[name] in data)
    if twice:
        raise InputError(f"{where}: {twice[0]!r} is the old name of {names[twice[0]]!r}; keep one.", kind="bad-recipe")
    data = {names.get(name, name): value for name, value in data.items()}
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise InputError(f"{where}: unknown setting {unknown[0]!r}; known are {', '.join(hints)}.", kind="bad-recipe")
    return kind(**{name: _convert(hints[name], value, f"{where}: {name}", old_keys) for name, value in data.items()})


def _convert(hint: Any, value: Any, where: str, old_keys: OldKeys) -> Any:
    if dataclasses.is_dataclass(hint):
        return parse_settings(hint, value, where, old_keys)  # type: ignore[arg-type]
    choices = get_args(hint)
    if choices and all(isinstance(c, str) for c in choices):
        if value not in choices:
            raise InputError(f"{where} must be one of {', '.join(choices)}, not {value!r}.", kind="bad-recipe")
        return value
    if hint == tuple[int, ...]:
        if not isinstance(value, (list, tuple)) or not all(isinstance(v, int) for v in value):
            raise InputError(f"{where} must be a list of whole numbers, not {value!r}.", kind="bad-recipe")
        return tuple(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise InputError(f"{where} must be a {hint.__name__}, not {value!r}.", kind="bad-recipe")
    return value
