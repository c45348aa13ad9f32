"""Libraries, searches, exports and data sets through the real executable."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"


def test_a_library_from_adding_to_export(clics: Any, tiny_model: Path, tmp_path: Path) -> None:
    library = tmp_path / "mine.clics"
    added = clics("library", "add", EXAMPLES, "--library", library, "--model", tiny_model, "--json")
    assert added.returncode == 0, added.stderr
    report = json.loads(added.stdout)
    assert (report["schema"], report["added"], report["refused"]) == (2, 11, [])
    again = clics(
        "library", "add", EXAMPLES, tmp_path / "no.cif", "--library", library, "--model", tiny_model, "--json"
    )
    assert again.returncode == 2
    assert json.loads(again.stdout)["skipped"] == 11
    assert "no.cif" in again.stderr

    info = json.loads(clics("library", "info", "--library", library, "--json").stdout)
    assert (info["crystals"], info["ordered"]) == (11, 10)
    rows = json.loads(clics("library", "list", "--library", library, "--where", "sg:141", "--json").stdout)
    assert {row["formula"] for row in rows} == {"TiO2", "PrVO4"}
    assert "rutile" in clics("library", "list", "--library", library).stdout

    found = clics("search", "P4_2/mnm", "--library", library, "--model", tiny_model, "--json", "--top", "11")
    answer = json.loads(found.stdout)
    assert next(iter(answer)) == "schema"
    assert answer["searched"] == 11
    for hit in answer["hits"]:
        assert set(hit) == {"id", "formula", "space_group", "score", "reasons", "checked", "parts", "verdict"}
        assert all(hit["checked"].values()) is (hit["space_group"] == "P4_2/mnm")

    table = tmp_path / "hits.csv"
    exported = clics("export", "-", "-o", table, input=found.stdout)
    assert exported.returncode == 0, exported.stderr
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [hit["id"] for hit in answer["hits"]]

    alike = clics("similar", EXAMPLES / "rutile.cif", "--library", library, "--model", tiny_model, "--json")
    assert "titania-polymorphs:rutile" not in {hit["id"] for hit in json.loads(alike.stdout)["hits"]}
    several = clics("similar", EXAMPLES / "titania-polymorphs.cif", "--library", library, "--model", tiny_model)
    assert several.returncode == 2
    assert "several crystals" in several.stderr

    out = tmp_path / "out.jsonl"
    assert clics("library", "export", out, "--library", library, "--where", "elements:Si").returncode == 0
    assert json.loads(out.read_text())["formula"] == "SiO2"
    removed = clics("library", "remove", "--where", "elements:Si", "--library", library, "--json")
    assert json.loads(removed.stdout) == {"schema": 2, "removed": 1}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("search", "octahedra", "--where", "nonsense"), 2, "filter is not understood"),
        (("search", ""), 2, "phrase is empty"),
        (("library", "info", "--library", "nowhere.clics"), 1, "nowhere.clics"),
        (("library", "remove"), 2, "--where"),
        (("similar",), 2, "Name one crystal"),
        (("dataset", "info", "nowhere"), 2, "nowhere"),
        (("train", "nowhere", "-o", "out", "--preset", "nonsense"), 2, "no preset"),
    ],
)
def test_wrong_input_is_one_sentence(
    clics: Any,
    tiny_model: Path,
    examples_library: Path,
    arguments: tuple[str, ...],
    code: int,
    words: str,
    tmp_path: Path,
) -> None:
    extra = ["--library", examples_library, "--model", tiny_model] if arguments[0] == "search" else []
    result = clics(*arguments, *extra, input="not json", cwd=tmp_path)
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_data_set_from_building_to_info(clics: Any, tmp_path: Path) -> None:
    built = clics("dataset", "build", EXAMPLES, "-o", tmp_path / "described", "--workers", "1", "--json")
    assert built.returncode in (0, 2), built.stderr
    assert json.loads(built.stdout)["described"] == 10
    packed = clics("dataset", "pack", "--described", tmp_path / "described", "-o", tmp_path / "packed", "--json")
    assert packed.returncode == 0, packed.stderr
    assert sum(json.loads(packed.stdout)["crystals"].values()) >= 9
    info = json.loads(clics("dataset", "info", tmp_path / "packed", "--json").stdout)
    assert info["concepts"]["space_group"] >= 5


def test_files_of_libraries_are_managed(clics: Any, tmp_path: Path) -> None:
    library = tmp_path / "oxides.clics"
    made = clics("library", "create", library, "--name", "Oxides", "--json")
    assert json.loads(made.stdout) == {"schema": 2, "created": str(library)}
    assert clics("library", "create", library).returncode == 1
    renamed = clics("library", "rename", "  My   oxides ", "--library", library)
    assert renamed.stdout == "The library is named My oxides.\n"
    checked = clics("library", "check", "--library", library, "--json")
    assert json.loads(checked.stdout) == {"schema": 2, "crystals": 0, "damaged": False}
    assert clics("library", "delete", library, "--yes").returncode == 0
    assert not library.exists()


def test_the_released_model_is_listed_and_stays(clics: Any) -> None:
    (released,) = json.loads(clics("models", "list", "--json").stdout)["models"]
    assert released["home"] is None
    assert "Materials Project" in released["data"]
    assert "CC BY 4.0" in released["licence"]
    removed = clics("models", "remove", released["name"], "--yes")
    assert removed.returncode == 2
    assert "ships with the program" in removed.stderr
    assert "known are" in clics("models", "info", "nobody").stderr
