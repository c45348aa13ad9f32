"""Devices of this machine that a training can use."""

from __future__ import annotations

import os

from clics.results.training import Device


def devices() -> tuple[Device, ...]:
    """GPUs that torch can use, then the CPU; the first is the fastest."""
    import psutil
    import torch

    memory = psutil.virtual_memory()
    cores = os.cpu_count() or 1
    cpu = Device("cpu", f"CPU, {cores} core{'s' if cores > 1 else ''}", int(memory.total), int(memory.available))
    gpus = []
    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        gpus.append(Device("cuda", torch.cuda.get_device_name(), int(total), int(free)))
    if torch.backends.mps.is_available():
        gpus.append(Device("mps", "Apple GPU", int(memory.total), int(memory.available)))
    return (*gpus, cpu)
