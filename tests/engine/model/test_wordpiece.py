"""The compact vocabulary: mask words and space groups are one piece each, and any text can be spelled."""

from __future__ import annotations

import pytest
from clics.model.wordpiece import MASKS, bert_tokenizer, cut_vocabulary
from clics.symmetry.space_groups import by_number
from tokenizers import Tokenizer, models


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    letters = "abcdefghijklmnopqrstuvwxyz0123456789_/-."
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    words += ["space", "group", "crystal", "rarely"]
    source = tmp_path_factory.mktemp("bert") / "tokenizer.json"
    bert_tokenizer({word: i for i, word in enumerate(words)}).save(str(source))
    return words, *cut_vocabulary(source, ["a crystal"], common_words=2)


def test_every_space_group_and_mask_is_one_piece(cut):
    _, tokenizer, _ = cut
    for piece in (*MASKS, *(by_number(number).symbol for number in range(1, 231))):
        assert tokenizer.encode(f"in {piece} space group.").tokens[3] == piece


def test_a_symbol_inside_a_word_is_not_a_symbol(cut):
    _, tokenizer, _ = cut
    tokens = tokenizer.encode("SnP2 p21/c P2_1/c").tokens
    assert "P2" not in tokens
    assert tokens.count("P2_1/c") == 1
    assert "[UNK]" not in tokens


def test_pieces_that_are_kept_have_their_row_and_whole_ones_the_rows_of_their_spelling(cut):
    words, tokenizer, rows = cut
    assert len(rows) == tokenizer.get_vocab_size()
    assert rows[tokenizer.token_to_id("crystal")] == [words.index("crystal")]
    assert [words[row] for row in rows[tokenizer.token_to_id("P-1")]] == ["p", "-", "1"]
    assert tokenizer.token_to_id("rarely") is None


def test_a_saved_tokenizer_says_the_same(cut, tmp_path):
    _, tokenizer, _ = cut
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    again = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    text = "[METAL] in Fm-3m, not in F-43m or Pm."
    assert again.encode(text).ids == tokenizer.encode(text).ids
    assert isinstance(again.model, models.WordPiece)
