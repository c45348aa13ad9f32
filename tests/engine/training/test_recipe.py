from __future__ import annotations

import json

import pytest
from clics.errors import InputError
from clics.training.recipe import Recipe
from clics.training.schedule import learning_rate_factor


@pytest.mark.parametrize("preset", ["quick", "standard", "paper"])
def test_recipe_survives_its_file(preset, tmp_path):
    recipe = Recipe.preset(preset)
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(recipe.to_json()), encoding="utf-8")
    assert Recipe.load(path) == recipe


def test_paper_preset_is_section_3():
    recipe = Recipe.preset("paper")
    assert (recipe.epochs, recipe.warmup_epochs, recipe.weight_decay, recipe.sentences) == (128, 5.0, 1e-3, 2)
    assert (recipe.graph_learning_rate, recipe.text_learning_rate, recipe.head_learning_rate) == (1e-3, 1e-4, 1e-3)
    assert (recipe.model.tower.alignn_layers, recipe.model.tower.gcn_layers, recipe.loss) == (4, 4, "equation-1")
    assert not recipe.model.tower.resolution
    assert recipe.model.graph.neighbours == 12


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"epoch": 3}, "epoch"),
        ({"epochs": "three"}, "epochs"),
        ({"epochs": True}, "epochs"),
        ({"epochs": 0}, "epochs"),
        ({"loss": "mse"}, "loss"),
        ({"model": {"tower": {"width": 1.5}}}, "width"),
        ({"text": {"layers": ["a"]}}, "layers"),
        ([1], "object"),
    ],
)
def test_bad_recipes_are_refused_by_name(data, word):
    with pytest.raises(InputError, match=word):
        Recipe.from_json(data)


def test_schedule_warms_up_then_decays():
    rates = [learning_rate_factor(x / 100, 0.05) for x in range(101)]
    top = rates.index(max(rates))
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert max(rates) == pytest.approx(1.0)
    assert rates[-1] < 0.01
