"""The supervised peer: what it writes, and that it goes on where it was stopped."""

import json

import pytest
from clics.dataset.packed_reader import pack
from clics.evaluation.write_report import read_supervised
from clics.training.recipe import Recipe


@pytest.fixture
def packed(records, tmp_path):
    pack(records, tmp_path / "packed", {})
    return tmp_path / "packed"


@pytest.fixture
def recipe(tmp_path):
    import dataclasses

    quick = dataclasses.replace(Recipe.preset("quick"), epochs=3, batch=16, undescribed=0.3)
    (tmp_path / "recipe.json").write_text(json.dumps(quick.to_json()))
    return tmp_path / "recipe.json"


def run(monkeypatch, *arguments):
    from benchmarks import supervised

    monkeypatch.setattr("sys.argv", ["supervised", *map(str, arguments), "--device", "cpu"])
    supervised.main()


def test_a_training_that_was_stopped_ends_with_the_same_figures(packed, recipe, tmp_path, monkeypatch, capsys):
    from benchmarks import supervised

    run(monkeypatch, packed, tmp_path / "whole", "--recipe", recipe)
    whole = json.loads((tmp_path / "whole" / "supervised.json").read_text())
    step = supervised.Training.step

    def stopping(self, places, batch):
        if self.state.epoch == 1 and self.state.done > 0:
            raise KeyboardInterrupt
        step(self, places, batch)

    with monkeypatch.context() as stopped:
        stopped.setattr(supervised.Training, "step", stopping)
        with pytest.raises(KeyboardInterrupt):
            run(stopped, packed, tmp_path / "cut", "--recipe", recipe)
    run(monkeypatch, packed, tmp_path / "cut", "--recipe", recipe)
    cut = json.loads((tmp_path / "cut" / "supervised.json").read_text())
    assert cut["figures"] == pytest.approx(whole["figures"])
    assert whole["figures"]["space_group.top1"] <= whole["figures"]["space_group.top5"]
    assert read_supervised(tmp_path / "cut" / "supervised.json").name.startswith("the same tower")
    assert "| the same tower, trained on space groups alone" in capsys.readouterr().out
    with pytest.raises(SystemExit):  # another training's folder
        run(monkeypatch, packed, tmp_path / "cut", "--recipe", recipe, "--epochs", "5")


def test_the_published_tower_has_none_of_what_was_added(packed, recipe, tmp_path, monkeypatch):
    from benchmarks.supervised import tower_of

    run(
        monkeypatch,
        packed,
        tmp_path / "plain",
        "--recipe",
        recipe,
        "--tower",
        "plain",
        "--crystals",
        "30",
        "--epochs",
        "1",
    )
    assert json.loads((tmp_path / "plain" / "supervised.json").read_text())["crystals"] > 20
    plain = tower_of(Recipe.preset("standard"), "plain")
    assert (plain.resolution, plain.moments, plain.width) == (False, 0, Recipe.preset("standard").model.tower.width)
    assert tower_of(Recipe.preset("standard"), "paper").width == 256


def test_the_recipe_of_a_model_is_read_from_its_folder(recipe, tmp_path):
    from benchmarks.supervised import _recipe

    written = Recipe.from_json(json.loads(recipe.read_text()), where="here")
    (tmp_path / "config.json").write_text(json.dumps({"channels": 3, "text": {}, "recipe": written.to_json()}))
    assert _recipe(tmp_path / "config.json") == _recipe(recipe) == written
