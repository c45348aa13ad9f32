"""One step of each recipe in a file; the first process keeps its loss and gradients. Run plainly or by torchrun."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from clics.training import train_step
from clics.training.context import TrainingContext
from clics.training.distributed import process_group
from clics.training.recipe import Recipe
from clics.training.trainer import Trainer
from safetensors.torch import save_file


def main() -> None:
    recipes, dataset, output = (Path(argument) for argument in sys.argv[1:])
    train_step.text_in_bf16 = lambda device, wanted: False  # parts of a batch in bf16 agree to two digits only
    group = process_group("cpu")
    for i, plain in enumerate(json.loads(recipes.read_text(encoding="utf-8"))):
        context = TrainingContext.of_folder(dataset, Recipe.from_json(plain), output / str(i), group=group)
        training = Trainer(context)
        for module in training.stepper.learner.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0  # each process draws its own
        indices, batch = next(training.remaining_batches())
        training.step(indices, batch)
        if group.rank == 0:
            gradients = {n: p.grad for n, p in training.stepper.learner.named_parameters() if p.grad is not None}
            save_file(gradients, output / f"{i}.safetensors")
    group.barrier()
    group.shutdown()


if __name__ == "__main__":
    main()
