"""The angles' convolution as fused kernels: it takes three quarters of a training step (benchmarks/layers.py)."""

from __future__ import annotations

import shutil
from typing import cast

import torch

from clics.model.alignn import ALIGNNConv
from clics.model.graph_tower import GraphTower

_SHAPES = 64
"""Kernels kept per function: torch compiles anew for blocks of one atom, and for each width that it cannot leave open."""


def can_compile(device: str) -> bool:
    """On a CPU torch compiles with the machine's C++ compiler, on CUDA with its own."""
    return device == "cuda" or (device == "cpu" and any(shutil.which(name) for name in ("c++", "g++", "clang++", "cl")))


def compile_layers(tower: GraphTower) -> None:
    """Let every layer of ``tower`` over the line graph run compiled from now on; figures agree to rounding."""
    torch._dynamo.config.recompile_limit = _SHAPES
    torch._dynamo.config.accumulated_recompile_limit = 4 * _SHAPES
    for layer in tower.alignn_layers:
        update = cast(ALIGNNConv, layer).edge_update
        update.on_edges = torch.compile(update.on_edges, dynamic=True)  # type: ignore[method-assign]
