"""Texts of numbers and states of trainings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from clics.results import TrainingState

SIGNS = {"starting": "◌", "running": "▶", "paused": "⏸", "interrupted": "⚠", "failed": "✗", "finished": "✓"}
NAMES = {
    "starting": "Starting",
    "running": "Training",
    "paused": "Paused",
    "interrupted": "Stopped unexpectedly",
    "failed": "Failed",
    "finished": "Finished",
}
PRESETS = {
    "quick": ("Quick", "Fast; from scratch uses a small network. Minutes for some hundred crystals."),
    "standard": ("Standard", "Recipe of the released model. Hours for some ten thousand crystals on a CPU."),
    "paper": (
        "As in the paper",
        "Network, loss and 128 epochs of section 3 of the paper; needs a large GPU and MatSciBERT.",
    ),
}
EPOCHS = {"quick": 4, "standard": 8, "paper": 128}


def duration(seconds: float) -> str:
    """Approximate duration: ``"40 s"``, ``"12 min"``, ``"3 h 20 min"``, ``"2 days"``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{round(hours / 24)} days"
    return f"{hours} h {rest} min" if rest and hours < 12 else f"{hours} h"


def size(count: float) -> str:
    """Bytes: ``"23 MB"``, ``"1.4 GB"``."""
    if count < 1e9:
        return f"{max(1, round(count / 1e6))} MB"
    return f"{count / 1e9:.1f} GB" if count < 1e11 else f"{round(count / 1e9)} GB"


def percent(value: float | None) -> str:
    """Percentage with one decimal; a dash without a value."""
    return "–" if value is None or value != value else f"{value:.1f}"


def badge(state: TrainingState) -> tuple[str, Literal["good", "bad", "neutral"]]:
    """Sign and name of the state of a training, and the role of its label."""
    role: Literal["good", "bad", "neutral"] = "neutral"
    if state.status == "finished":
        role = "good"
    elif state.status in ("interrupted", "failed"):
        role = "bad"
    return f"{SIGNS[state.status]} {NAMES[state.status]}", role


def now(state: TrainingState) -> str:
    """Present phase of a training in one line."""
    if not state.active:
        return state.message or "Paused before the start."
    what = {"preparing": "Preparing the data", "starting": "Starting…"}.get(state.phase, state.phase)
    if state.phase == "training":
        what = state.text or "Loading model and data"
        if what == "crystal graphs":
            what = "Building crystal graphs"
    elif state.text:
        what = f"{what}: {state.text}"
    elif state.total:
        what = f"{what}, {state.done:,} of {state.total:,}"
    left = f", about {duration(state.left)} left" if state.left is not None and state.left > 1 else ""
    return what[:1].upper() + what[1:] + left
