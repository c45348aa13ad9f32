"""Training for real, on a handful of prototypes: same seed, killed and resumed, cancelled, out of memory, nothing gained."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from clics.concepts.registry import GEOMETRY_KINDS
from clics.concepts.vocabulary import Vocabulary
from clics.dataset import packed_reader
from clics.errors import Cancelled, InputError
from clics.evaluation.evaluate import evaluate
from clics.model import folder as model_folder
from clics.model.encoder import Encoder
from clics.progress import CancelToken
from clics.sources.prototypes import aflow_prototypes
from clics.training import best_model, checkpoint, loader
from clics.training.bank import Bank
from clics.training.train import train
from safetensors.torch import load_file

ROOT = Path(__file__).resolve().parents[3]


def lines(output):
    return [json.loads(line) for line in (output / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]


def losses(output):
    return [(line["step"], line["loss"]) for line in lines(output) if line["event"] == "step"]


@pytest.fixture(scope="session")
def trained(recipe, dataset, tmp_path_factory):
    output = tmp_path_factory.mktemp("trained")
    return train(recipe, dataset, output, device="cpu"), output


def test_one_run_gives_a_model_that_embeds(trained, dataset):
    result, output = trained
    encoder = Encoder.load(result.model)
    assert encoder.fingerprint == result.fingerprint
    crystal = next(iter(aflow_prototypes())).arrays()
    vectors = encoder.embed_all([crystal, crystal]).shared
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, rtol=1e-5)
    assert result.epochs == 2
    assert set(result.after) >= {"space_group_top1", "space_group_top5"}
    assert "Trained on" in (result.model / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert losses(output)


def test_same_seed_same_curve(trained, recipe, dataset, tmp_path):
    train(recipe, dataset, tmp_path, device="cpu")
    assert losses(tmp_path) == losses(trained[1])


@pytest.mark.parametrize("loss", ["known", "equation-1"])
def test_other_losses_train_too(loss, recipe, dataset, tmp_path):
    train(replace(recipe, loss=loss, epochs=1), dataset, tmp_path, device="cpu")
    assert all(np.isfinite(value) for _, value in losses(tmp_path))


def test_paper_tower_trains(recipe, dataset, tmp_path):
    paper = replace(recipe.model, tower=replace(recipe.model.tower, resolution=False, moments=0))
    result = train(replace(recipe, model=paper, loss="equation-1", epochs=1), dataset, tmp_path, device="cpu")
    assert Encoder.load(result.model).fingerprint


def test_killed_and_resumed_ends_like_any_other(recipe, dataset, tmp_path):
    slow = replace(recipe, epochs=40, checkpoint_minutes=0.0)
    (tmp_path / "recipe.json").write_text(json.dumps(slow.to_json()), encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from clics.training.train import train; from clics.training.recipe import Recipe\n"
        "train(Recipe.load(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3]), device='cpu')\n"
    )
    output = tmp_path / "out"
    child = subprocess.Popen([sys.executable, "-c", program, tmp_path / "recipe.json", dataset, output], cwd=ROOT)
    deadline = time.monotonic() + 300
    while not (output / "checkpoint.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    state = json.loads((output / "checkpoint.json").read_text(encoding="utf-8"))
    assert state["step"] > 0
    state["recipe"]["epochs"] = state["epoch"] + 1  # the rest of the epoch is enough to see
    (output / "checkpoint.json").write_text(json.dumps(state), encoding="utf-8")
    result = train(recipe, dataset, output, resume=True, device="cpu")
    assert result.epochs == state["epoch"] + 1
    steps = [step for step, _ in losses(output)]
    assert steps == sorted(set(steps))
    assert steps[-1] >= state["step"] - recipe.text_every, "what was learnt before the kill is in the log once"


def test_a_best_epoch_that_no_checkpoint_names_is_removed(recipe, dataset, tmp_path):
    """As a kill leaves it between a best epoch, kept after the last step, and its checkpoint."""
    train(recipe, dataset, tmp_path, device="cpu")
    (best,) = tmp_path.glob("best-*")
    shutil.copytree(best, tmp_path / f"{best.name}-again")
    train(recipe, dataset, tmp_path, device="cpu", resume=True)
    assert list(tmp_path.glob("best-*")) == [best]


def test_cancelled_keeps_its_state(recipe, dataset, tmp_path):
    cancel = CancelToken()

    def stop(event):
        if "epoch" in event.text:
            cancel.cancel()

    with pytest.raises(Cancelled):
        train(recipe, dataset, tmp_path, device="cpu", progress=stop, cancel=cancel)
    assert train(recipe, dataset, tmp_path, device="cpu", resume=True).epochs == 2


def test_out_of_memory_halves_the_batch(recipe, dataset, tmp_path, monkeypatch):
    real = loader.collate

    def small(graphs):
        if len(graphs) > 12:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory")
        return real(graphs)

    monkeypatch.setattr(loader, "collate", small)
    train(replace(recipe, batch=24, epochs=1), dataset, tmp_path, device="cpu")
    log = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["batch"] for line in log if line["event"] == "out-of-memory"] == [12]


def test_training_that_gains_nothing_says_so(trained, recipe, dataset, tmp_path):
    idle = replace(
        recipe, graph_learning_rate=0.0, text_learning_rate=0.0, head_learning_rate=0.0, weight_decay=0.0, epochs=1
    )
    result = train(idle, dataset, tmp_path, start_from=trained[0].model, device="cpu")
    assert not result.improved
    assert "improved nothing" in result.message


def test_fine_tuning_goes_at_a_share_of_the_rates(trained, recipe, dataset, tmp_path):
    still = replace(recipe, fine_tune=0.0, epochs=1, text_alignment_steps=2)
    result = train(still, dataset, tmp_path, start_from=trained[0].model, device="cpu")
    before, after = (model_folder.load(folder).model.state_dict() for folder in (trained[0].model, result.model))
    for name, tensor in before.items():
        torch.testing.assert_close(after[name], tensor, msg=name)


def test_shapes_networks_and_dimensionality_are_trained_and_evaluated(trained, dataset):
    result, output = trained
    steps = [line for line in lines(output) if line["event"] == "step"]
    for part in ("shape", "shape_alone", "network", "dimensionality"):
        assert any(line.get(part, 0) > 0 for line in steps), part
    assert {"shape_top1", "shape_top5", "shape_map", "vector_shape_top5"} <= set(result.after)
    assert "coordination shape, any true one, top-5" in (result.model / "MODEL_CARD.md").read_text(encoding="utf-8")
    encoder, packed = Encoder.load(result.model), packed_reader.load(dataset)
    for kind in GEOMETRY_KINDS:
        concepts, vectors = encoder.concepts(kind)
        assert len(concepts) == len(vectors) == len(encoder.vocabulary.concepts(kind)) > 2
    found = evaluate(encoder, packed, sections=("geometry", "phrases"))
    for key in ("shape.top5", "network.top5", "dimensionality.top1", "shape.p10", "network.p10"):
        assert 0 <= found.figure(key).value <= 1, key


def test_a_model_that_knows_no_shapes_learns_them(trained, recipe, dataset, tmp_path):
    """As the released model of version 0.2 is trained further, on the crystals that it was trained on."""
    before = model_folder.load(trained[0].model)
    data = before.vocabulary.to_json()
    data["counts"] = {kind: counts for kind, counts in data["counts"].items() if kind not in GEOMETRY_KINDS}
    earlier = tmp_path / "earlier"
    fingerprint = model_folder.save(
        earlier, before.model, Vocabulary.from_json(data), min_count=before.min_count, recipe=before.recipe, card=""
    )
    encoder = Encoder.load(earlier)
    assert [len(encoder.concepts(kind)[0]) for kind in GEOMETRY_KINDS] == [0, 0, 0]
    result = train(replace(recipe, epochs=1), dataset, tmp_path / "further", start_from=earlier, device="cpu")
    assert model_folder.fingerprint_of(earlier) == fingerprint  # the files of the model are as they were
    further = model_folder.load(result.model)
    assert further.vocabulary == before.vocabulary
    assert set(further.vectors) >= set(GEOMETRY_KINDS)
    assert {"shape_top5"} <= set(result.before) & set(result.after)


def test_refusals(recipe, dataset, tmp_path, trained):
    with pytest.raises(InputError, match="already"):
        train(recipe, dataset, trained[1], device="cpu")
    with pytest.raises(InputError, match="resume"):
        train(recipe, dataset, tmp_path / "empty", resume=True)
    with pytest.raises(InputError, match="packed"):
        train(recipe, tmp_path, tmp_path / "out")
    with pytest.raises(InputError, match="device"):
        train(recipe, dataset, tmp_path / "out", device="abacus")


def test_an_aligned_text_tower_is_frozen_and_crystals_train_against_its_embeddings(
    recipe, dataset, tmp_path, monkeypatch
):
    monkeypatch.setattr(best_model, "selection_score", lambda _: 0.0)  # so that the last epoch's weights are kept
    plan, stop = replace(recipe, epochs=4, text_alignment_start=0.5), CancelToken()

    def watch(progress):
        if progress.text.startswith("epoch 3"):
            stop.cancel()

    with pytest.raises(Cancelled):
        train(plan, dataset, tmp_path, device="cpu", progress=watch, cancel=stop)
    state = checkpoint.state_of(tmp_path)
    assert state.text_aligned
    assert state.epoch == 2
    (kept,) = tmp_path.glob("checkpoint-*")
    before = load_file(kept / "average.safetensors")
    proxies = load_file(kept / "weights.safetensors")["proxies.proxies"]
    result = train(plan, dataset, tmp_path, device="cpu", resume=True)
    loaded = model_folder.load(result.model)
    texts = [concept.phrase for concept in Bank.of(loaded.vocabulary, plan.bank_min_count).all()]
    with torch.no_grad():
        vectors = loaded.model.embed_texts(texts)
    torch.testing.assert_close(torch.nn.functional.normalize(proxies, dim=-1), vectors, atol=3e-3, rtol=0)
    after = loaded.model.state_dict()
    moved = {name for name, weights in before.items() if not torch.allclose(after[name], weights, atol=1e-3)}
    assert moved
    assert not any(name.startswith("text_") for name in moved)
    assert [line["epoch"] for line in lines(tmp_path) if line["event"] == "text-alignment"] == [2]


def test_fine_tuning_can_keep_the_text_tower(trained, recipe, dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(best_model, "selection_score", lambda _: 0.0)  # so that the last epoch's weights are kept
    start = trained[0].model
    plan = replace(recipe, epochs=1, text_alignment_start=0.0, fine_tune=1.0)
    result = train(plan, dataset, tmp_path, device="cpu", start_from=start)
    old, new = model_folder.load(start), model_folder.load(result.model)
    assert new.vocabulary == old.vocabulary  # the same crystals count once
    before, after = old.model.state_dict(), new.model.state_dict()
    moved = {name for name, weights in before.items() if not torch.allclose(after[name], weights, atol=1e-4)}
    assert any(name.startswith("graph_tower") for name in moved)
    assert not any(name.startswith("text_") for name in moved)
    assert "text-alignment" not in {line["event"] for line in lines(tmp_path)}
    assert not any("phrases" in line for line in lines(tmp_path))
