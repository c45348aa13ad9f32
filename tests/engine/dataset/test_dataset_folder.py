import gzip
from pathlib import Path

import pytest
from clics.dataset import description_store
from clics.dataset import writer as writing
from clics.dataset.description_store import decode, encode, read_lines
from clics.dataset.writer import DescribedWriter
from clics.errors import InputError

ABOUT = {"versions": [{"robocrys": "1"}], "sources": ["a"], "licence": None}


def line(number: int) -> dict[str, object]:
    return {"key": f"{number:032x}", "id": str(number), "formula": "NaCl", "error": {"kind": "failed", "message": "µ"}}


def test_every_damage_of_a_line_is_noticed() -> None:
    whole = encode(line(1))
    assert decode(whole) is not None
    assert decode(whole[:-1]) is None
    for position in range(len(whole) - 1):
        damaged = bytearray(whole)
        damaged[position] ^= 1
        assert decode(bytes(damaged)) is None
        assert decode(whole[:position]) is None


def test_torn_end_is_dropped_and_full_parts_are_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_LINES_PER_PART", 10)
    with DescribedWriter(tmp_path, ABOUT) as writer:
        for number in range(25):
            writer.append(line(number))
    assert sorted(p.name for p in tmp_path.glob("part*")) == [
        "part-00000.jsonl.gz",
        "part-00001.jsonl.gz",
        "part-00002.jsonl",
    ]
    with (tmp_path / "part-00002.jsonl").open("ab") as file:
        file.write(encode(line(25))[:-9])
    with DescribedWriter(tmp_path, {**ABOUT, "versions": [{"robocrys": "2"}], "sources": ["b"]}) as writer:
        assert [number for number in range(30) if not writer.want(f"{number:032x}")] == list(range(25))
        assert writer.want(f"{3:032x}", retry_failed=True)
        writer.append(line(25))
    assert [found["id"] for found in read_lines(tmp_path)] == [str(number) for number in range(26)]
    about = description_store.read_about(tmp_path)
    assert (about["versions"], about["sources"]) == ([{"robocrys": "1"}, {"robocrys": "2"}], ["a", "b"])


def test_crash_while_a_part_is_packed_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_LINES_PER_PART", 10)
    with DescribedWriter(tmp_path, ABOUT) as writer:
        for number in range(12):
            writer.append(line(number))
    packed = tmp_path / "part-00000.jsonl.gz"
    plain = tmp_path / "part-00000.jsonl"
    plain.write_bytes(gzip.decompress(packed.read_bytes()))  # packed, but the plain part was not removed yet
    assert len(list(read_lines(tmp_path))) == 12
    (tmp_path / "part-00001.jsonl.tmp").write_bytes(b"half a packed part")
    DescribedWriter(tmp_path, ABOUT).close()
    assert not plain.exists()
    assert len(list(read_lines(tmp_path))) == 12


def test_packed_part_that_was_cut_gives_what_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_LINES_PER_PART", 200)
    with DescribedWriter(tmp_path, ABOUT) as writer:
        for number in range(200):
            writer.append(line(number))
    packed = tmp_path / "part-00000.jsonl.gz"
    packed.write_bytes(packed.read_bytes()[:-200])
    kept = len(list(read_lines(tmp_path)))
    assert 0 < kept < 200
    with DescribedWriter(tmp_path, ABOUT) as writer:
        for number in range(200):
            if writer.want(f"{number:032x}"):
                writer.append(line(number))
    assert len(list(read_lines(tmp_path))) == 200


def test_other_folders_and_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a described data set"):
        description_store.read_about(tmp_path)
    (tmp_path / "about.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(InputError, match="format 99"):
        DescribedWriter(tmp_path, ABOUT)
