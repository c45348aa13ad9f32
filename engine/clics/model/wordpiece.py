"""The compact vocabulary: a BERT word-piece tokenizer cut down to what the text tower needs, with matching embeddings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from clics.symmetry.space_groups import by_number

MASKS = ("[METAL]", "[NONMETAL]", "[METALLOID]", "[POLYHEDRA]", "[REALVAL]")
"""The paper's mask words: one piece each instead of six, which shortens a text by a third."""
_SYMBOLS = tuple(by_number(number).symbol for number in range(1, 231))
"""Space groups are one piece each too: spelled out and in lower case, short ones (P4, Pm, P-1) drown in the words around them,
and a tower that has learned them in one wording misses them in another."""
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def cut_vocabulary(source: Path, texts: Iterable[str], common_words: int) -> tuple[Tokenizer, list[list[int]]]:
    """A tokenizer with only the pieces that matter, and for each the rows of the source's embedding to average.

    A piece that stays has its own row; the :data:`MASKS` and the symbols of the 230 space groups, which the source spells,
    start as the mean of their spelling.

    ``source`` is a BERT ``tokenizer.json``. Kept are the special pieces, every single character (so that any text can still
    be spelled), all pieces that ``texts`` use, and the first ``common_words`` of the source, which BERT's vocabularies
    order by frequency: they are what a person's own words are made of.
    """
    full = Tokenizer.from_file(str(source))
    full.no_truncation()
    full.no_padding()
    pieces = full.get_vocab()
    by_row = sorted(pieces, key=pieces.__getitem__)
    used = {row for encoding in full.encode_batch(list(texts)) for row in encoding.ids}
    words = 0
    kept: list[int] = []
    for piece in by_row:
        row = pieces[piece]
        word = not piece.startswith(("[", "##")) and len(piece) > 1
        words += word
        if row in used or piece in _SPECIAL or len(piece.removeprefix("##")) == 1 or (word and words <= common_words):
            kept.append(row)
    places = {by_row[row]: place for place, row in enumerate(kept)}
    whole = (*MASKS, *_SYMBOLS)
    spelled = [full.encode(piece.strip("[]"), add_special_tokens=False).ids for piece in whole]
    places |= {piece: len(kept) + place for place, piece in enumerate(whole)}
    return bert_tokenizer(places), [[row] for row in kept] + spelled


def bert_tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    """A lower-casing BERT tokenizer over ``vocabulary`` (piece → row)."""
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.add_special_tokens([AddedToken(mask, normalized=False) for mask in MASKS if mask in vocabulary])
    tokenizer.add_tokens(
        [AddedToken(symbol, normalized=False, single_word=True) for symbol in _SYMBOLS if symbol in vocabulary]
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(t, vocabulary[t]) for t in ("[CLS]", "[SEP]")]
    )
    return tokenizer
