"""The state of training jobs, read from their folders; no answer of a process is needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clics import paths
from clics.errors import InputError
from clics.jobs import status
from clics.jobs.job_spec import FILE, TrainingJobSpec
from clics.results.training import FIGURES, Curves, Point, TrainingState, TrainingStatus

SHIPPED = "Released model"
ALIGNED_AT = 0.25
"""Epochs after an epoch's end at which the figures after text alignment are drawn."""
_MOST_POINTS = 1500


def state(folder: Path) -> TrainingState:
    """The state of the job in ``folder``.

    Raises:
        InputError: there is none that can be read (kind ``no-job``).
    """
    spec = TrainingJobSpec.load(folder)
    data = status.read(folder)
    total = data.get("total")
    current = _status(folder, data)
    message = str(data.get("message", ""))
    if current == "interrupted":
        message = "The training stopped unexpectedly. Resume goes on from its last checkpoint."
    return TrainingState(
        folder=folder,
        name=spec.name,
        source=str(spec.source),
        preset=spec.preset,
        start_from=str(spec.start_from) if spec.start_from else "",
        start_name=name_of(spec.start_from),
        device=spec.device,
        created=spec.created,
        status=current,
        phase=str(data.get("phase", "")),
        done=int(data.get("done", 0)),
        total=int(total) if total is not None else None,
        text=str(data.get("text", "")),
        left=data.get("left"),
        message=message,
        before=_figures(data.get("before")),
        after=_figures(data.get("after")),
    )


def name_of(model: Path | None) -> str:
    """Name of the model that a training starts from; empty for a training from scratch."""
    if model is None:
        return ""
    if model == paths.resources() / "model":
        return SHIPPED
    try:
        return TrainingJobSpec.load(model.parent).name
    except InputError:
        return model.name


def states(models: Path) -> tuple[TrainingState, ...]:
    """The states of all jobs in the folder of own models, the latest first; jobs that cannot be read are left out."""
    readable = []
    for path in models.glob(f"*/{FILE}") if models.is_dir() else ():
        try:
            readable.append(state(path.parent))
        except InputError:
            continue
    return tuple(sorted(readable, key=lambda one: one.created, reverse=True))


def _status(folder: Path, data: dict[str, Any]) -> TrainingStatus:
    ended = data.get("ended")
    if ended in ("paused", "failed", "finished"):
        return ended  # type: ignore[no-any-return]
    if not data:
        return "paused"
    if status.alive(folder, data):
        return "running" if "pid" in data else "starting"
    return "interrupted"


def curves(folder: Path) -> Curves:
    """Loss and validation figures so far; an incomplete last line of the log is ignored."""
    try:
        text = (folder / "metrics.jsonl").read_text(encoding="utf-8")
        spec = TrainingJobSpec.load(folder)
    except (OSError, InputError):
        return Curves()
    loss: list[Point] = []
    figures: dict[str, list[Point]] = {}
    per_epoch, step_of_epoch, steps_seen = 0.0, {0: 0}, 0
    for line in text.splitlines():
        try:
            entry = json.loads(line)
            event, epoch, step = entry["event"], int(entry["epoch"]), int(entry["step"])
        except (ValueError, KeyError, TypeError):
            continue
        if event == "start":
            per_epoch = float(entry.get("steps", 0))
        elif event == "step":
            part = (step - step_of_epoch.get(epoch, step)) / per_epoch if per_epoch else 0.0
            loss.append(Point(epoch + min(1.0, part), float(entry["loss"])))
        elif event == "epoch":
            step_of_epoch[epoch] = step
        if event in ("start", "epoch"):
            aligned = event == "epoch" and steps_seen == step  # a second validation without a step in between
            steps_seen = step
            for name, value in _figures(entry.get("validation")).items():
                figures.setdefault(name, []).append(Point(epoch + (ALIGNED_AT if aligned else 0.0), value))
    thin = max(1, len(loss) // _MOST_POINTS)
    return Curves(
        tuple(loss[::thin]), {name: tuple(points) for name, points in figures.items()}, int(spec.recipe["epochs"])
    )


def _figures(data: object) -> dict[str, float]:
    if not isinstance(data, dict):
        return {}
    return {name: float(data[name]) for name in FIGURES if isinstance(data.get(name), int | float)}
