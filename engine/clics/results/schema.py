"""The JSON that commands print and tools of agents answer with (docs/reference/json.md): its version, and its values."""

from __future__ import annotations

import dataclasses
import math
import os
from typing import Any

SCHEMA = 2
"""Grows when a key goes or changes its meaning; new keys do not count."""


def plain(value: Any) -> Any:
    """A result as JSON holds it: dataclasses as objects, paths as text, numbers that are none as null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, os.PathLike):
        return str(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
