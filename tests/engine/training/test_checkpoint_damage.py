"""A damaged checkpoint is one sentence, whatever is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from clics.errors import InputError
from clics.training import checkpoint
from clics.training.ema import WeightAverage
from clics.training.metrics_log import MetricsLog
from clics.training.run_state import RunState


def parts() -> tuple[torch.nn.Module, torch.optim.Optimizer, WeightAverage]:
    torch.manual_seed(0)
    model = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return model, optimizer, WeightAverage(model, 0.9)


def saved(folder: Path) -> Path:
    """A checkpoint; returns the folder of its tensors."""
    checkpoint.save(folder, *parts(), RunState({}, "", 4, step=7))
    return folder / json.loads((folder / "checkpoint.json").read_text())["folder"]


DAMAGE: dict[str, Callable[[Path, Path], object]] = {
    "cut": lambda _folder, tensors: (tensors / "weights.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}"),
    "empty": lambda _folder, tensors: (tensors / "average.safetensors").write_bytes(b""),
    "flipped": lambda _folder, tensors: (tensors / "optimizer.safetensors").write_bytes(b"\xff" * 300),
    "lost": lambda _folder, tensors: (tensors / "optimizer.safetensors").unlink(),
    "nested": lambda folder, _tensors: (folder / "checkpoint.json").write_text("[" * 100_000),
    "list": lambda folder, _tensors: (folder / "checkpoint.json").write_text("[]"),
    "outside": lambda folder, _tensors: (folder / "checkpoint.json").write_text('{"folder": "../other"}'),
    "parts": lambda folder, tensors: (folder / "checkpoint.json").write_text(json.dumps({"folder": tensors.name})),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named(name: str, tmp_path: Path) -> None:
    tensors = saved(tmp_path)
    assert checkpoint.load(tmp_path, *parts()).step == 7
    DAMAGE[name](tmp_path, tensors)
    with pytest.raises(InputError, match=str(tmp_path)) as caught:
        checkpoint.load(tmp_path, *parts())
    assert caught.value.kind == "no-checkpoint"


def test_a_log_with_half_a_line_and_strange_lines_is_cut(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path, RunState({}, "", 4, step=2))
    log.start()
    log(event="step", loss=1.0)
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write('[1]\n{"event": "step"}\n{"step": 9}\n{"step": 1, "ev')
    log.truncate()
    assert [json.loads(line)["step"] for line in (tmp_path / "metrics.jsonl").read_text().splitlines()] == [2]
