"""The convolution over the line graph as kernels fused by torch.compile.

It takes three quarters of a training step (``benchmarks/layers.py``).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import cast

import torch

from clics.model.alignn import ALIGNNConv
from clics.model.graph_tower import GraphTower

_RECOMPILE_LIMIT = 64
"""Kernels kept per function: torch compiles anew for blocks of one atom, and for each width that it cannot leave open."""


def can_compile(device: str) -> bool:
    """True if torch.compile can work: on a CPU it needs a C++ compiler and torch's headers, on CUDA it brings its own (triton).

    Installers leave out the headers of torch.
    """
    if device == "cpu":
        headers = Path(torch.__file__).with_name("include") / "torch"
        return headers.is_dir() and any(shutil.which(name) for name in ("c++", "g++", "clang++", "cl"))
    return device == "cuda"


def compile_layers(tower: GraphTower) -> None:
    """Compile the line-graph convolution of every ALIGNN layer of ``tower``, in place.

    Outputs agree with those of the plain layers to rounding.
    """
    torch._dynamo.config.recompile_limit = _RECOMPILE_LIMIT
    torch._dynamo.config.accumulated_recompile_limit = 4 * _RECOMPILE_LIMIT
    for layer in tower.alignn_layers:
        update = cast(ALIGNNConv, layer).edge_update
        update.on_edges = torch.compile(update.on_edges, dynamic=True)  # type: ignore[method-assign]
