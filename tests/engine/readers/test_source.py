from __future__ import annotations

import os
from pathlib import Path

import pytest
from clics.crystals.crystal import Crystal, Refusal
from clics.crystals.writing import to_cif
from clics.errors import Cancelled, CrystalError
from clics.progress import CancelToken, Progress
from clics.sources.files import read_crystals, read_one


def test_a_folder_with_three_bad_files(tmp_path: Path, prototypes: list[Crystal]) -> None:
    for number, crystal in enumerate(prototypes[:57]):
        folder = tmp_path / f"part-{number % 3}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number:03}.cif").write_text(to_cif(crystal))
    (tmp_path / "part-0" / "cut.cif").write_text(to_cif(prototypes[0])[:-150])
    (tmp_path / "part-1" / "empty.cif").write_bytes(b"")
    (tmp_path / "photo.cif").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000) + b"IEND\xaeB`\x82")
    found = list(read_crystals([tmp_path]))
    crystals = [entry for entry in found if isinstance(entry, Crystal)]
    refusals = [entry for entry in found if isinstance(entry, Refusal)]
    assert len(crystals) == 57
    assert [(os.path.basename(entry.source), entry.kind) for entry in refusals] == [
        ("cut.cif", "truncated"), ("empty.cif", "empty"), ("photo.cif", "binary"),
    ]  # fmt: skip
    assert [entry.source for entry in found] == sorted(entry.source for entry in found)
    assert len({crystal.id for crystal in crystals}) == 57
    for crystal in crystals:
        assert crystal.structure.composition == prototypes[int(crystal.id)].structure.composition


def test_folders_skip_what_is_hidden_or_of_another_kind(tmp_path: Path, pyrite_like: Crystal) -> None:
    text = to_cif(pyrite_like)
    for name in ("b.cif", "a.cif", ".hidden.cif", ".git/x.cif", "notes.txt", "deep/er/c.CIF", "run/POSCAR.md5"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = list(read_crystals([tmp_path], sandboxed=False))
    assert [entry.id for entry in found if isinstance(entry, Crystal)][:3] == ["a", "b", "c"]
    for name in ("notes.txt", ".hidden.cif"):  # given by name, they are read all the same
        assert isinstance(next(iter(read_crystals([tmp_path / name], sandboxed=False))), Crystal)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no links and pipes on this system")
def test_links_and_pipes_do_not_hang(tmp_path: Path, pyrite_like: Crystal) -> None:
    (tmp_path / "a.cif").write_text(to_cif(pyrite_like))
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.cif").symlink_to(tmp_path / "self.cif")
    (tmp_path / "gone.cif").symlink_to(tmp_path / "nowhere.cif")
    os.mkfifo(tmp_path / "pipe.cif")
    assert [type(entry) for entry in read_crystals([tmp_path], sandboxed=False)] == [Crystal]
    named = [tmp_path / "self.cif", tmp_path / "gone.cif", tmp_path / "pipe.cif", "/dev/zero"]
    found = list(read_crystals(named, sandboxed=False))
    assert [entry.kind for entry in found if isinstance(entry, Refusal)] == [
        "missing",
        "missing",
        "unsupported",
        "unsupported",
    ]


def test_missing_and_unsupported_files_are_explained(tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_text("Dear colleague")
    (tmp_path / "closed.cif").write_text("data_x")
    missing, letter = read_crystals([tmp_path / "none.cif", tmp_path / "letter.docx"], sandboxed=False)
    assert isinstance(missing, Refusal)
    assert isinstance(letter, Refusal)
    assert (missing.kind, letter.kind) == ("missing", "unsupported")
    assert ".cif" in letter.message
    assert "POSCAR" in letter.message
    with pytest.raises(CrystalError) as caught:
        read_one(tmp_path / "none.cif")
    assert caught.value.kind == "missing"


def test_identifiers_are_unique_in_one_call(tmp_path: Path, pyrite_like: Crystal) -> None:
    text = to_cif(pyrite_like)
    paths = [tmp_path / name for name in ("x.cif", "y/x.cif", "z/x.cif", "x#2.cif")]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    found = list(read_crystals([*paths, paths[0]], sandboxed=False))
    assert [entry.id for entry in found if isinstance(entry, Crystal)] == ["x", "x#2", "x#3", "x#2#2", "x#4"]


def test_progress_and_cancel(tmp_path: Path, pyrite_like: Crystal) -> None:
    for number in range(5):
        (tmp_path / f"{number}.cif").write_text(to_cif(pyrite_like))
    events: list[Progress] = []
    list(read_crystals([tmp_path], sandboxed=False, progress=events.append))
    assert [(event.done, event.total) for event in events] == [(number, 5) for number in range(6)]
    token = CancelToken()
    reading = read_crystals([tmp_path], sandboxed=False, cancel=token)
    next(reading)
    token.cancel()
    with pytest.raises(Cancelled):
        next(reading)


def test_read_one_mentions_what_it_left_out(tmp_path: Path, pyrite_like: Crystal) -> None:
    (tmp_path / "two.cif").write_text(to_cif(pyrite_like) + "data_bad\nloop_\n_a\n_b\n1 2 3\n")
    crystal = read_one(tmp_path / "two.cif", sandboxed=False)
    assert "bad" in str(crystal.provenance["warnings"])
    with pytest.raises(CrystalError) as caught:
        read_one(tmp_path / "two.cif", "bad", sandboxed=False)
    assert caught.value.kind in ("bad-cif", "truncated")
