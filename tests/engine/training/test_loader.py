"""Batches made ahead arrive whole and in order, and a step asks the device for no value."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from clics.training.context import TrainingContext
from clics.training.loader import Parcel, batches
from clics.training.trainer import Trainer
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
    return Trainer(TrainingContext.of_folder(dataset, recipe, tmp_path_factory.mktemp("run")))


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
    indices, batch = next(training.remaining_batches())
    batch = batch()
    with NoWaiting():
        orbits = [training.graphs.site_orbit(int(index)) for index in indices]
        options = {"text_step": False, "text_bf16": False, "site_orbits": orbits}
        loss, _ = training.stepper.loss(batch, training.graphs.rows(indices), random.Random(0), **options)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(training.stepper.model.parameters(), 2.0)
        training.stepper.average.update(0)
    with pytest.raises(AssertionError), NoWaiting():
        float(loss.detach())
