"""State of a view in session files, validated on reading: it may come from another version."""

from __future__ import annotations

from typing import Any

from clics_gui.viewer.style import PRESETS, REPRESENTATIONS


def usable(state: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Valid changes for ``CrystalView.change``, and True if the view was a perspective."""
    changes: dict[str, Any] = {}
    for name, allowed in (
        ("representation", REPRESENTATIONS),
        ("preset", PRESETS),
        ("completion", ("none", "polyhedra", "all")),
    ):
        if isinstance(state.get(name), str) and state[name] in allowed:
            changes[name] = state[name]
    for name in ("images", "cell_edges"):
        if isinstance(state.get(name), bool):
            changes[name] = state[name]
    repeats = state.get("repeats")
    if isinstance(repeats, list) and len(repeats) == 3 and all(type(n) is int and 1 <= n <= 20 for n in repeats):
        changes["repeats"] = tuple(repeats)
    hidden = state.get("hidden")
    if isinstance(hidden, list) and all(isinstance(name, str) for name in hidden):
        changes["hidden"] = frozenset(hidden)
    chosen = state.get("polyhedra_of")
    if isinstance(chosen, dict):
        changes["polyhedra_of"] = {str(k): v for k, v in chosen.items() if isinstance(v, bool)}
    return changes, state.get("perspective") is True
