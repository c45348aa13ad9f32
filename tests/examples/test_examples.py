"""The scripts and the notebook of ``examples/`` run, and give the crystals that they promise."""

from __future__ import annotations

import ast
import json
import runpy
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples"


def _run(name: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    runpy.run_path(str(FOLDER / name), run_name="__main__")
    return capsys.readouterr().out.splitlines()


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_example_is_tested() -> None:
    files = {file.name for file in FOLDER.iterdir() if file.suffix in (".py", ".ipynb")}
    source = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in sorted(files) if f'"{name}"' not in source] == []


def test_describe_crystals(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _run("describe_crystals.py", capsys)
    assert lines[0].startswith("Ti1 2a · CN 6 · octahedron")
    assert any("P4_2/mnm" in line for line in lines)
    assert any(line.startswith("Ti1: octahedron") for line in lines)
    assert "NaCl Fm-3m dimensionality 3" in lines  # halite, a framework


def test_search_by_phrase(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _run("search_by_phrase.py", capsys)
    assert len([line for line in lines if "✓" in line]) == 5
    assert any("MgAl2O4" in line and "Fd-3m" in line for line in lines)  # spinel itself


def test_similar_to_a_structure(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _run("similar_to_a_structure.py", capsys)
    assert all("Pm-3m" in line for line in lines[:1])  # the cubic perovskite
    assert "P4_2/mnm" in lines[3]
    assert "RMSD 0.0" in lines[3]


def test_own_library(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _run("own_library.py", capsys)
    assert "0 skipped, 0 refused" in lines[0]
    assert any(line.startswith("SiO2") for line in lines)
    assert any("CaCO3" in line for line in lines)  # calcite: carbon in a triangle of oxygen


def test_notebook_cells_run_in_order() -> None:
    notebook = json.loads((FOLDER / "first_steps.ipynb").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    shown = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == []  # the file holds no results, which would grow stale
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
    description, analysis, groups, hits, table, several = shown
    assert "octahedron" in description._repr_html_()
    assert "P4₂/mnm" in analysis._repr_html_()
    assert groups[0][0] == "P4_2/mnm"
    assert "<table" in hits._repr_html_()
    assert len(table) == 5
    assert len(several) == 4  # quartz, and rutile, anatase and brookite
