"""The graph tower: ALIGNN over a crystal graph, with resolution channels as inputs and a readout over all sites.

With ``resolution=False`` it is the tower of the paper: distances and angles in radial basis functions, mean over atoms. The
readout pools more than a mean: the largest features, the spread among sites of an element, moments of bond directions, and
structure factors, because a space group is decided by small differences between atoms that a mean averages away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from clics.model import channels
from clics.model.alignn import ALIGNNConv, EdgeGatedGraphConv, MLPLayer, RBFExpansion
from clics.model.batch import Batch, Block
from clics.model.element_features import ELEMENTS, bond_radii, element_table
from clics.model.moments import CrystalMoments, log_scale
from clics.model.reflections import REFLECTIONS


@dataclass(frozen=True, slots=True)
class TowerSettings:
    """Shape of the graph tower; the defaults are the released model's.

    The names are part of model fingerprints and must not change.

    Attributes:
        width: channels of sites, edges and angles.
        alignn_layers: layers over graph and line graph.
        gcn_layers: layers over the graph alone, after these.
        embedding: width of the first layer over distance and angle features.
        distance_bins: radial basis functions of a distance.
        angle_bins: basis functions of the cosine of an angle.
        resolution: turns on the resolution channels (:mod:`clics.model.channels`) and the readout beyond a mean; the
            next settings up to ``reflections`` choose their parts. False: the tower of the paper.
        log_scale: log-scale channels of sites, edges, angles and gaps between distances.
        spread: spread of features among the sites of an element, in the readout.
        lattice: metric of the reduced lattice, in the readout.
        reflections: structure factors, in the readout (:mod:`clics.model.reflections`).
        moments: learned sums of bond directions in the readout; 0: none.
        pooled: width of each site's vector before pooling; 0: only the mean of the layers' own (with ``resolution``).
        output: length of the feature vector.
        dropout: of the readout.
        sites: a head that embeds every inequivalent site, too (:meth:`clics.model.clics.Clics.embed`).
    """

    width: int = 48
    alignn_layers: int = 4
    gcn_layers: int = 4
    embedding: int = 32
    distance_bins: int = 48
    angle_bins: int = 24
    resolution: bool = True
    log_scale: bool = True
    spread: bool = True
    lattice: bool = True
    reflections: bool = True
    moments: int = 8
    pooled: int = 256
    output: int = 256
    dropout: float = 0.2
    sites: bool = True


_SPREAD_FLOOR = 3e-3
"""Spread of features below which sites count as equal, so that rounding of coordinates does not show."""
_PATTERN = 256
"""Width of the network over structure factors."""
_GATE = 48
"""Hidden width of the network that weighs bonds for the moments."""


class GraphTower(nn.Module):
    """The network from a batch of crystal graphs to a feature vector per crystal.

    Shapes: B crystals with N sites in all; a block of sites with equally many edges has n sites of K edges each
    (:mod:`clics.model.batch`).

    Attributes:
        settings: the shape.
        site_width: length of the vector of a site that :meth:`with_sites` returns.
        has_channels: the network reads the log-scaled resolution channels of sites, edges and angles.
        has_reflections: the readout reads the structure factors.
    """

    elements: Tensor
    radii: Tensor
    special: Tensor

    def __init__(self, settings: TowerSettings) -> None:
        """Random weights."""
        super().__init__()
        self.settings = settings
        width, embedding = settings.width, settings.embedding
        table = element_table()
        self.register_buffer("elements", table, persistent=False)
        self.register_buffer("radii", bond_radii(), persistent=False)
        self.register_buffer("special", torch.tensor(channels.SPECIAL_COSINES, dtype=torch.float32), persistent=False)
        self.element_embedding = nn.Embedding(ELEMENTS, width)
        nn.init.normal_(self.element_embedding.weight, std=0.02)
        self.has_channels = has_channels = settings.resolution and settings.log_scale
        self.has_reflections = settings.resolution and settings.reflections
        atom_channels = channels.ATOM if has_channels else 0
        site_inputs = width + table.shape[1] + atom_channels
        self.site_width = settings.pooled if settings.resolution and settings.pooled else site_inputs
        self.atom_embedding = MLPLayer(table.shape[1] + atom_channels, width)
        self.edge_rbf = RBFExpansion(0.0, 8.0, settings.distance_bins)
        self.edge_ratio_rbf = RBFExpansion(0.5, 3.0, settings.distance_bins // 2)
        edge_inputs = settings.distance_bins + settings.distance_bins // 2 + (channels.EDGE if has_channels else 0)
        self.edge_embedding = nn.Sequential(MLPLayer(edge_inputs, embedding), MLPLayer(embedding, width))
        self.angle_rbf = RBFExpansion(-1.0, 1.0, settings.angle_bins)
        angle_inputs = settings.angle_bins + (len(channels.SPECIAL_COSINES) + 1 if has_channels else 0)
        self.angle_embedding = nn.Sequential(MLPLayer(angle_inputs, embedding), nn.Linear(embedding, width))
        self.alignn_layers = nn.ModuleList(ALIGNNConv(width) for _ in range(settings.alignn_layers))
        self.gcn_layers = nn.ModuleList(EdgeGatedGraphConv(width) for _ in range(settings.gcn_layers))
        sizes = [width]
        if settings.resolution:
            if settings.pooled:
                # a wide layer on every site before pooling: a crystal's environments are a set,
                # too rich for a mean of few channels
                self.atom_readout = nn.Sequential(
                    nn.Linear(site_inputs, settings.pooled),
                    nn.SiLU(),
                    nn.Linear(settings.pooled, settings.pooled),
                    nn.SiLU(),
                )
                sizes.append(2 * settings.pooled)
            if settings.spread:
                sizes.append(2 * width + atom_channels)
            self.crystal_parts = _crystal_parts(settings)
            sizes.append(sum(stop - start for start, stop in self.crystal_parts))
            if has_channels:
                sizes.append(atom_channels)
        if settings.moments:
            self.moments = CrystalMoments(settings.moments)
            self.moment_edge = nn.Linear(edge_inputs, _GATE)
            self.moment_ends = nn.Linear(table.shape[1], 2 * _GATE)
            self.moment_gate = nn.Sequential(nn.SiLU(), nn.Linear(_GATE, settings.moments))
            sizes.append(self.moments.size)
        if self.has_reflections:
            # systematic absences show as a pattern over many reflections, so these get a network of their own
            self.reflection_readout = nn.Sequential(
                nn.Linear(REFLECTIONS, _PATTERN), nn.SiLU(), nn.Linear(_PATTERN, _PATTERN), nn.SiLU()
            )
            sizes.append(_PATTERN)
        # normalised one by one: parts of very different magnitude would otherwise learn at very different speed
        self.readout_norms = nn.ModuleList(nn.LayerNorm(size) for size in sizes)
        self.readout = nn.Sequential(
            nn.Linear(sum(sizes), 2 * settings.output),
            nn.SiLU(),
            nn.Dropout(settings.dropout),
            nn.Linear(2 * settings.output, settings.output),
        )

    def forward(self, batch: Batch) -> Tensor:
        """Feature vectors (B, output) of a batch of B crystals."""
        return self.with_sites(batch)[0]

    def with_sites(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Feature vectors of crystals (B, output), and the vectors of sites before pooling (N, :attr:`site_width`)."""
        x, edge_features = self.message_passing(batch)
        with full_precision(x):
            x = x.float()
            wide = torch.cat([x, self._atom_inputs(batch)], -1)
            if self.settings.resolution and self.settings.pooled:
                wide = self.atom_readout(wide)
            return self.read_out(batch, x, wide, edge_features), wide

    def message_passing(self, batch: Batch) -> tuple[Tensor, list[Tensor]]:
        """Site vectors (N, width) after all layers, and per block the input features of edges (n, K, ·)."""
        x = self.atom_embedding(self._atom_inputs(batch)) + self.element_embedding(batch.numbers)
        with full_precision(x):
            raw = [self._edge_features(batch, block) for block in batch.blocks]
            cosines = [self._angle_features(block) for block in batch.blocks]
        edges = [self.edge_embedding(features) for features in raw]
        angles = [self.angle_embedding(features) for features in cosines]
        pair_weights = [_pair_weights(block) for block in batch.blocks]
        for index, layer in enumerate(self.alignn_layers):
            last = index == len(self.alignn_layers) - 1
            x, edges, angles = layer(x, batch.blocks, edges, angles, pair_weights, last=last)
        for index, layer in enumerate(self.gcn_layers):
            last = index == len(self.gcn_layers) - 1
            x, edges = cast(EdgeGatedGraphConv, layer).on_atoms(x, batch.blocks, edges, last=last)
        return x, raw

    def _atom_inputs(self, batch: Batch) -> Tensor:
        """Element properties and atom channels of sites (N, ·)."""
        properties = self.elements[batch.numbers]
        return torch.cat([properties, batch.atom_channels], -1) if self.has_channels else properties

    def read_out(self, batch: Batch, x: Tensor, wide: Tensor, edge_features: list[Tensor]) -> Tensor:
        """Pool site vectors to crystals.

        Args:
            batch: B crystals with N sites.
            x: (N, width), output of the layers.
            wide: (N, site_width), wide vectors of sites.
            edge_features: per block (n, K, ·), from which bonds are weighted in the moments.

        Returns:
            (B, output).
        """
        count, settings = len(batch), self.settings
        parts = [_mean(x, batch.crystal, count, batch.multiplicity)]
        if settings.resolution:
            if settings.pooled:
                pooled = [_mean(wide, batch.crystal, count, batch.multiplicity), _largest(wide, batch.crystal, count)]
                parts.append(torch.cat(pooled, -1))
            if settings.spread:
                spread, widest = _spread(torch.cat([x, batch.atom_channels], -1) if self.has_channels else x, batch)
                parts.append(torch.cat([spread, widest[:, : x.shape[1]]], -1))
            parts.append(torch.cat([batch.crystal_channels[:, a:b] for a, b in self.crystal_parts], -1))
            if self.has_channels:
                parts.append(_mean(batch.atom_channels, batch.crystal, count, batch.multiplicity))
        if self.settings.moments:
            gates = []
            own, far = self.moment_ends(self.elements[batch.numbers]).chunk(2, -1)
            for block, features in zip(batch.blocks, edge_features, strict=True):
                # the sum of both elements' terms lets the network tell bonds of different pairs of elements apart
                ends = own[block.start : block.stop, None] + far[block.neighbours]
                gates.append(self.moment_gate(self.moment_edge(features) + ends))
            parts.append(self.moments(batch, gates))
        if self.has_reflections:
            parts.append(self.reflection_readout(batch.reflections))
        normed = [norm(part) for norm, part in zip(self.readout_norms, parts, strict=True)]
        out: Tensor = self.readout(torch.cat(normed, -1))
        return out

    def _edge_features(self, batch: Batch, block: Block) -> Tensor:
        """Features (n, K, ·) of edges: distance in Å and relative to the sum of the bond radii, edge channels."""
        distance = block.vectors.norm(dim=-1)
        own = self.radii[batch.numbers[block.start : block.stop]][:, None]
        ratio = distance / (own + self.radii[batch.numbers[block.neighbours]])
        parts = [self.edge_rbf(distance), self.edge_ratio_rbf(ratio)]
        if self.has_channels:
            parts.append(block.channels)
        return torch.cat(parts, -1)

    def _angle_features(self, block: Block) -> Tensor:
        """Features (n, K, K, ·) of edge pairs: cosine of the angle, gaps to special angles, gap of distances."""
        distance = block.vectors.norm(dim=-1)
        unit = block.vectors / distance[..., None]
        cosine = torch.einsum("nki,nli->nkl", unit, unit)
        parts = [self.angle_rbf(cosine)]
        if self.has_channels:
            gap = (distance[:, :, None] - distance[:, None, :]).abs()  # zero for edges that symmetry makes equal
            parts.append(log_scale(torch.cat([(cosine[..., None] - self.special).abs(), gap[..., None]], -1)))
        return torch.cat(parts, -1)


