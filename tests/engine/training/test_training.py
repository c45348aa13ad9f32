"""Training for real, on a handful of prototypes: same seed, killed and resumed, cancelled, out of memory, nothing gained."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.concepts.concept import true_concepts
from engine.concepts.describe import describe
from engine.concepts.sentences import masked_sentences
from engine.crystals.prototypes import aflow_prototypes
from engine.dataset.packed import Record, pack
from engine.errors import Cancelled, DescriptionError, InputError
from engine.model import folder as model_folder
from engine.model.encoder import Encoder
from engine.progress import CancelToken
from engine.training import run
from engine.training.recipe import Recipe

ROOT = Path(__file__).resolve().parents[3]
TOWER = {"width": 16, "alignn_layers": 1, "gcn_layers": 1, "pooled": 16, "output": 32, "moments": 2}
STEPS = {"epochs": 2, "warmup_epochs": 0.2, "batch": 8, "text_every": 2, "texts": 8, "settle_steps": 20}
QUICK = Recipe.from_json({"model": {"tower": TOWER}, **STEPS, "bank_min_count": 1, "max_sites": 12})


@pytest.fixture(scope="session")
def dataset(tmp_path_factory):
    records = []
    for crystal in aflow_prototypes():
        if crystal.num_sites > 6 or len(records) == 36:
            continue
        try:
            description = describe(crystal)
        except DescriptionError:  # californium: no radius is known
            continue
        lattice, numbers, frac = crystal.arrays()
        split = "val" if len(records) % 4 == 3 else "train"
        group, sentences = description.space_group.number, masked_sentences(description.text)
        facts = true_concepts(description)
        records.append(Record(crystal.id, crystal.formula, lattice, numbers, frac, split, group, sentences, facts))
    folder = tmp_path_factory.mktemp("packed")
    pack(records, folder, {"licence": "AFLOW prototypes", "sources": []})
    return folder


@pytest.fixture(scope="session")
def text_start(tmp_path_factory, tiny_model):
    """A small random BERT folder to start the compact tower from."""
    from safetensors.torch import save_file

    from engine.model.wordpiece import bert_tokenizer

    folder = tmp_path_factory.mktemp("bert")
    loaded = model_folder.load(tiny_model).model.text_tower
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz0123456789_/-.[]"]
    pieces += [f"##{p}" for p in pieces[5:]]
    bert_tokenizer({p: i for i, p in enumerate(pieces)}).save(str(folder / "tokenizer.json"))
    state = {n: t.clone() for n, t in loaded.encoder.state_dict().items()}
    state["embeddings.word_embeddings.weight"] = state["embeddings.word_embeddings.weight"][:1].repeat(len(pieces), 1)
    generator = torch.Generator().manual_seed(0)
    state["embeddings.word_embeddings.weight"] += 0.02 * torch.randn(len(pieces), 24, generator=generator)
    save_file(state, folder / "model.safetensors")
    config = {"hidden_size": 24, "num_attention_heads": 2, "intermediate_size": 48, "max_position_embeddings": 200}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def recipe(text_start):
    return replace(QUICK, text=replace(QUICK.text, path=str(text_start), layers=(0,)))


def losses(output):
    lines = [json.loads(line) for line in (output / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    return [(line["step"], line["loss"]) for line in lines if line["event"] == "step"]


@pytest.fixture(scope="session")
def trained(recipe, dataset, tmp_path_factory):
    output = tmp_path_factory.mktemp("trained")
    return run.train(recipe, dataset, output, device="cpu"), output


def test_one_run_gives_a_model_that_embeds(trained, dataset):
    result, output = trained
    encoder = Encoder.load(result.model)
    assert encoder.fingerprint == result.fingerprint
    crystal = next(iter(aflow_prototypes())).arrays()
    vectors = encoder.embed_crystals([crystal, crystal])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, rtol=1e-5)
    assert result.epochs == 2
    assert set(result.after) >= {"space_group_top1", "space_group_top5"}
    assert "Trained on" in (result.model / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert losses(output)


def test_same_seed_same_curve(trained, recipe, dataset, tmp_path):
    run.train(recipe, dataset, tmp_path, device="cpu")
    assert losses(tmp_path) == losses(trained[1])


@pytest.mark.parametrize("loss", ["known", "equation-1"])
def test_other_losses_train_too(loss, recipe, dataset, tmp_path):
    run.train(replace(recipe, loss=loss, epochs=1), dataset, tmp_path, device="cpu")
    assert all(np.isfinite(value) for _, value in losses(tmp_path))


def test_paper_tower_trains(recipe, dataset, tmp_path):
    paper = replace(recipe.model, tower=replace(recipe.model.tower, resolution=False, moments=0))
    result = run.train(replace(recipe, model=paper, loss="equation-1", epochs=1), dataset, tmp_path, device="cpu")
    assert Encoder.load(result.model).fingerprint


def test_killed_and_resumed_ends_like_any_other(recipe, dataset, tmp_path):
    slow = replace(recipe, epochs=40, checkpoint_minutes=0.0)
    (tmp_path / "recipe.json").write_text(json.dumps(slow.to_json()), encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from engine.training.run import train; from engine.training.recipe import Recipe\n"
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
    result = run.train(recipe, dataset, output, resume=True, device="cpu")
    assert result.epochs == state["epoch"] + 1
    steps = [step for step, _ in losses(output)]
    assert steps == sorted(set(steps))
    assert steps[-1] >= state["step"] - recipe.text_every, "what was learnt before the kill is in the log once"


def test_cancelled_keeps_its_state(recipe, dataset, tmp_path):
    cancel = CancelToken()

    def stop(event):
        if "epoch" in event.text:
            cancel.cancel()

    with pytest.raises(Cancelled):
        run.train(recipe, dataset, tmp_path, device="cpu", progress=stop, cancel=cancel)
    assert run.train(recipe, dataset, tmp_path, device="cpu", resume=True).epochs == 2


def test_out_of_memory_halves_the_batch(recipe, dataset, tmp_path, monkeypatch):
    real = run.collate

    def small(graphs):
        if len(graphs) > 12:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory")
        return real(graphs)

    monkeypatch.setattr(run, "collate", small)
    run.train(replace(recipe, batch=24, epochs=1), dataset, tmp_path, device="cpu")
    log = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["batch"] for line in log if line["event"] == "out-of-memory"] == [12]


def test_training_that_gains_nothing_says_so(trained, recipe, dataset, tmp_path):
    idle = replace(
        recipe, graph_learning_rate=0.0, text_learning_rate=0.0, head_learning_rate=0.0, weight_decay=0.0, epochs=1
    )
    result = run.train(idle, dataset, tmp_path, start_from=trained[0].model, device="cpu")
    assert not result.improved
    assert "improved nothing" in result.message


def test_fine_tuning_goes_at_a_share_of_the_rates(trained, recipe, dataset, tmp_path):
    still = replace(recipe, fine_tune=0.0, epochs=1, settle_steps=2)
    result = run.train(still, dataset, tmp_path, start_from=trained[0].model, device="cpu")
    before, after = (model_folder.load(folder).model.state_dict() for folder in (trained[0].model, result.model))
    for name, tensor in before.items():
        torch.testing.assert_close(after[name], tensor, msg=name)


def test_refusals(recipe, dataset, tmp_path, trained):
    with pytest.raises(InputError, match="already"):
        run.train(recipe, dataset, trained[1], device="cpu")
    with pytest.raises(InputError, match="resume"):
        run.train(recipe, dataset, tmp_path / "empty", resume=True)
    with pytest.raises(InputError, match="packed"):
        run.train(recipe, tmp_path, tmp_path / "out")
    with pytest.raises(InputError, match="device"):
        run.train(recipe, dataset, tmp_path / "out", device="abacus")
