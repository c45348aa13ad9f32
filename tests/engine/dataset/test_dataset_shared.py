import gzip
import json
from itertools import islice
from pathlib import Path

import pytest
from clics.dataset.crystal_rows import Row, read_rows
from clics.dataset.pack import pack_dataset
from clics.dataset.packed_reader import load

SHARED = Path(__file__).parents[4] / "shared" / "data" / "mp"

pytestmark = [pytest.mark.shared, pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data beside the checkout")]


def test_shared_crystals_join_their_texts(tmp_path: Path) -> None:
    texts = {}
    with gzip.open(SHARED / "descriptions-val.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, 60):
            texts[json.loads(line)["id"]] = line
    with gzip.open(SHARED / "val.jsonl.gz", "rt", encoding="utf-8") as lines:
        chosen = [line for line in lines if json.loads(line)["id"] in texts]
        assert chosen
    (tmp_path / "val.jsonl").write_text("".join(chosen), encoding="utf-8")
    (tmp_path / "texts.jsonl").write_text("".join(texts.values()), encoding="utf-8")
    pack_dataset([tmp_path / "val.jsonl"], [tmp_path / "texts.jsonl"], [], tmp_path / "p", True, workers=1)
    dataset = load(tmp_path / "p")
    assert len(dataset) == len(chosen)
    for i, identifier in enumerate(dataset.ids):
        said = json.loads(texts[identifier])
        if "text" in said:
            assert dataset.sentences_of(i)[0].text == f"This material crystallizes in {said['spg']} space group."
            assert dataset.arrays["described"][i] == 1


def test_shared_files_hold_what_they_say() -> None:
    rows = list(islice(read_rows([SHARED / "train-00.jsonl.gz"]), 500))
    assert all(isinstance(row, Row) for row in rows)
    assert len({row.key for row in rows if isinstance(row, Row)}) == 500
