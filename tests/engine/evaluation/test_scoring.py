"""Ways to score phrases: what searches use has the figures of an evaluation, and every chosen number is put back."""

import pytest
from clics.dataset.packed_reader import load, pack
from clics.evaluation.evaluate import evaluate
from clics.model import late_interaction, pattern_scores
from clics.model.encoder import Encoder

from benchmarks import scoring


def test_what_searches_use_is_what_an_evaluation_measures(records, tiny_model, tmp_path, monkeypatch, capsys):
    described = [record for record in records if record.described]
    pack(described, tmp_path / "packed", {})
    before = dict(late_interaction.EVIDENCE_WEIGHT), late_interaction.SHARPNESS, dict(vars(pattern_scores))
    monkeypatch.setattr(
        "sys.argv", ["scoring", *map(str, (tmp_path / "packed", tmp_path / "work", "--model", tiny_model))]
    )
    scoring.main()
    assert (dict(late_interaction.EVIDENCE_WEIGHT), late_interaction.SHARPNESS, dict(vars(pattern_scores))) == before
    tables = capsys.readouterr().out.split("\n\n")[1:]
    assert len(tables) == len(scoring.SHOWN)
    cells = {
        kind: next(line for line in lines.splitlines() if "as searches score" in line).split(" | ")
        for kind, lines in zip(scoring.SHOWN, tables, strict=True)
    }
    found = evaluate(Encoder.load(tiny_model), load(tmp_path / "packed"), sections=("table1", "connected"))
    figures = {figure.key: 100 * figure.value for figure in found.figures}
    for kind, key in (("space_group", "space_group"), ("environment", "environment.stated"), ("pattern", "pattern")):
        measured = [float(value) for value in cells[kind][1].split(" / ")]
        assert measured == pytest.approx([figures[f"{key}.{which}"] for which in ("top1", "top5", "map")], abs=0.051)


def test_a_number_is_another_for_a_while_alone():
    table = {"a": 1.0}
    with scoring.changed(table, "a", 2.0):
        assert table == {"a": 2.0}
    assert table == {"a": 1.0}
