from __future__ import annotations

import errno
import json
import math
import os
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from clics.errors import ClicsError, InputError
from clics.export.table_files import WRITERS, table_text, write_table
from clics.export.text_tables import guarded
from clics.library.store import Library
from clics.results.search import Hit, Reason, ScoredConcept
from clics.results.table import to_table


def _reason(text: str) -> Reason:
    return Reason("environment", text, text)


HITS = [
    Hit("mp-1", "SrTiO3", "Pm-3m", 0.75, (_reason("one; two"), _reason("three")), {"Fm-3m": False, "octahedral": True}),
    Hit("=HYPERLINK(1)", "NaCl", "Fm-3m", -0.5, (), {"Fm-3m": True}),
    Hit("ü<b>&", "", "", math.nan, (_reason("+x"),), None),
]
ABOUT = {"title": "Hits", "library": "mine", "model": "abc123", "query": "=octahedral"}


def write(path: Path, items: list[object], **about: str) -> Path:
    write_table(items, path, **about)
    return path


def test_hits_get_a_column_for_each_check() -> None:
    table = to_table(HITS)
    assert table.columns == (
        "rank", "id", "formula", "space_group", "score", "reasons", "checked: Fm-3m", "checked: octahedral",
    )  # fmt: skip
    assert table.rows[0] == (1, "mp-1", "SrTiO3", "Pm-3m", 0.75, "one; two; three", False, True)
    assert table.rows[1][-2:] == (True, None)
    assert table.rows[2][4] is None


def test_pandas_reads_csv_back(tmp_path: Path) -> None:
    frame = pd.read_csv(write(tmp_path / "hits.csv", HITS, **ABOUT))
    assert len(frame) == 3
    assert frame["score"].tolist()[:2] == [0.75, -0.5]
    assert math.isnan(frame["score"][2])
    assert frame["rank"].tolist() == [1, 2, 3]
    assert frame["checked: Fm-3m"].tolist()[:2] == [False, True]
    assert frame["id"].tolist() == ["mp-1", "'=HYPERLINK(1)", "ü<b>&"]
    assert set(frame["library"]) == {"mine"}
    assert set(frame["model"]) == {"abc123"}
    assert set(frame["query"]) == {"'=octahedral"}


def test_csv_guards_text_but_not_numbers(tmp_path: Path) -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"):
        assert guarded(text) == f"'{text}"
    for text in ("", "a=1", "mp-1", "1+1", "[METAL]"):
        assert guarded(text) == text
    path = write(tmp_path / "n.csv", [{"x": -1.5, "=name": "-x", "y": np.float32(-2.0), "z": np.int64(-3)}])
    assert path.read_text() == "x,'=name,y,z\n-1.5,'-x,-2.0,-3\n"


def test_workbook_holds_text_as_text_and_says_where_it_is_from(tmp_path: Path) -> None:
    path = write(
        tmp_path / "hits.xlsx", [*HITS, Hit("x\x00\x07y", "Å", "", 1.0, (_reason("z" * 50_000),), None)], **ABOUT
    )
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["results", "metadata"]
    sheet = book["results"]
    assert [sheet.cell(3, 2).value, sheet.cell(3, 2).data_type, sheet.cell(3, 2).quotePrefix] == [
        "=HYPERLINK(1)", "s", True,
    ]  # fmt: skip
    assert sheet.cell(3, 5).value == -0.5
    assert sheet.cell(4, 5).value is None
    assert sheet.cell(5, 2).value == "x\ufffd\ufffdy"
    assert len(sheet.cell(5, 6).value) == 32_767
    assert sheet.cell(5, 6).value.endswith("[…]")
    said = {row[0].value: row[1].value for row in book["metadata"].iter_rows()}
    assert (said["library"], said["model"], said["query"]) == ("mine", "abc123", "=octahedral")
    assert said["written"]
    assert pd.read_excel(path, sheet_name="results")["score"].tolist()[:2] == [0.75, -0.5]


def test_json_keeps_what_is_nested(tmp_path: Path) -> None:
    data = json.loads(write(tmp_path / "hits.json", HITS, **ABOUT).read_text("utf-8"))
    assert data["metadata"]["model"] == "abc123"
    assert [reason["label"] for reason in data["rows"][0]["reasons"]] == ["one; two", "three"]
    assert data["rows"][0]["checked"] == {"Fm-3m": False, "octahedral": True}
    assert data["rows"][2]["score"] is None


def test_a_file_says_whom_its_data_are_owed_to(tmp_path: Path) -> None:
    owed = {**ABOUT, "licence": "CC BY 4.0"}
    frame = pd.read_csv(write(tmp_path / "hits.csv", HITS, **owed))
    assert set(frame["licence"]) == {"CC BY 4.0"}
    assert frame["written"].str.match(r"\d{4}-\d\d-\d\dT").all()
    assert json.loads(write(tmp_path / "hits.json", HITS, **owed).read_text())["metadata"]["licence"] == "CC BY 4.0"
    assert "CC BY 4.0" in write(tmp_path / "hits.html", HITS, **owed).read_text()


def test_a_rank_that_is_given_stays() -> None:
    hits = [{"rank": 7, "id": "a", "score": 0.5, "checked": {}}, {"id": "b", "score": 0.4, "checked": None}]
    assert [row[0] for row in to_table(hits).rows] == [7, 2]


