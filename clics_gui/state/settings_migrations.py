"""Conversion of settings of earlier versions, step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clics_gui.state.settings_schema import VERSION

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: dict[int, Step] = {}
"""From a version to the next one; a step gets the JSON of its version and returns that of the one after it."""


def migrated(data: dict[str, Any], steps: dict[int, Step] = STEPS, version: int = VERSION) -> dict[str, Any]:
    """Settings in the form of ``version``. Entries of a later program are kept as far as they are valid."""
    file_version = data.get("version", version)
    at = file_version if isinstance(file_version, int) else version
    while at < version:
        data = steps[at](data) if at in steps else data
        at += 1
    return data | {"version": version}
