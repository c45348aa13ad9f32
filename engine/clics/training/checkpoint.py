"""A training's state on disk: safetensors and JSON, swapped in whole, so that ``kill -9`` at any moment leaves one that loads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from clics.atomic_files import sync_folder, write_text
from clics.errors import InputError
from clics.training.ema import WeightAverage

_POINTER = "checkpoint.json"


def save(
    folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, average: WeightAverage, state: dict[str, Any]
) -> None:
    """Write a new checkpoint beside the old one, point at it, then remove the old one. ``state`` is plain JSON data."""
    target = folder / f"checkpoint-{state['step']}"
    if exists(folder) and state_of(folder)["folder"] == target.name:  # never touch the one that the pointer names
        target = folder / f"{target.name}-again"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    moments = optimizer.state_dict()["state"]
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, target / "weights.safetensors")
    save_file({k: v.contiguous() for k, v in average.shadow.items()}, target / "average.safetensors")
    flat = {f"{i}.{name}": value.contiguous() for i, values in moments.items() for name, value in values.items()}
    save_file(flat, target / "optimizer.safetensors")
    sync_folder(target, files=True)  # or a power cut could leave a pointer to empty files, and the old ones removed
    write_text(folder / _POINTER, json.dumps({**state, "folder": target.name}, indent=1))
    for old in folder.glob("checkpoint-*"):
        if old != target:
            shutil.rmtree(old, ignore_errors=True)


def exists(folder: Path) -> bool:
    """Whether a training left a checkpoint here."""
    return (folder / _POINTER).exists()


def state_of(folder: Path) -> dict[str, Any]:
    """The plain state of the checkpoint in ``folder``; raises InputError where there is none that can be read."""
    try:
        state: dict[str, Any] = json.loads((folder / _POINTER).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder} holds no training to resume ({error}); start one without --resume.", kind="no-checkpoint"
        ) from error
    return state


def load(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, average: WeightAverage) -> dict[str, Any]:
    """Put weights, averages and optimiser moments back; returns the state that was saved with them."""
    state = state_of(folder)
    source = folder / str(state["folder"])
    try:
        model.load_state_dict(load_file(source / "weights.safetensors"))
        for name, tensor in load_file(source / "average.safetensors").items():
            average.shadow[name].copy_(tensor)
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for key, tensor in load_file(source / "optimizer.safetensors").items():
            index, name = key.split(".", 1)
            moments.setdefault(int(index), {})[name] = tensor
    except (OSError, KeyError, RuntimeError) as error:
        raise InputError(f"The checkpoint in {folder} is damaged: {error}", kind="no-checkpoint") from error
    optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
    return state
