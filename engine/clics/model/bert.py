"""BERT's encoder in plain torch (Devlin et al., NAACL 2019, doi 10.18653/v1/N19-1423).

Parameter names are those of ``transformers.BertModel`` without its pooler, so that weights of either load into the
other; a test compares the outputs. ``transformers`` itself imports ``torch._dynamo``, which loads the native library of
triton. That library ends a process that holds a software OpenGL context (each brings an LLVM of its own), and its import
takes longer than the three layers that are needed here.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_DROPOUT = 0.1
_EPSILON = 1e-12
_INITIAL_SPREAD = 0.02
_SEGMENTS = 2
"""Rows of the segment embedding, as in BERT; a text here is one segment, so that row 0 alone is used."""


class Embeddings(nn.Module):
    """Token ids (B, T) → embeddings (B, T, width): word, position and segment, summed and normalised."""

    def __init__(self, vocabulary: int, width: int, positions: int) -> None:
        """``vocabulary`` word pieces, vectors of length ``width``, at most ``positions`` tokens."""
        super().__init__()
        self.word_embeddings = nn.Embedding(vocabulary, width, padding_idx=0)
        self.position_embeddings = nn.Embedding(positions, width)
        self.token_type_embeddings = nn.Embedding(_SEGMENTS, width)
        self.LayerNorm = nn.LayerNorm(width, eps=_EPSILON)
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, ids: Tensor) -> Tensor:
        """``ids`` (B, T) int64 → (B, T, width)."""
        positions = self.position_embeddings.weight[: ids.shape[1]]
        summed = self.word_embeddings(ids) + self.token_type_embeddings.weight[0] + positions
        out: Tensor = self.dropout(self.LayerNorm(summed))
        return out


class SelfAttention(nn.Module):
    """Scaled dot-product attention with ``heads`` heads; padded positions are never attended to."""

    def __init__(self, width: int, heads: int) -> None:
        """``width`` must be a multiple of ``heads``."""
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, x: Tensor, attended: Tensor) -> Tensor:
        """``x`` (B, T, width), ``attended`` (B, 1, 1, T) bool → (B, T, width)."""

        def split(projected: Tensor) -> Tensor:
            return projected.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

        mixed = F.scaled_dot_product_attention(
            split(self.query(x)),
            split(self.key(x)),
            split(self.value(x)),
            attn_mask=attended,
            dropout_p=self.dropout.p if self.training else 0.0,
        )
        return mixed.transpose(1, 2).flatten(2)


class Residual(nn.Module):
    """Projection, dropout, residual connection and layer norm: the end of both halves of a layer."""

    def __init__(self, inputs: int, width: int) -> None:
        """From ``inputs`` to ``width`` channels."""
        super().__init__()
        self.dense = nn.Linear(inputs, width)
        self.LayerNorm = nn.LayerNorm(width, eps=_EPSILON)
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, x: Tensor, skipped: Tensor) -> Tensor:
        """``x`` (B, T, inputs), ``skipped`` (B, T, width) → (B, T, width)."""
        out: Tensor = self.LayerNorm(self.dropout(self.dense(x)) + skipped)
        return out


class Layer(nn.Module):
    """One transformer layer: self-attention, then a feed-forward network with GELU."""

    def __init__(self, width: int, heads: int, feed_forward: int) -> None:
        """``feed_forward``: width of the hidden layer of the feed-forward network."""
        super().__init__()
        self.attention = nn.ModuleDict({"self": SelfAttention(width, heads), "output": Residual(width, width)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, feed_forward)})
        self.output = Residual(feed_forward, width)

    def forward(self, x: Tensor, attended: Tensor) -> Tensor:
        """``x`` (B, T, width), ``attended`` (B, 1, 1, T) bool → (B, T, width)."""
        x = self.attention["output"](self.attention["self"](x, attended), x)
        out: Tensor = self.output(F.gelu(self.intermediate["dense"](x)), x)
        return out


class BertEncoder(nn.Module):
    """Token ids → contextual vectors.

    Args:
        vocabulary: number of word pieces.
        width: length of a token's vector; a multiple of ``heads``.
        layers: number of transformer layers.
        heads: attention heads of a layer.
        feed_forward: width of the feed-forward network.
        positions: longest sequence.
    """

    def __init__(
        self, *, vocabulary: int, width: int, layers: int, heads: int, feed_forward: int, positions: int
    ) -> None:
        super().__init__()
        self.embeddings = Embeddings(vocabulary, width, positions)
        stack = [Layer(width, heads, feed_forward) for _ in range(layers)]
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(stack)})
        self.apply(_initialise)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Encode a padded batch.

        Args:
            ids: (B, T) int64 word pieces.
            mask: (B, T), 1 where a word piece stands and 0 where the sequence is padded.

        Returns:
            (B, T, width) hidden states of the last layer.
        """
        attended = mask.bool()[:, None, None, :]
        x = self.embeddings(ids)
        for layer in self.encoder["layer"].children():
            x = layer(x, attended)
        out: Tensor = x
        return out


def _initialise(module: nn.Module) -> None:
    """BERT's start: normal weights of standard deviation 0.02, no bias, the padding row at zero."""
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=_INITIAL_SPREAD)
        nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Embedding):
        nn.init.normal_(module.weight, std=_INITIAL_SPREAD)
        if module.padding_idx is not None:
            with torch.no_grad():
                module.weight[module.padding_idx].zero_()
