"""Processor time of the stages between a file and a library, of the version that Python finds; run by ``benchmarks.adding``.

    PYTHONPATH=CHECKOUT/engine:CHECKOUT python adding_stages.py FILE.cif …

Prints one JSON object: milliseconds of processor time of a crystal for each stage, imports left out. Stages that a version
does not have are left out too; it knows versions from 0.1 (package ``engine``) on.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

WARM_UP = 20
"""Crystals that are put through a stage before its time counts."""


def first_of(*names: str) -> Any:
    """The first ``module:attribute`` of some that there is; None where there is none."""
    for name in names:
        module, _, attribute = name.partition(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError):
            continue
    return None


def milliseconds(work: Callable[[Any], Any], items: list[Any]) -> tuple[list[Any], float]:
    """Results, and milliseconds of processor time of an item."""
    for item in items[:WARM_UP]:
        work(item)
    begin = time.process_time()
    results = [work(item) for item in items]
    return results, 1000 * (time.process_time() - begin) / len(items)


def main() -> None:
    """See the module."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", type=Path, nargs="+", help="CIFs")
    paths = parser.parse_args().files
    # a later version may be installed beside the checkout of version 0.1, whose packages are therefore looked for first
    read_crystals = first_of("engine.crystals.source:read_crystals", "clics.sources.files:read_crystals")
    describe = first_of("engine.concepts.describe:describe", "clics.descriptions.describe:describe")
    later = describe.__module__.startswith("clics.")
    truths = first_of("clics.concepts.truth:true_concepts") if later else None
    pack = first_of("clics.library.codec:pack_description") if later else None
    stages: dict[str, float] = {}
    read, stages["read"] = milliseconds(lambda path: list(read_crystals([path], sandboxed=False)), paths)
    crystals = [crystal for entries in read for crystal in entries if hasattr(crystal, "structure")]
    descriptions, stages["describe"] = milliseconds(describe, crystals)
    _, stages["describe and name the structure type"] = milliseconds(
        lambda crystal: describe(crystal, mineral=True), crystals
    )
    if truths and pack:
        _, stages["facts"] = milliseconds(truths, descriptions)
        _, stages["pack"] = milliseconds(pack, descriptions)
    if later:
        import torch

        torch.set_num_threads(1)
        loaded = first_of("clics.model.encoder:Encoder").load(first_of("clics.paths:model_folder")())
        arrays = [crystal.arrays() for crystal in crystals if crystal.is_ordered]
        batches = [arrays[at : at + 64] for at in range(0, len(arrays), 64)]
        _, of_batch = milliseconds(loaded.embed_all, batches)
        stages["embed"] = of_batch * len(batches) / len(arrays)
    print(json.dumps({"crystals": len(crystals), "ms": {stage: round(ms, 2) for stage, ms in stages.items()}}))


if __name__ == "__main__":
    main()
