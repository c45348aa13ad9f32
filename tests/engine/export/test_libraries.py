from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest
from clics.crystals.crystal import Crystal
from clics.errors import Cancelled, InputError
from clics.export.libraries import export_library
from clics.library.add import add
from clics.library.codec import structure_hash
from clics.library.row_conditions import number_is
from clics.library.store import Library
from clics.progress import CancelToken, Progress
from clics.results.description import Description
from clics.sources.files import read_crystals


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_jsonl_comes_back_whole(library: Library, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"all.{ending}"
    events: list[Progress] = []
    assert export_library(library, path, progress=events.append) == len(library) == events[-1].done
    data = gzip.decompress(path.read_bytes()) if ending.endswith("gz") else path.read_bytes()
    for line in data.splitlines():
        entry = json.loads(line)
        description = library.description(entry["id"])
        assert (Description.from_json(entry["description"]) if "description" in entry else None) == description
    with Library(tmp_path / "again.clics", "create") as again:
        report = add(again, path, None, sandboxed=False)
        assert (report.added, report.refused) == (len(library), [])
        for crystal in library.crystals():
            assert structure_hash(again.crystal(crystal.id).structure) == structure_hash(crystal.structure)


def test_cif_folder_has_every_crystal_under_a_safe_name(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "cifs"
    assert export_library(library, folder) == len(library)
    names = {path.name for path in folder.iterdir()}
    assert len({name.lower() for name in names}) == len(library) + 1
    assert {path.parent for path in folder.rglob("*")} == {folder}
    index = pd.read_csv(folder / "index.csv")
    assert set(index["file"]) == names - {"index.csv"}
    assert set(index["id"].str.removeprefix("'")) == {row.id for row in library.rows()}
    for file, crystal_id in zip(index["file"], index["id"].str.removeprefix("'"), strict=True):
        assert not file.lower().startswith("con.")
        (read,) = read_crystals([folder / file], sandboxed=False)
        assert isinstance(read, Crystal)
        assert read.formula == library.crystal(crystal_id).formula
        assert read.num_sites == library.crystal(crystal_id).num_sites
    with pytest.raises(InputError) as caught:
        export_library(library, folder)
    assert caught.value.kind == "folder-not-empty"


def test_tables_of_rows_and_conditions(library: Library, tmp_path: Path) -> None:
    small = number_is("sites", "<=", 4)
    assert export_library(library, tmp_path / "rows.csv", where=small) == library.count(small)
    frame = pd.read_csv(tmp_path / "rows.csv")
    assert (frame["sites"] <= 4).all()
    assert set(frame["library"]) == {library.name}
    assert export_library(library, tmp_path / "rows.xlsx") == len(library)
    with pytest.raises(InputError) as caught:
        export_library(library, tmp_path / "rows.parquet")
    assert caught.value.kind == "bad-format"


@pytest.mark.parametrize("name", ["some.jsonl", "folder"])
def test_cancelled_export_leaves_nothing(library: Library, tmp_path: Path, name: str) -> None:
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        export_library(library, tmp_path / name, progress=lambda _: cancel.cancel(), cancel=cancel)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", ["jsonl", "csv"])
@pytest.mark.parametrize("link", ["itself", "symbolic link", "hard link"])
def test_a_library_is_never_exported_over_itself(library: Library, tmp_path: Path, format: str, link: str) -> None:
    target = library.path
    if link == "symbolic link":
        target = tmp_path / "link.clics"
        target.symlink_to(library.path)
    elif link == "hard link":
        target = tmp_path / "hard.clics"
        target.hardlink_to(library.path)
    count = len(library)
    with pytest.raises(InputError, match="is the file that was read"):
        export_library(library, target, format=format)
    with Library(library.path, "read") as again:
        assert len(again) == count
