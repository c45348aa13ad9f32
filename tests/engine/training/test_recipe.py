from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from clics.errors import InputError
from clics.training import checkpoint
from clics.training.recipe import OLD_KEYS, Augmentation, Recipe
from clics.training.run_state import RunState
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


FIXTURES = Path(__file__).resolve().parents[2] / "data" / "fixtures" / "v0_1"


@pytest.mark.parametrize("file", [FIXTURES / "paused" / "job.json", FIXTURES / "paused" / "checkpoint.json"])
def test_recipes_of_version_0_1_are_read(file):
    old = json.loads(file.read_text(encoding="utf-8"))["recipe"]
    recipe = Recipe.from_json(old)
    known = {before: now for before, now in OLD_KEYS[Recipe].items() if before in old}
    assert {"settle_at", "settle_steps", "average"} <= set(known)
    for before, now in known.items():
        value = getattr(recipe, now)
        if isinstance(value, Augmentation):
            names = {name: each for each, name in OLD_KEYS[Augmentation].items()}
            value = {names.get(name, name): each for name, each in dataclasses.asdict(value).items()}
        assert value == old[before]
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert not set(OLD_KEYS[Recipe]) & set(recipe.to_json())


def test_an_old_key_beside_its_new_one_is_refused():
    with pytest.raises(InputError, match="settle_at"):
        Recipe.from_json({"settle_at": 0.5, "text_alignment_start": 0.75})


def test_the_checkpoint_of_version_0_1_is_read():
    plain = json.loads((FIXTURES / "paused" / "checkpoint.json").read_text(encoding="utf-8"))
    state = checkpoint.state_of(FIXTURES / "paused")
    assert (state.step, state.epoch, state.done, state.text_aligned) == (
        plain["step"], plain["epoch"], plain["done"], plain["settled"],
    )  # fmt: skip
    assert state.best == plain["best"]
    assert RunState.from_json(state.to_json()) == state
