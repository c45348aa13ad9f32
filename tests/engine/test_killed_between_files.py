"""A process that is killed between any two files of a folder leaves the old content or the new, never a mixture.

Each case runs in a process that forks once for each step: the child kills itself with SIGKILL at its nth renaming, removal or
syncing of a file, and the parent reads what it left, with the program's own strict readers.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from clics.supervision.command import safe_environment

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="fork and SIGKILL of POSIX")

_KILLER = """
import os, shutil, signal, sys
from pathlib import Path

work = Path(sys.argv[1])
os.fsync = lambda _descriptor: None  # a killed process needs no disk; calls are counted all the same

def killed_at(step):
    \"\"\"Kill this process at its nth call that changes a folder.\"\"\"
    left = [step]
    def counted(real):
        def call(*args, **options):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)
        return call
    for name in ("replace", "rename", "unlink", "remove", "rmdir", "mkdir", "fsync", "link"):
        setattr(os, name, counted(getattr(os, name)))

def at_every_step(prepare, change, check):
    \"\"\"Print how many steps there are; check(True) after the last, which nobody disturbed.\"\"\"
    for step in range(1, 400):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        prepare()
        pid = os.fork()
        if pid == 0:
            killed_at(step)
            try:
                change()
            finally:
                os._exit(0 if sys.exc_info()[0] is None else 3)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert code in (0, -signal.SIGKILL), code
        check(code == 0)
        if code == 0:
            print(step)
            return
    raise AssertionError("it never ended")
"""

_BEST = """
import torch
from types import SimpleNamespace
from clics.model import folder as model_folder
from clics.training import best_model, checkpoint
from clics.training.ema import WeightAverage
from clics.training.recipe import Recipe
from clics.training.run_state import RunState
from tests.tiny_model import make_tiny_model

made = Path(sys.argv[2])
loaded = model_folder.load(make_tiny_model(made))
context = SimpleNamespace(output=work, recipe=Recipe.preset("quick"))

def epoch(state, weight):
    \"\"\"One epoch of a training: other weights, the best so far, and a checkpoint of the same weights.\"\"\"
    with torch.no_grad():
        next(loaded.model.parameters()).fill_(weight)
    state.step, state.epoch = state.step + 5, state.epoch + 1
    best_model.keep_if_best(context, loaded.model, loaded.vocabulary, state, {"space_group_top1": weight})
    checkpoint.save(work, line, torch.optim.SGD(line.parameters()), WeightAverage(line, 0.9), state)
    best_model.remove(work, but=state.best_folder)

line = torch.nn.Linear(1, 1)
start = lambda: RunState(recipe={}, start_from="", batch=4)

work.mkdir()
epoch(start(), 0.25)
first = made.with_name("first")
shutil.copytree(work, first)

def prepare():
    shutil.copytree(first, work, dirs_exist_ok=True)

def change():
    epoch(checkpoint.state_of(work), 0.5)

def check(done):
    state = checkpoint.state_of(work)
    best = model_folder.load(work / state.best_folder)  # hashes of all files are checked
    weight = float(next(best.model.parameters()).detach().flatten()[0])
    assert weight == state.best["space_group_top1"], "the best weights are not those of the checkpoint"
    assert weight == (0.5 if done else weight)
    epoch(state, 0.75)
    assert sorted(path.name for path in work.glob("best*")) == [checkpoint.state_of(work).best_folder]

at_every_step(prepare, change, check)
"""

_PACKED = """
import numpy as np
from clics.dataset.packed_reader import Record, load, pack

def records(count):
    cell = 4.0 * np.eye(3)
    for number in range(count):
        yield Record(f"c{number}", "Po", cell, np.array([84]), np.zeros((1, 3)), "train", 221)

def prepare():
    pack(records(3), work, {})
    (work / "notes.txt").write_text("mine")

def check(done):
    data = load(work)
    assert len(data) == (5 if done else len(data)) and len(data) in (3, 5)
    pack(records(4), work, {})
    assert len(load(work)) == 4
    assert len([path for path in work.iterdir() if path.is_file()]) == 5, sorted(work.iterdir())
    assert (work / "notes.txt").read_text() == "mine"

at_every_step(prepare, lambda: pack(records(5), work, {}), check)
"""

_SIMILARITY = """
import numpy as np
from clics.model import folder as model_folder
from clics.model.similarity_projection import SimilarityProjection
from tests.tiny_model import make_tiny_model

made = make_tiny_model(Path(sys.argv[2]))
size = model_folder.load(made, text=False).model.graph_tower.readout[0].out_features
def projection(seed):
    axes = np.random.default_rng(seed).normal(size=(size, 3)).astype(np.float16).astype(np.float32)  # as it is stored
    return SimilarityProjection(np.zeros(size, np.float32), axes)

def prepare():
    shutil.rmtree(work)
    shutil.copytree(made, work)
    model_folder.save_similarity(work, projection(1))

def check(done):
    found = model_folder.load(work, text=False).similarity_projection.axes
    assert any(np.array_equal(found, projection(seed).axes) for seed in ([2] if done else [1, 2]))
    model_folder.save_similarity(work, projection(3))
    assert np.array_equal(model_folder.load(work, text=False).similarity_projection.axes, projection(3).axes)

at_every_step(prepare, lambda: model_folder.save_similarity(work, projection(2)), check)
"""


@pytest.mark.parametrize(
    ("program", "least"),
    [(_BEST, 20), (_PACKED, 10), (_SIMILARITY, 5)],
    ids=["best epoch", "packed data", "projection"],
)
def test_a_kill_between_two_files_leaves_no_mixture(program: str, least: int, tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _KILLER + program, tmp_path / "work", tmp_path / "model"],
        cwd=ROOT,
        env=safe_environment() | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    assert int(result.stdout) > least, "steps at which it was killed"
