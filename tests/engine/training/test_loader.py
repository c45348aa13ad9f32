"""Batches made ahead arrive whole and in order, and a step asks the device for no value."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
import torch
from clics.concepts.vocabulary import Vocabulary
from clics.dataset import packed_reader
from clics.progress import CancelToken, silent
from clics.training import trainer
from clics.training.distributed import SingleProcess
from clics.training.loader import Parcel, batches
from torch.utils._python_dispatch import TorchDispatchMode

WAITS = {
    torch.ops.aten._local_scalar_dense.default,
    torch.ops.aten.nonzero.default,
    torch.ops.aten._unique2.default,
    torch.ops.aten.masked_select.default,
    torch.ops.aten.equal.default,
    torch.ops.aten.repeat_interleave.Tensor,
}
"""What makes the host wait for a GPU, because a value or a size depends on it."""


class NoWaiting(TorchDispatchMode):
    """Refuses every operation that would wait, and indexing with a mask, which looks for its size."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        assert function not in WAITS, function
        if function.overloadpacket in (torch.ops.aten.index, torch.ops.aten.index_put, torch.ops.aten.index_put_):
            assert not any(i is not None and i.dtype in (torch.bool, torch.uint8) for i in args[1]), "index by a mask"
        return function(*args, **(kwargs or {}))


@pytest.fixture(scope="module")
def training(recipe, dataset, tmp_path_factory):
    vocabulary = Vocabulary.from_json(json.loads((dataset / "vocabulary.json").read_text(encoding="utf-8")))
    output = tmp_path_factory.mktemp("run")
    data = packed_reader.load(dataset)
    return trainer.Run(
        recipe,
        data,
        vocabulary,
        dataset / "graphs",
        output,
        None,
        "cpu",
        1,
        silent,
        CancelToken(),
        CancelToken(),
        SingleProcess(),
    )


def tensors(batch):
    found = []
    batch.map(lambda tensor: found.append(tensor) or tensor)
    return found


def test_a_parcel_holds_the_batch_to_the_bit(training):
    batch = next(batches(training.graphs, [np.arange(9)], "cpu", loaders=0))
    again = Parcel.of(batch).batch("cpu")
    assert [(b.start, b.stop) for b in again.blocks] == [(b.start, b.stop) for b in batch.blocks]
    for ours, expected in zip(tensors(again), tensors(batch), strict=True):
        assert ours.dtype == expected.dtype
        assert torch.equal(ours, expected)


def test_loader_processes_give_the_same_batches_in_order(training):
    jobs = [np.array([3, 1]), np.array([0, 2, 4]), np.array([5])]
    here = batches(training.graphs, jobs, "cpu", loaders=0)
    there = batches(training.graphs, jobs, "cpu", loaders=2)
    for expected, found in zip(here, there, strict=True):
        for ours, other in zip(tensors(found), tensors(expected), strict=True):
            assert torch.equal(ours, other)


def test_a_step_never_waits_for_the_device(training):
    places, batch = next(training._rest_of_epoch())
    batch = batch()
    with NoWaiting():
        kinds = [training.graphs.site_orbit(int(place)) for place in places]
        options = {"text_step": False, "text_bf16": False, "kinds": kinds}
        loss, _ = training.loss(batch, training.graphs.rows(places), random.Random(0), **options)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(training.model.parameters(), 2.0)
        training.average.update(0)
    with pytest.raises(AssertionError), NoWaiting():
        float(loss.detach())
