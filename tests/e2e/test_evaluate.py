"""From crystals to a report: build, pack, evaluate, by the command line alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"


@pytest.fixture
def packed(clics: Any, tmp_path: Path) -> Path:
    """Every example crystal that ships, described and packed."""
    built = clics("dataset", "build", EXAMPLES, "-o", tmp_path / "described")
    assert built.returncode == 2, built.stderr  # one of them is disordered
    made = clics("dataset", "pack", "--described", tmp_path / "described", "-o", tmp_path / "packed")
    assert made.returncode == 0, made.stderr
    return tmp_path / "packed"


def test_a_tiny_set_is_evaluated_and_what_is_wrong_is_said(
    clics: Any, packed: Path, tiny_model: Path, tmp_path: Path
) -> None:
    out, cif = tmp_path / "out", EXAMPLES / "rutile.cif"
    made = clics("evaluate", packed, "--split", "all", "-o", out, "--file", cif, "--model", tiny_model)
    assert made.returncode == 0, made.stderr
    assert "| Space group, top-1 |" in made.stdout
    assert "**TiO2** (" in made.stdout
    assert made.stderr.splitlines()[-1].endswith("report.html.")
    data = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    assert data["split"] == "all"
    assert data["crystals"] == data["described"] >= 9
    assert data["shown"][0]["true"]["space_group"] == ["This material crystallizes in P4_2/mnm space group."]
    assert "<svg" in (out / "report.html").read_text(encoding="utf-8")
    again = clics(
        "evaluate", packed, "--split", "all", "-o", out, "--sections", "table1,ceiling", "--json", "--model", tiny_model
    )
    assert json.loads(again.stdout)["figures"] == data["figures"][: len(json.loads(again.stdout)["figures"])]

    name = data["shown"][0]["id"]
    ids = json.loads((packed / "texts.json").read_text(encoding="utf-8"))["ids"]
    shown = clics(
        "evaluate", packed, "--split", "all", "--sections", "none", "--crystals", ids[0], "--model", tiny_model
    )
    assert f"({ids[0]}, split " in shown.stdout
    assert name not in shown.stdout
    for options, said in (
        (["--split", "all", "--sections", "table1,nonsense"], "There is no section 'nonsense'"),
        (["--split", "all", "--crystals", "nobody"], "holds no crystal named nobody"),
        (["--split", "all", "-o", str(cif)], "is no folder; name another one"),
    ):
        wrong = clics("evaluate", packed, *options, "--model", tiny_model)
        assert wrong.returncode == 2, wrong.stderr
        assert said in wrong.stderr
        assert len(wrong.stderr.splitlines()) == 1
