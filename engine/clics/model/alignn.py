"""ALIGNN layers over dense blocks (Choudhary and DeCost, npj Comput. Mater. 7, 185 (2021), doi 10.1038/s41524-021-00650-1).

Parameter names are those of ``alignn.models.alignn_atomwise_pure``, and so are the outputs (to 1e-5, tested); the layout
differs. There, edges and angles are lists with gathers and scatters; here, the edges of a site are a row of a table and its
angles a square, so that a gather is a broadcast and a scatter a sum over an axis (measured: ``benchmarks/layers.py``). Every
message carries the edge's weight, which the original lacks: it is 1 up to the last neighbour and fades to 0
(:mod:`clics.model.graph`).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from clics.model.batch import Block

_EPSILON = 1e-6


class RBFExpansion(nn.Module):
    """Radial basis: Gaussians on an equidistant grid."""

    centers: Tensor

    def __init__(self, low: float, high: float, bins: int) -> None:
        """``bins`` Gaussians with centres from ``low`` to ``high``."""
        super().__init__()
        self.register_buffer("centers", torch.linspace(low, high, bins))
        self.gamma = (bins - 1) / (high - low)

    def forward(self, x: Tensor) -> Tensor:
        """(…,) → (…, bins)."""
        return torch.exp(-self.gamma * (x.unsqueeze(-1) - self.centers) ** 2)


class MLPLayer(nn.Module):
    """Linear layer, layer norm, SiLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        """From ``inputs`` to ``outputs`` channels."""
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(inputs, outputs), nn.LayerNorm(outputs), nn.SiLU())

    def forward(self, x: Tensor) -> Tensor:
        """(…, inputs) → (…, outputs)."""
        out: Tensor = self.layer(x)
        return out


class EdgeGatedGraphConv(nn.Module):
    """Edge-gated graph convolution: gates σ(m) from both ends and the edge, normalised gated sum, residual."""

    def __init__(self, width: int) -> None:
        """``width``: channels of nodes and edges."""
        super().__init__()
        self.src_gate = nn.Linear(width, width)
        self.dst_gate = nn.Linear(width, width)
        self.edge_gate = nn.Linear(width, width)
        self.bn_edges = nn.LayerNorm(width)
        self.src_update = nn.Linear(width, width)
        self.dst_update = nn.Linear(width, width)
        self.bn_nodes = nn.LayerNorm(width)

    def on_atoms(
        self, x: Tensor, blocks: tuple[Block, ...], edges: list[Tensor], *, last: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """Messages from neighbouring sites to centres.

        Args:
            x: (N, C) site vectors.
            blocks: sites in order, with their neighbours.
            edges: per block (n, K, C) edge vectors.
            last: do not update the edges.

        Returns:
            Site vectors (N, C), and per block edge vectors (n, K, C); none with ``last``.
        """
        gate_far, gate_own, message = self.src_gate(x), self.dst_gate(x), self.dst_update(x)
        sums, updated = [], []
        for block, y in zip(blocks, edges, strict=True):
            far = block.neighbours.reshape(-1)
            shape = y.shape
            m = gate_far.index_select(0, far).view(shape) + gate_own[block.start : block.stop, None] + self.edge_gate(y)
            sums.append(_gated_sum(m, message.index_select(0, far).view(shape), block.weights))
            if not last:
                updated.append(y + F.silu(self.bn_edges(m)))
        x = x + F.silu(self.bn_nodes(self.src_update(x) + torch.cat(sums)))
        return x, updated

    def on_edges(self, y: Tensor, z: Tensor, weights: Tensor, *, last: bool = False) -> tuple[Tensor, Tensor]:
        """Messages between the edges of a site, over the line graph.

        Args:
            y: (n, K, C) edge vectors.
            z: (n, K, K, C) angle vectors, receiving edge first.
            weights: (n, K, K) of the pairs.
            last: do not update the angles.

        Returns:
            Edge vectors (n, K, C) and angle vectors (n, K, K, C).
        """
        m = self.src_gate(y)[:, None] + self.dst_gate(y)[:, :, None] + self.edge_gate(z)
        h = _gated_sum(m, self.dst_update(y)[:, None], weights)
        new = y + F.silu(self.bn_nodes(self.src_update(y) + h))
        return new, z if last else z + F.silu(self.bn_edges(m))


class ALIGNNConv(nn.Module):
    """One ALIGNN layer: an update of sites and edges, then one of edges and angles."""

    def __init__(self, width: int) -> None:
        """``width``: channels of nodes and edges."""
        super().__init__()
        self.node_update = EdgeGatedGraphConv(width)
        self.edge_update = EdgeGatedGraphConv(width)

    def forward(
        self,
        x: Tensor,
        blocks: tuple[Block, ...],
        edges: list[Tensor],
        angles: list[Tensor],
        pair_weights: list[Tensor],
        *,
        last: bool = False,
    ) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """Apply the layer.

        Args:
            x: (N, C) site vectors.
            blocks: sites in order, with their neighbours.
            edges: per block (n, K, C).
            angles: per block (n, K, K, C).
            pair_weights: per block (n, K, K).
            last: the angles are not needed any more, so they are not updated.

        Returns:
            Updated ``x``, ``edges`` and ``angles``.
        """
        x, messages = self.node_update.on_atoms(x, blocks, edges)
        updated = [
            self.edge_update.on_edges(y, z, w, last=last)
            for y, z, w in zip(messages, angles, pair_weights, strict=True)
        ]
        return x, [u[0] for u in updated], [u[1] for u in updated]


def _gated_sum(m: Tensor, message: Tensor, weights: Tensor) -> Tensor:
    """Σ σ(m) w message / (Σ σ(m) w + ε) over the last but one axis."""
    gate = torch.sigmoid(m) * weights.unsqueeze(-1)
    return (gate * message).sum(-2) / (gate.sum(-2) + _EPSILON)
