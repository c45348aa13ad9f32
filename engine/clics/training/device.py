"""Choice of the training device, and what that device can do."""

from __future__ import annotations

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from clics.errors import InputError


def choose_device(name: str = "auto") -> str:
    """The device to train on.

    Args:
        name: ``cuda``, ``mps``, ``cpu``, or ``auto`` for the first of these that is available.

    Returns:
        ``cuda``, ``mps`` or ``cpu``.

    Raises:
        InputError: ``name`` is unknown, or torch cannot use that device on this machine (kind ``bad-device``).
    """
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return next(device for device, available in present.items() if available)
    if name not in present:
        raise InputError(f"There is no device {name!r}; choose auto, cuda, mps or cpu.", kind="bad-device")
    if not present[name]:
        raise InputError(
            f"This machine has no {name} device that torch can use; choose auto or cpu.", kind="bad-device"
        )
    return name


def to_device(array: NDArray[Any], device: torch.device) -> Tensor:
    """A small array as a tensor on ``device``; on CUDA the host does not wait for the copy."""
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)


def text_in_bf16(device: str, wanted: bool) -> bool:
    """True if the text tower's matrix products run in bfloat16.

    Args:
        device: ``cuda``, ``mps`` or ``cpu``.
        wanted: the recipe's choice; it decides on CUDA. On a CPU the processor decides, on MPS it is never done.
    """
    if device == "cpu":
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return device == "cuda" and wanted
