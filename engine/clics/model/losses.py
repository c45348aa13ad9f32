"""What is minimised: the paper's equation 1, and losses that know which texts are true of which crystals.

Scores are cosines over a learned temperature. ``positive`` and ``negative`` are masks of the same shape; a pair in neither
is left out (unknown, or true in words that another concept says better).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def symmetric_cross_entropy(scores: Tensor) -> Tensor:
    """Equation 1 of the paper on scores (B, B) whose diagonal are the pairs: a sum over the batch, both directions."""
    target = torch.arange(len(scores), device=scores.device)
    return F.cross_entropy(scores, target, reduction="sum") + F.cross_entropy(scores.T, target, reduction="sum")


def against_the_false(scores: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
    """Cross entropy of every true pair against the false ones of its row only: true ones never compete with each other.

    ``scores``, ``positive``, ``negative``: (R, C). Mean over the rows that have a true entry of the mean over its true
    entries; 0 where no row has one. Of the family of UniCL (Yang et al. 2022, arXiv 2204.03610).
    """
    # no look at a value here, nor below: a GPU's host would have to wait for it
    return each_against_the_false(scores, positive, negative).sum() / (positive.sum(1) > 0).sum().clamp_min(1)


def each_against_the_false(scores: Tensor, positive: Tensor, negative: Tensor | None = None) -> Tensor:
    """The rows of :func:`against_the_false` one by one (R,); ``negative``: all that is not ``positive``, unless it is given."""
    negative = ~positive if negative is None else negative
    false = torch.logsumexp(scores.masked_fill(~negative, -torch.inf).clamp_min(-1e4), dim=1, keepdim=True)
    each = F.softplus(false - scores) * positive
    return each.sum(1) / positive.sum(1).clamp_min(1)


def known_pairs(scores: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
    """:func:`against_the_false` in both directions: texts of a crystal, crystals of a text."""
    return against_the_false(scores, positive, negative) + against_the_false(scores.T, positive.T, negative.T)


def against_the_bank(scores: Tensor, truth: Tensor) -> Tensor:
    """Crystals against every phrase of one kind. ``scores`` (B, V); ``truth`` (B, V) uint8 of ``clics.concepts.Truth``.

    What a description states must score above all else; what merely holds, above what is false: so the paper's ground
    truth (stated) and the facts (held) are both ranked first, in this order.
    """
    false, held, stated = truth == 0, truth == 1, truth == 2
    return against_the_false(scores, stated, false | held) + against_the_false(scores, held, false)


def each_against_the_bank(scores: Tensor, truth: Tensor) -> Tensor:
    """The rows of :func:`against_the_bank` one by one (R,)."""
    false, held, stated = truth == 0, truth == 1, truth == 2
    return each_against_the_false(scores, stated, false | held) + each_against_the_false(scores, held, false)


def shares_of_sites(cosines: Tensor, scale: Tensor) -> Tensor:
    """Cosines (N, L) of sites to all phrases of local geometry → logarithms of their shares, over ``scale`` (N, L)."""
    return cosines - torch.logsumexp(cosines * scale, dim=1, keepdim=True) / scale


def max_over_sites(values: Tensor, crystal: Tensor, count: int) -> Tensor:
    """Values (N, L) of sites → (count, L) of crystals: a phrase's is that of its best site (:mod:`clics.model.late_interaction`).

    ``crystal`` (N,): the crystal that a site belongs to; each has one.
    """
    lowest = torch.full((count, values.shape[1]), -torch.inf, dtype=values.dtype, device=values.device)
    return lowest.scatter_reduce_(0, crystal[:, None].expand_as(values), values, "amax")
