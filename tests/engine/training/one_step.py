"""One step of each recipe in a file; the first process keeps its loss and gradients. Run plainly or by torchrun."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from clics.concepts.vocabulary import Vocabulary
from clics.dataset import packed_reader
from clics.progress import CancelToken, silent
from clics.training import trainer
from clics.training.distributed import processes
from clics.training.recipe import Recipe
from safetensors.torch import save_file


def main() -> None:
    recipes, dataset, output = (Path(argument) for argument in sys.argv[1:])
    trainer.text_in_bf16 = lambda device, wanted: False  # parts of a batch in bf16 agree to two digits only
    share = processes("cpu")
    data = packed_reader.load(dataset)
    vocabulary = Vocabulary.from_json(json.loads((dataset / "vocabulary.json").read_text(encoding="utf-8")))
    for i, plain in enumerate(json.loads(recipes.read_text(encoding="utf-8"))):
        recipe, folder = Recipe.from_json(plain), output / str(i)
        training = trainer.Run(
            recipe,
            data,
            vocabulary,
            dataset / "graphs",
            folder,
            None,
            "cpu",
            1,
            silent,
            CancelToken(),
            CancelToken(),
            share,
        )
        for module in training.learned.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0  # each process draws its own
        places, batch = next(training._rest_of_epoch())
        training.step(places, batch)
        if share.rank == 0:
            found = {n: p.grad for n, p in training.learned.named_parameters() if p.grad is not None}
            save_file(found, output / f"{i}.safetensors")
    share.wait()
    share.leave()


if __name__ == "__main__":
    main()
