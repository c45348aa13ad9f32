"""The version of the JSON that commands print and tools of agents answer with (docs/reference/json.md)."""

from __future__ import annotations

SCHEMA = 2
"""Grows when a key goes or changes its meaning; new keys do not count."""
