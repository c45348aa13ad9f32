"""Orientational moments of a crystal: rotation invariants of its bond directions, on a logarithmic scale.

Sums of tensor products of bond directions over all edges of a crystal vanish, or are degenerate, exactly where its point group
demands it: a rank-1 moment is non-zero only in polar crystals; rank-2 moments of different bonds commute only from orthorhombic
symmetry upwards; a rank-4 moment distinguishes a four-fold from a six-fold axis (Nye, Physical Properties of Crystals, 1957).
The weights of the bonds are learned, the invariants are not. No symmetry operation is searched for.
"""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from clics.model.batch import Batch
from clics.model.channels import MONOMIALS

_FLOOR = 1e-4
"""Added before a logarithm, as in :mod:`clics.model.channels`."""
_SMALL = 1e-2
"""Added to a norm before dividing by it, so that a moment that is zero but for rounding stays near zero."""
_EXPONENTS = {degree: [e for e in MONOMIALS if sum(e) == degree] for degree in (1, 2, 3, 4)}


def log_scale(x: Tensor) -> Tensor:
    """The same as :func:`clics.model.channels.log_scale`, for tensors."""
    return (torch.log10(x.clamp_min(0.0) + _FLOOR) + 4.0) / 2.0 - 1.0


def _norm(x: Tensor, dims: int) -> Tensor:
    return x.flatten(-dims).square().sum(-1).add(1e-12).sqrt()