def test_the_clipboard_gets_a_line_for_each_row() -> None:
    lines = table_text([*HITS, {"id": "a\tb\nc", "score": -1.0, "checked": None}]).splitlines()
    assert lines[0].split("\t")[:3] == ["rank", "id", "formula"]
    assert len(lines) == 5
    assert {line.count("\t") for line in lines} == {7}
    assert lines[2].split("\t")[1] == "'=HYPERLINK(1)"
    assert lines[4].split("\t")[1] == "a b c"
    assert table_text([]) == "\n"


class Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_html_escapes_everything(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    path = write(tmp_path / "hits.html", [*HITS, Hit(evil, "x", "y", 0.1)], title=evil, library=evil, query=evil)
    page = Cells()
    page.feed(path.read_text("utf-8"))
    assert "script" not in page.tags
    assert page.text.count(evil) == 6
    assert page.tags.count("tr") == 5


def test_every_format_takes_nothing_none_nan_and_long_text(tmp_path: Path) -> None:
    odd = [
        {"a": None, "b": math.nan, "c": math.inf, "d": "x" * 100_000, "e": [1, None, {"f": math.nan}], "g": "\udcff"},
        {"h": {"deep": [1, 2]}, "a": True, "b": 10**20, "i": "two\nlines"},
        {},
    ]
    for ending in WRITERS:
        assert write(tmp_path / f"odd.{ending}", odd).stat().st_size > 0
        assert write(tmp_path / f"none.{ending}", [], library="mine").stat().st_size > 0
        assert write(tmp_path / f"nothing.{ending}", []).stat().st_size > 0
    assert pd.read_csv(tmp_path / "odd.csv").shape == (3, 8)
    assert pd.read_csv(tmp_path / "none.csv").columns.tolist() == ["library", "written"]
    assert pd.read_csv(tmp_path / "nothing.csv").empty
    assert json.loads((tmp_path / "odd.json").read_text())["rows"][0]["e"] == [1, None, {"f": None}]


def test_concepts_rows_and_analyses(tmp_path: Path, library: Library) -> None:
    concepts = [
        ScoredConcept("environment", "[METAL] is bonded.", 0.5, None),
        ScoredConcept("environment", "x", 0.1, True),
    ]
    frame = pd.read_csv(write(tmp_path / "concepts.csv", concepts))
    assert frame.columns.tolist() == ["rank", "kind", "phrase", "score", "true"]
    rows = pd.read_csv(write(tmp_path / "rows.csv", list(library.rows())), keep_default_na=False)
    assert rows["elements"][0] == "; ".join(next(library.rows()).elements)
    analysis = {
        "file": "a.cif", "block": "", "formula": "NaCl", "sites": 2,
        "symmetry": {"symbol": "Fm-3m", "number": 225, "tolerance": 0.01},
        "space_groups": [{"symbol": "Fm-3m", "number": 225, "score": 0.9, "agrees": True}],
        "environments": [{"phrase": "p", "score": 0.8, "in_description": False}, {"phrase": "q", "score": 0.7}],
        "connections": [], "description": "In words.", "warnings": ["odd"],
    }  # fmt: skip
    refused = {"file": "b.cif", "block": "", "error": {"kind": "no-cell", "message": "b.cif: there is no cell."}}
    frame = pd.read_csv(write(tmp_path / "analysis.csv", [analysis, refused]))
    assert frame["kind"].tolist()[:5] == ["space_group", "environment", "environment", "description", "warning"]
    assert frame["concept"].tolist()[:4] == ["Fm-3m", "p", "q", "In words."]
    assert frame["error"].tolist()[-1] == "no-cell"
    assert set(frame["file"]) == {"a.cif", "b.cif"}
    with pytest.raises(TypeError):
        to_table([object()])


def test_formats_are_named_or_refused(tmp_path: Path) -> None:
    assert write_table(HITS, tmp_path / "hits.dat", format="CSV") == 3
    for name in ("hits", "hits.pdf", ".csv"):
        with pytest.raises(InputError) as caught:
            write_table(HITS, tmp_path / name)
        assert caught.value.kind == "bad-format"


def test_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "hits.json"
    path.write_text("before")
    with pytest.raises(TypeError):
        write_table([HITS[0], object()], path)
    too_many = [{"a": 1}] * 1_048_576
    with pytest.raises(InputError) as caught:
        write_table(too_many, tmp_path / "many.xlsx")
    assert caught.value.kind == "too-many-rows"
    assert [p.name for p in tmp_path.iterdir()] == ["hits.json"]
    assert path.read_text() == "before"
    write_table(HITS, path)
    assert json.loads(path.read_text())["rows"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()
    with pytest.raises(ClicsError) as failed:
        write_table(HITS, tmp_path / "no" / "folder.csv")
    assert failed.value.kind == "not-written"
    assert "there is no such folder; choose another" in failed.value.message


def test_a_table_never_replaces_the_file_that_it_was_made_from(tmp_path: Path) -> None:
    source = tmp_path / "hits.csv"
    source.write_text("before")
    with pytest.raises(InputError) as caught:
        write_table(HITS, source, sources=[source])
    assert caught.value.kind == "output-is-source"
    assert source.read_text() == "before"


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for ending in WRITERS:
        with pytest.raises(ClicsError) as failed:
            write_table(HITS, tmp_path / f"hits.{ending}")
        assert failed.value.message == (
            f"{tmp_path / f'hits.{ending}'} could not be written: the disk is full; free some space or choose another place."
        )
    assert list(tmp_path.iterdir()) == []


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
