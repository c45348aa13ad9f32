"""A training shared by processes: two give the loss and gradients of one with twice the batch; one of them writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine.errors import InputError
from engine.training.share import Alone, is_first, processes

ROOT = Path(__file__).resolve().parents[3]
TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]


def python(*arguments, threads="1"):
    environment = {**os.environ, "OMP_NUM_THREADS": threads, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_two_processes_give_the_loss_and_gradients_of_one_with_twice_the_batch(recipe, dataset, tmp_path):
    pytest.importorskip("accelerate")
    still = replace(recipe.model.tower, dropout=0.0)
    recipe = replace(recipe, gradient_norm=1e9, model=replace(recipe.model, tower=replace(still, sites=True)))
    pairs = replace(recipe, loss="equation-1", texts=64, model=replace(recipe.model, tower=still))
    # 7 crystals each; and all there are, which two cannot share evenly
    shared = [replace(recipe, batch=7), replace(pairs, batch=64)]
    alone = [replace(recipe, batch=14), replace(pairs, batch=128)]
    for name, recipes, command in (("two", shared, TORCHRUN), ("one", alone, [])):
        (tmp_path / name).mkdir()
        (tmp_path / f"{name}.json").write_text(json.dumps([r.to_json() for r in recipes]), encoding="utf-8")
        python(
            *command, ROOT / "tests/engine/training/one_step.py", tmp_path / f"{name}.json", dataset, tmp_path / name
        )
    for i in range(2):
        one, two = (load_file(tmp_path / name / f"{i}.safetensors") for name in ("one", "two"))
        assert set(one) == set(two)
        assert any(name.startswith("model.graph_tower") for name in one)
        assert any(name.startswith("model.text_tower") for name in one)
        for name, gradient in one.items():
            scale = float(gradient.abs().max())
            torch.testing.assert_close(two[name], gradient, atol=2e-4 * scale + 1e-7, rtol=2e-3, msg=name)
        first, second = (
            json.loads((tmp_path / name / str(i) / "metrics.jsonl").read_text(encoding="utf-8").splitlines()[-1])
            for name in ("one", "two")
        )
        assert second["loss"] == pytest.approx(first["loss"], rel=1e-5)


def test_torchrun_trains_and_resumes_and_one_process_writes_and_speaks(recipe, dataset, tmp_path):
    pytest.importorskip("accelerate")
    plan = replace(recipe, batch=6, epochs=1, settle_steps=4)
    (tmp_path / "recipe.json").write_text(json.dumps(plan.to_json()), encoding="utf-8")
    output = tmp_path / "out"
    train = [*TORCHRUN, "-m", "engine.cli", "train", dataset, "-o", output, "--device", "cpu", "--json"]
    told = json.loads(python(*train, "--recipe", tmp_path / "recipe.json"))
    assert told["epochs"] == 1
    assert (output / "model" / "config.json").exists()
    state = json.loads((output / "checkpoint.json").read_text(encoding="utf-8"))
    state["recipe"]["epochs"] = 2
    (output / "checkpoint.json").write_text(json.dumps(state), encoding="utf-8")
    assert json.loads(python(*train, "--resume"))["epochs"] == 2
    lines = [json.loads(line) for line in (output / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    steps = [line["step"] for line in lines if line["event"] == "step"]
    assert steps == sorted(set(steps))
    assert len(list(output.glob("checkpoint-*"))) == 1


def test_without_the_library_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(InputError, match=r"pip install clics\[distributed-training\]") as error:
        processes("cpu")
    assert error.value.kind == "no-distributed-training"


def test_one_process_is_alone(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "1")
    assert isinstance(processes("cpu"), Alone)
    assert is_first()
    monkeypatch.setenv("RANK", "1")
    assert not is_first()
