"""Contrastive losses: the paper's equation 1, and losses that know which texts are true of which crystals.

Logits are cosines times the inverse temperature. ``positive`` and ``negative`` are masks of the shape of the logits; a pair in
neither is ignored (its truth is unknown, or another concept states it better). No function here reads a value of a tensor,
since the host would have to wait for a GPU.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

_LOWEST_LOGIT = -1e4
"""Stands for the log-sum of no negatives: small enough for a loss of 0, finite so that no gradient is NaN."""


def symmetric_cross_entropy(logits: Tensor) -> Tensor:
    """Equation 1 of the paper (the loss of CLIP): cross entropy over rows and over columns.

    Args:
        logits: (B, B), whose diagonal holds the pairs.

    Returns:
        Sum over the batch.
    """
    target = torch.arange(len(logits), device=logits.device)
    return F.cross_entropy(logits, target, reduction="sum") + F.cross_entropy(logits.T, target, reduction="sum")


def multi_positive_loss(logits: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
    """Cross entropy of every positive against the negatives of its row; positives never compete with each other.

    Of the family of UniCL (Yang et al., CVPR 2022, arXiv 2204.03610).

    Args:
        logits: (R, C).
        positive: (R, C) mask.
        negative: (R, C) mask.

    Returns:
        Mean over a row's positives, averaged over the rows that have a positive; 0 where no row has one.
    """
    per_row = multi_positive_loss_per_row(logits, positive, negative)
    return per_row.sum() / (positive.sum(1) > 0).sum().clamp_min(1)


def multi_positive_loss_per_row(logits: Tensor, positive: Tensor, negative: Tensor | None = None) -> Tensor:
    """The mean loss of each row's positives (R,), as in :func:`multi_positive_loss`; ``negative`` defaults to the rest."""
    negative = ~positive if negative is None else negative
    log_sum = torch.logsumexp(logits.masked_fill(~negative, -torch.inf).clamp_min(_LOWEST_LOGIT), dim=1, keepdim=True)
    # −log(e^s / (e^s + Σ e^n)) = softplus(log Σ e^n − s)
    each = F.softplus(log_sum - logits) * positive
    return each.sum(1) / positive.sum(1).clamp_min(1)


def known_pair_loss(logits: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
    """:func:`multi_positive_loss` in both directions: texts of a crystal, and crystals of a text."""
    return multi_positive_loss(logits, positive, negative) + multi_positive_loss(logits.T, positive.T, negative.T)


def graded_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Crystals against all concepts of one kind, with two grades of truth.

    A concept that the description states must score above all others, and one that merely holds above the false ones. Both the
    paper's ground truth (stated) and the facts (stated or held) are thus ranked first.

    Args:
        logits: (B, V).
        truth: (B, V) uint8, levels of :class:`clics.concepts.concept.Truth`.

    Returns:
        The mean over the crystals with a true concept.
    """
    false, held, stated = truth == 0, truth == 1, truth == 2
    return multi_positive_loss(logits, stated, false | held) + multi_positive_loss(logits, held, false)


def graded_loss_per_row(logits: Tensor, truth: Tensor) -> Tensor:
    """The loss of each row (B,), as in :func:`graded_loss`."""
    false, held, stated = truth == 0, truth == 1, truth == 2
    return multi_positive_loss_per_row(logits, stated, false | held) + multi_positive_loss_per_row(logits, held, false)


def log_softmax_cosines(cosines: Tensor, scale: Tensor) -> Tensor:
    """Log probabilities in units of a cosine: ``log_softmax(scale × cosines) / scale``.

    Args:
        cosines: (N, L) of sites to all concepts of local geometry.
        scale: inverse temperature.

    Returns:
        (N, L), at most 0.
    """
    return cosines - torch.logsumexp(cosines * scale, dim=1, keepdim=True) / scale


def max_over_sites(values: Tensor, crystal: Tensor, count: int) -> Tensor:
    """The largest value among the sites of each crystal (:mod:`clics.model.late_interaction`).

    Args:
        values: (N, L) of sites.
        crystal: (N,), the crystal that each site belongs to; each crystal has at least one site.
        count: number of crystals.

    Returns:
        (count, L).
    """
    lowest = torch.full((count, values.shape[1]), -torch.inf, dtype=values.dtype, device=values.device)
    return lowest.scatter_reduce_(0, crystal[:, None].expand_as(values), values, "amax")
