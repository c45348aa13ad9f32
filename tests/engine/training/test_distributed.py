"""Data-parallel training: two processes give the loss and gradients of one with twice the batch; one of them writes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from clics.dataset.lock import FolderLock
from clics.errors import InputError
from clics.jobs import estimate, monitor, status
from clics.jobs.job_spec import TrainingJobSpec
from clics.progress import CancelToken
from clics.training.distributed import SingleProcess, is_main_process, process_group
from safetensors.torch import load_file

ROOT = Path(__file__).resolve().parents[3]
TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]


def python(*arguments, threads="1"):
    environment = {**os.environ, "OMP_NUM_THREADS": threads, "PYTHONPATH": str(ROOT / "engine")}
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
            torch.testing.assert_close(
                two[name], gradient, atol=1e-3 * scale + 1e-7, rtol=2e-3, msg=lambda m, name=name: f"{name}: {m}"
            )
        first, second = (
            json.loads((tmp_path / name / str(i) / "metrics.jsonl").read_text(encoding="utf-8").splitlines()[-1])
            for name in ("one", "two")
        )
        assert second["loss"] == pytest.approx(first["loss"], rel=1e-5)


@contextlib.contextmanager
def torchrun(*arguments):
    """A training in two processes that is under way; whatever happens, it is over afterwards."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT / "engine")}
    command = [
        sys.executable,
        *TORCHRUN,
        "-m",
        "clics.cli",
        "train",
        *map(str, arguments),
        "--device",
        "cpu",
        "--json",
    ]
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.terminate()  # torchrun then ends its process_group
            child.communicate(timeout=60)


def steps_of(output):
    lines = [json.loads(line) for line in (output / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    return [line["step"] for line in lines if line["event"] == "step"]


def wait_for(condition):
    end = time.monotonic() + 240
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_wishes_reach_all_processes_of_torchrun_and_one_of_them_writes_and_speaks(recipe, dataset, tmp_path):
    pytest.importorskip("accelerate")
    plan = replace(recipe, batch=6, epochs=5000, text_alignment_steps=4)
    (tmp_path / "recipe.json").write_text(json.dumps(plan.to_json()), encoding="utf-8")
    output = tmp_path / "out"
    with torchrun(dataset, "-o", output, "--recipe", tmp_path / "recipe.json") as child:
        wait_for(lambda: (output / "metrics.jsonl").exists() and steps_of(output))
        assert monitor.state(output).status == "running"
        with pytest.raises(InputError, match="Another program"):
            FolderLock(output)
        status.request(output, "pause")
        child.communicate(timeout=240)
        assert child.returncode != 0
    assert monitor.state(output).status == "paused"
    paused = json.loads((output / "checkpoint.json").read_text(encoding="utf-8"))["step"]
    assert paused % recipe.text_every == 0, "all stopped where they had asked each other"
    with torchrun("-o", output, "--resume") as child:
        wait_for(lambda: steps_of(output)[-1] > paused)
        status.request(output, "finish")
        said, complaints = child.communicate(timeout=240)
        assert child.returncode == 0, complaints[-3000:]
    told = json.loads(said)  # one process speaks
    assert 0 < told["epochs"] < 5000
    state = monitor.state(output)
    assert (state.status, state.after) == ("finished", {name: told["after"][name] for name in state.after})
    assert len(state.after) == 5
    assert (output / "model" / "config.json").exists()
    assert not list(output.glob("checkpoint*"))
    steps = steps_of(output)
    assert steps == sorted(set(steps))
    assert monitor.curves(output).loss


def test_once_settled_all_processes_go_on_from_the_same_vectors(recipe, dataset, tmp_path):
    pytest.importorskip("accelerate")
    plan = replace(recipe, batch=6, epochs=2, text_alignment_start=0.5, text_alignment_steps=4)
    (tmp_path / "recipe.json").write_text(json.dumps(plan.to_json()), encoding="utf-8")
    output = tmp_path / "out"
    with torchrun(dataset, "-o", output, "--recipe", tmp_path / "recipe.json") as child:
        said, complaints = child.communicate(timeout=240)
        assert child.returncode == 0, complaints[-3000:]
    assert json.loads(said)["epochs"] == 2
    events = [
        (line["event"], line["epoch"])
        for line in map(json.loads, (output / "metrics.jsonl").read_text(encoding="utf-8").splitlines())
    ]
    assert events.index(("epoch", 1)) < events.index(("step", 1))
    assert events.count(("epoch", 1)) == 2  # before and after they settled
    assert steps_of(output) == sorted(set(steps_of(output)))


def test_without_the_library_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(InputError, match=r"pip install clics\[distributed-training\]") as error:
        process_group("cpu")
    assert error.value.kind == "no-distributed-training"


def test_one_process_is_alone(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "1")
    assert isinstance(process_group("cpu"), SingleProcess)
    assert is_main_process()
    monkeypatch.setenv("RANK", "1")
    assert not is_main_process()


def test_a_probe_is_of_one_process(monkeypatch, tmp_path):
    monkeypatch.setenv("WORLD_SIZE", "2")
    order = TrainingJobSpec("x", tmp_path, "quick", {}, None, "cpu", "")
    with pytest.raises(InputError, match="without torchrun"):
        estimate.estimate(order, tmp_path, workers=1, cancel=CancelToken())
