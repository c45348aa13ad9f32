"""The ablation study: each variant is one change of the recipe, and what was finished is found again."""

from __future__ import annotations

import argparse
import json

import pytest
from clics.evaluation.result_cache import ResultCache
from clics.model.graph_tower import GraphTower
from clics.training.recipe import Recipe

from benchmarks import ablation

BASE = ablation.baseline(argparse.Namespace(width=16, epochs=1, max_sites=20, alignment_steps=5))


@pytest.mark.parametrize("variant", ablation.VARIANTS, ids=lambda variant: variant.name)
def test_a_variant_is_a_recipe_of_its_own_whose_tower_can_be_built(variant):
    recipe = variant.change(BASE)
    assert (recipe == BASE) == (variant.name == ablation.BASELINE)
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe
    assert GraphTower(recipe.model.tower).settings == recipe.model.tower


def test_the_table_has_a_row_for_what_is_finished_and_survives_a_torn_line(tmp_path):
    path = tmp_path / "variants.jsonl"
    figures = dict.fromkeys(ablation.FIGURES, 50.0)
    kept = ResultCache(path)
    kept.add("baseline/0", figures)
    kept.add("baseline/1", {**figures, "space_group_top1": 60.0})
    kept.add("dropout off/0", {**figures, **{f"vector_{n}": 70.0 for n in ablation.BY_VECTOR}})
    with path.open("a", encoding="utf-8") as file:
        file.write('["1 sentence/0", {"space_gr')
    rows = ablation.table(ResultCache(path), 2).splitlines()
    assert len(rows) == 5
    assert rows[2].startswith("| baseline | 2 | 55.0 ± 5.0 | 50.0 ± 0.0 |")
    assert "| 70.0 | 70.0 | 70.0 |" in rows[4]


def test_seconds_a_step_leave_validation_out(tmp_path):
    log = [
        {"event": "step", "epoch": 0, "step": 8, "seconds": 4.0},
        {"event": "step", "epoch": 0, "step": 16, "seconds": 8.0},
        {"event": "epoch", "epoch": 1, "step": 20, "seconds": 90.0},
        {"event": "step", "epoch": 1, "step": 24, "seconds": 100.0},
        {"event": "step", "epoch": 1, "step": 32, "seconds": 104.0},
    ]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in log), encoding="utf-8")
    assert ablation.seconds_per_step(tmp_path) == 0.5