class CrystalMoments(nn.Module):
    """Rotation invariants of learned sums of bond directions.

    Attributes:
        channels: number of sums per crystal, each with bond weights of its own.
        size: number of invariants: 14 on a log scale and 4 plain ones per channel.
    """

    def __init__(self, channels: int) -> None:
        """``channels``: number of learned sums."""
        super().__init__()
        self.channels = channels
        self.size = 14 * channels + 4 * channels
        for degree in (1, 2, 3, 4):
            index = [
                _EXPONENTS[degree].index(tuple(axes.count(a) for a in range(3)))
                for axes in itertools.product(range(3), repeat=degree)
            ]
            self.register_buffer(f"expand_{degree}", torch.tensor(index), persistent=False)

    def forward(self, batch: Batch, gates: list[Tensor]) -> Tensor:
        """Invariants of a batch.

        Args:
            batch: B crystals.
            gates: per block, learned weights (n, K, channels) of the edges.

        Returns:
            (B, size).
        """
        atom_sums = []
        for block, gate in zip(batch.blocks, gates, strict=True):
            signed = torch.einsum("nkc,nkm->ncm", gate, block.moments)
            absolute = torch.einsum("nkc,nk->nc", gate.abs(), block.moments[..., -1])
            atom_sums.append(torch.cat([signed, absolute[..., None]], -1))
        sums = torch.cat(atom_sums)
        total = sums.new_zeros(len(batch), *sums.shape[1:]).index_add_(0, batch.crystal, sums)
        moments = total[..., :-2] / (total[..., -1:] + 1e-6)
        first, second, third, fourth = torch.split(moments, [3, 6, 10, 15], -1)
        return self._invariants(first, second, third, fourth)

    def _invariants(self, first: Tensor, second: Tensor, third: Tensor, fourth: Tensor) -> Tensor:
        shape = first.shape[:2]
        eye = torch.eye(3, device=first.device)
        # monomials → full symmetric tensors of rank 1 to 4
        first = first[..., self.expand_1]  # type: ignore[index]
        t2 = second[..., self.expand_2].view(*shape, 3, 3)  # type: ignore[index]
        t3 = third[..., self.expand_3].view(*shape, 3, 3, 3)  # type: ignore[index]
        t4 = fourth[..., self.expand_4].view(*shape, 3, 3, 3, 3)  # type: ignore[index]
        # irreducible parts: a is the traceless rank-2 part, h3 and h4 the harmonic ones; v3 is the vector in rank 3
        trace = torch.einsum("bcii->bc", t2)
        a = t2 - trace[..., None, None] / 3 * eye
        # symmetric traceless part of rank 4: H = T − sym(δ a) / 7 − t sym(δ δ) / 15, written out
        sym_a = torch.einsum("ij,bckl->bcijkl", eye, a)
        sym_a = (
            sym_a
            + sym_a.permute(0, 1, 4, 5, 2, 3)
            + sym_a.permute(0, 1, 2, 4, 3, 5)
            + sym_a.permute(0, 1, 4, 2, 5, 3)
            + sym_a.permute(0, 1, 2, 4, 5, 3)
            + sym_a.permute(0, 1, 4, 2, 3, 5)
        )
        dd = torch.einsum("ij,kl->ijkl", eye, eye)
        dd = dd + dd.permute(0, 2, 1, 3) + dd.permute(0, 2, 3, 1)
        h4 = t4 - sym_a / 7 - trace[..., None, None, None, None] * dd / 15
        v3 = torch.einsum("bcijj->bci", t3)
        sym_v = torch.einsum("ij,bck->bcijk", eye, v3)
        h3 = t3 - (sym_v + sym_v.permute(0, 1, 2, 4, 3) + sym_v.permute(0, 1, 4, 2, 3)) / 5

        a_norm, n1, n3, n4 = _norm(a, 2), _norm(first, 1), _norm(h3, 3), _norm(h4, 4)
        # principal axes: two channels are compared, since one alone always has three of them
        unit_a = a / (a_norm[..., None, None] + _SMALL)
        other = unit_a.roll(1, 1)
        cubed = torch.einsum("bcij,bcjk,bcki->bc", unit_a, unit_a, unit_a)
        biaxial = (1.0 - 6.0 * cubed**2).clamp_min(0.0)  # 0 where two eigenvalues agree
        # rank-2 tensors commute where they share principal axes; the commutator is antisymmetric, i.e. an axial vector
        commutator = unit_a @ other - other @ unit_a
        axial = torch.stack([commutator[..., 1, 2], commutator[..., 2, 0], commutator[..., 0, 1]], -1)
        unit_axial = axial / (_norm(axial, 1)[..., None] + _SMALL)
        triple = (torch.cross(unit_axial, unit_axial.roll(1, 1), dim=-1) * unit_axial.roll(2, 1)).sum(-1).abs()
        # rank 4 contracted with rank 2: anisotropy that follows the principal axes, and what is left of it
        b4 = torch.einsum("bcijkl,bckl->bcij", h4, unit_a)
        b4_commutator = b4 @ other - other @ b4
        along = torch.einsum("bcij,bcij->bc", b4, unit_a)
        off_axis4 = (n4**2 - (35 / 18) * along**2).clamp_min(0.0).sqrt()  # 0 where rank 4 has only the axis
        v3a = torch.einsum("bcijk,bcjk->bci", h3, unit_a)
        # the polar vector and its position relative to the principal axes
        vector = first / (n1[..., None] + _SMALL)
        a_vector = torch.einsum("bcij,bcj->bci", unit_a, vector)
        bend = _norm(torch.cross(vector, a_vector, dim=-1), 1)  # 0 where the polar axis is a principal axis
        handed = (torch.cross(vector, a_vector, dim=-1) * torch.einsum("bcij,bcj->bci", other, vector)).sum(-1).abs()
        h4h4 = torch.einsum("bcijkl,bcmjkl->bcim", h4, h4)
        h3h3 = torch.einsum("bcijk,bcmjk->bcim", h3, h3)
        small = [n1, a_norm, n3, n4, biaxial, _norm(commutator, 2), triple, _norm(b4_commutator, 2), off_axis4]
        small += [_norm(v3a, 1), bend, handed, _deviation(h4h4), _deviation(h3h3)]
        plain = [trace, cubed, along / (n4 + _SMALL), torch.einsum("bcij,bcij->bc", h4h4, unit_a) / (n4**2 + _SMALL)]
        return torch.cat([*(log_scale(x) for x in small), *plain], -1)


def _deviation(matrix: Tensor) -> Tensor:
    """Norm of the traceless part of (…, 3, 3)."""
    trace = torch.einsum("...ii->...", matrix)
    return _norm(matrix - trace[..., None, None] / 3 * torch.eye(3, device=matrix.device), 2)
