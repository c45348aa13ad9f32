"""Numbers and states of trainings as people read them."""

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
    "quick": ("Quick", "Few epochs, and from nothing a small tower: minutes for some hundred crystals."),
    "standard": ("Standard", "The recipe of the released model: hours for some ten thousand crystals on a processor."),
    "paper": (
        "As in the paper",
        "Section 3 of the paper: its tower, loss and 128 epochs; wants a large GPU and MatSciBERT.",
    ),
}
EPOCHS = {"quick": 4, "standard": 8, "paper": 128}


def duration(seconds: float) -> str:
    """About how long: ``"40 s"``, ``"12 min"``, ``"3 h 20 min"``, ``"2 days"``."""
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
    """One decimal; a dash where there is none."""
    return "–" if value is None or value != value else f"{value:.1f}"


def badge(state: TrainingState) -> tuple[str, Literal["good", "bad", "neutral"]]:
    """Sign and name of the condition, and the role of its label."""
    role: Literal["good", "bad", "neutral"] = "neutral"
    if state.condition == "finished":
        role = "good"
    elif state.condition in ("interrupted", "failed"):
        role = "bad"
    return f"{SIGNS[state.condition]} {NAMES[state.condition]}", role


def now(state: TrainingState) -> str:
    """What is under way, in one line."""
    if not state.active:
        return state.message or "Paused before it began."
    what = {"preparing": "Making the data ready", "starting": "Starting its process"}.get(state.phase, state.phase)
    if state.phase == "training":
        what = state.text or "Loading the model and its data"
        if what == "crystal graphs":
            what = "Cutting crystal graphs"
    elif state.text:
        what = f"{what}: {state.text}"
    elif state.total:
        what = f"{what}, {state.done:,} of {state.total:,}"
    left = f", about {duration(state.left)} left" if state.left is not None and state.left > 1 else ""
    return what[:1].upper() + what[1:] + left
