"""Checkpoints of a training: tensors as safetensors, everything else as JSON.

A checkpoint is a folder of its own; ``checkpoint.json`` is replaced atomically and names the folder that holds. A process
that is killed at any moment therefore leaves a checkpoint that loads.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from clics.atomic_files import disk_errors, sync_folder, write_text
from clics.errors import InputError, reason_of
from clics.json_files import read_json
from clics.training.ema import WeightAverage
from clics.training.run_state import RunState

_POINTER = "checkpoint.json"
OLD_TENSORS = {"bank.places": "proxies.proxies"}
"""Names of tensors in checkpoints of version 0.1, and their names since."""


def save(
    folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, average: WeightAverage, state: RunState
) -> None:
    """Write a new checkpoint beside the old one, point at it, then remove the old one.

    Args:
        folder: output folder of the training.
        model: whose ``state_dict`` is kept.
        optimizer: whose moments are kept.
        average: the averaged weights.
        state: counters and figures.
    """
    target = folder / f"checkpoint-{state.step}"
    if exists(folder) and _pointer(folder)["folder"] == target.name:  # never touch the one that the pointer names
        target = folder / f"{target.name}-again"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    moments = optimizer.state_dict()["state"]
    flat = {f"{i}.{name}": value.contiguous() for i, values in moments.items() for name, value in values.items()}
    with disk_errors(target):
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, target / "weights.safetensors")
        save_file({k: v.contiguous() for k, v in average.shadow.items()}, target / "average.safetensors")
        save_file(flat, target / "optimizer.safetensors")
    sync_folder(target, files=True)  # or a power cut could leave a pointer to empty files, and the old ones removed
    write_text(folder / _POINTER, json.dumps({**state.to_json(), "folder": target.name}, indent=1))
    for old in folder.glob("checkpoint-*"):
        if old != target:
            shutil.rmtree(old, ignore_errors=True)


def exists(folder: Path) -> bool:
    """True if ``folder`` holds a checkpoint."""
    return (folder / _POINTER).exists()


def state_of(folder: Path) -> RunState:
    """Counters and figures of the checkpoint in ``folder``.

    Raises:
        InputError: there is none, or it cannot be read (kind ``no-checkpoint``).
    """
    try:
        state = RunState.from_json(_pointer(folder))
    except TypeError as error:
        raise _damaged(folder, "it lacks a part of its state") from error
    if not isinstance(state.best_folder, str) or Path(state.best_folder).name != state.best_folder:
        raise _damaged(folder, f"{_POINTER} names no folder of the best epoch")
    return state


def _pointer(folder: Path) -> dict[str, Any]:
    try:
        data = read_json(folder / _POINTER)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder} holds no training to resume ({reason_of(error)}); start one without --resume.",
            kind="no-checkpoint",
        ) from error
    name = data.get("folder") if isinstance(data, dict) else None
    if not isinstance(name, str) or Path(name).name != name:
        raise _damaged(folder, f"{_POINTER} names no folder of tensors")
    return dict(data)


def _damaged(folder: Path, why: str) -> InputError:
    return InputError(f"The checkpoint in {folder} is damaged ({why}); start the training anew.", kind="no-checkpoint")


def load(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, average: WeightAverage) -> RunState:
    """Restore weights, averaged weights and optimiser moments in place.

    Args:
        folder: output folder of the training.
        model: as given to :func:`save`.
        optimizer: as given to :func:`save`.
        average: as given to :func:`save`.

    Returns:
        The state that was saved with them.

    Raises:
        InputError: there is no checkpoint, or it is damaged (kind ``no-checkpoint``).
    """
    state = state_of(folder)
    source = folder / str(_pointer(folder)["folder"])
    try:
        weights = load_file(source / "weights.safetensors")
        model.load_state_dict({OLD_TENSORS.get(name, name): tensor for name, tensor in weights.items()})
        for name, tensor in load_file(source / "average.safetensors").items():
            average.shadow[name].copy_(tensor)
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for key, tensor in load_file(source / "optimizer.safetensors").items():
            index, name = key.split(".", 1)
            moments.setdefault(int(index), {})[name] = tensor
        optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
    except (OSError, KeyError, ValueError, RuntimeError, SafetensorError) as error:
        raise _damaged(folder, reason_of(error)) from error
    return state