def full_precision(x: Tensor) -> torch.autocast:
    """Context without bfloat16, whose three digits would wipe out what the log scale resolves."""
    return torch.autocast(x.device.type, enabled=False)


def _pair_weights(block: Block) -> Tensor:
    """Weights of line-graph pairs (n, K, K): product of both edges' weights, 0 for an edge with itself."""
    pair = block.weights[:, :, None] * block.weights[:, None, :]
    return pair * (1.0 - torch.eye(pair.shape[1], device=pair.device))


def _mean(x: Tensor, index: Tensor, count: int, weights: Tensor) -> Tensor:
    """Weighted mean (count, C) of the rows of ``x`` (N, C) that share an index (N,)."""
    total = x.new_zeros(count, x.shape[1]).index_add_(0, index, x * weights[:, None])
    size = x.new_zeros(count).index_add_(0, index, weights.to(x.dtype))
    return total / size[:, None]


def _spread(x: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """Log-scaled standard deviation among the sites of an element: mean and maximum over the elements, each (B, C)."""
    owner, count = batch.element_crystal, len(batch.element_crystal)
    mean = _mean(x, batch.element, count, batch.multiplicity)
    variance = _mean((x - mean[batch.element]).square(), batch.element, count, batch.multiplicity)
    spread = log_scale((variance + _SPREAD_FLOOR**2).sqrt())
    return _mean(spread, owner, len(batch), torch.ones_like(owner, dtype=x.dtype)), _largest(spread, owner, len(batch))


def _crystal_parts(settings: TowerSettings) -> list[tuple[int, int]]:
    """Ranges of the crystal channels that the readout sees; adjacent ranges are joined."""
    ends = channels.CRYSTAL_PARTS
    on = {
        "lattice": settings.lattice,
        "gaps": settings.log_scale,
        "spread": settings.spread,
        "size": True,
    }
    parts: list[tuple[int, int]] = []
    for (name, stop), start in zip(ends.items(), [0, *ends.values()], strict=False):
        if on[name]:
            parts = [*parts[:-1], (parts[-1][0], stop)] if parts and parts[-1][1] == start else [*parts, (start, stop)]
    return parts


def _largest(x: Tensor, index: Tensor, count: int) -> Tensor:
    """Maximum (count, C) over the rows of ``x`` (N, C) that share an index (N,)."""
    lowest = torch.full((count, x.shape[1]), -torch.inf, dtype=x.dtype, device=x.device)
    return lowest.scatter_reduce_(0, index[:, None].expand_as(x), x, "amax")
