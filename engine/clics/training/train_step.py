"""One optimisation step: loss of a batch, gradients, AdamW, moving average of the weights."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clics.model.batch import Batch
from clics.model.clics import Clics
from clics.training.bank import Bank
from clics.training.context import TrainingContext
from clics.training.device import text_in_bf16
from clics.training.ema import WeightAverage
from clics.training.objective import Learner, Objective
from clics.training.optimizer import make_optimizer
from clics.training.proxies import ConceptProxies, initial_proxies
from clics.training.run_state import RunState
from clics.training.schedule import learning_rate_factor
from clics.training.training_data import TrainingGraphs


class TrainStep:
    """The state that a step changes: weights, proxies, moments of the optimiser, averaged weights.

    Attributes:
        learner: model and proxies.
        loss: ``learner``, wrapped for data-parallel training; called for the loss.
        optimizer: AdamW over all parameters.
        average: moving average of the model's weights.
        rate_factor: factor on all learning rates; below 1 for fine-tuning.
    """

    def __init__(self, context: TrainingContext, model: Clics, bank: Bank, graphs: TrainingGraphs) -> None:
        """Create proxies, optimiser and average.

        Args:
            context: recipe, device, data set and process group.
            model: on the device, in training mode.
            bank: the concepts that crystals are contrasted with.
            graphs: of the training split.
        """
        recipe = self._recipe = context.recipe
        self._device, self._group, self._graphs = context.device, context.group, graphs
        proxies = ConceptProxies(len(bank.all())).to(context.device)
        if recipe.loss == "known+bank":
            model.eval()
            proxies.initialise(initial_proxies(model, bank, trained=context.start_from is not None))
            model.train()
        self.learner = Learner(model, proxies, Objective(context.dataset, bank, recipe, proxies, context.group))
        self.loss = context.group.wrap(self.learner)
        self.optimizer = make_optimizer(model, proxies, recipe)
        self.rate_factor = recipe.fine_tune if context.start_from is not None else 1.0
        self._rates = [self.rate_factor * float(group["lr"]) for group in self.optimizer.param_groups]
        self.average = WeightAverage(model, recipe.ema_decay)

    @property
    def model(self) -> Clics:
        """The model being trained."""
        return self.learner.model

    @property
    def proxies(self) -> ConceptProxies:
        """The concept proxies."""
        return self.learner.proxies

    def forward(
        self, indices: NDArray[np.int64], batch: Callable[[], Batch], state: RunState, per_epoch: int
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of a batch, with learning rates and random numbers of the current step.

        Args:
            indices: graphs of the whole batch, of all processes.
            batch: returns the graphs of this process's shard, on the device.
            state: step, epoch and crystals seen; decides learning rates and seeds.
            per_epoch: number of crystals of an epoch.

        Returns:
            The loss and its parts by name.
        """
        recipe = self._recipe
        # seeded by the position in the training, so that a resumed training draws as an uninterrupted one would
        key = (recipe.seed, state.epoch, state.done)
        torch.manual_seed((hash(key) + self._group.rank) & 0x7FFFFFFF)
        rng = random.Random(str(key))
        progress = (state.epoch + state.done / per_epoch) / recipe.epochs
        factor = learning_rate_factor(progress, recipe.warmup_epochs / recipe.epochs)
        for group, rate in zip(self.optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor
        bf16 = recipe.precision == "bf16"
        has_sites = self.model.site_head is not None
        result: tuple[Tensor, dict[str, Tensor]] = self.loss(
            batch(),
            self._graphs.rows(indices),
            rng,
            text_step=not state.text_aligned and state.step % recipe.text_every == 0,
            text_bf16=text_in_bf16(self._device, bf16),
            graph_bf16=bf16 and self._device == "cuda",
            symmetry_broken=self._graphs.is_copy(indices) & (not recipe.augmentation.keeps_symmetry),
            site_orbits=[self._graphs.site_orbit(int(i)) for i in self._group.shard(indices)] if has_sites else (),
        )
        return result

    def backward(self, loss: Tensor, step: int) -> None:
        """Back-propagate ``loss``, clip the gradients, and update weights and their average after ``step`` earlier steps."""
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.model.parameters(), self._recipe.gradient_norm)
        self.optimizer.step()
        self.average.update(step)

    def freeze_text_tower(self, bank: Bank) -> None:
        """Replace the proxies by the text tower's embeddings of the bank's phrases.

        The phase of text alignment has ended: from now on crystals are contrasted with the embeddings that retrieval
        uses, and :meth:`forward` trains the text tower no more (``RunState.text_aligned``).
        """
        self.model.eval()
        self.proxies.initialise(initial_proxies(self.model, bank, trained=True))
        self.model.train()
