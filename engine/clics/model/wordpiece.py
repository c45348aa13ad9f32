"""The vocabulary of the compact text tower: a BERT word-piece tokenizer reduced to the pieces that are needed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from clics.symmetry.space_groups import by_number

MASKS = ("[METAL]", "[NONMETAL]", "[METALLOID]", "[POLYHEDRA]", "[REALVAL]")
"""The paper's mask words: one piece each instead of six, which shortens a text by a third."""
_SYMBOLS = tuple(by_number(number).symbol for number in range(1, 231))
"""Space groups are one piece each, too. Spelled in lower-case pieces, short symbols (P4, Pm, P-1) have little weight among the
words around them, and a tower that has learned them in one wording misses them in another."""
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def cut_vocabulary(source: Path, texts: Iterable[str], common_words: int) -> tuple[Tokenizer, list[list[int]]]:
    """Reduce a tokenizer.

    Kept are the special pieces, every single character (so that any text can still be spelled), all pieces that ``texts`` use,
    and the first ``common_words`` whole words of the source, which BERT's vocabularies order by frequency: users type them.
    Added are the :data:`MASKS` and the symbols of the 230 space groups, as one piece each.

    Args:
        source: a BERT ``tokenizer.json``.
        texts: training texts.
        common_words: number of whole words.

    Returns:
        The tokenizer, and for each of its pieces the rows of the source's embedding whose mean it starts from: its own row for
        a kept piece, those of its spelling for an added one.
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
    rows = {by_row[row]: new for new, row in enumerate(kept)}
    added = (*MASKS, *_SYMBOLS)
    spelled = [full.encode(piece.strip("[]"), add_special_tokens=False).ids for piece in added]
    rows |= {piece: len(kept) + new for new, piece in enumerate(added)}
    return bert_tokenizer(rows), [[row] for row in kept] + spelled


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
