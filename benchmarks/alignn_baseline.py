"""The peer of :mod:`benchmarks.train` and :mod:`benchmarks.embed`: alignn's own pure-torch model, and the crystals both get.

The peer is ``alignn.models.alignn_atomwise_pure`` with its own graphs: the 12 nearest neighbours within 8 Å, a line graph over
all of them (as in the paper), cgcnn atom features. It gets primitive cells, as our graphs are cut from.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from alignn.models.alignn_atomwise_pure import ALIGNNAtomWisePure, ALIGNNAtomWisePureConfig
from alignn.torch_graph_builder import TorchGraph, batch_torch_graph_pairs, build_pure_torch_graph
from clics.dataset import packed_reader
from clics.model.cell import primitive_cell
from clics.model.encoder import Arrays
from clics.model.graph_tower import TowerSettings
from clics.sources.prototypes import aflow_prototypes
from jarvis.core.atoms import Atoms
from torch import nn

Pair = tuple[TorchGraph, TorchGraph]
CUTOFF = 8.0
"""Å, alignn's default."""
NEIGHBOURS = 12
ATOM_FEATURES = 92


def crystals(options: argparse.Namespace) -> list[Arrays]:
    """A random sample of the packed training split, or of the AFLOW prototypes where no data set is given."""
    rng = np.random.default_rng(0)
    if options.packed is None:
        cells = [c.arrays() for c in aflow_prototypes() if c.is_ordered and c.num_sites <= options.max_sites]
        return [cells[i] for i in rng.permutation(len(cells))[: options.crystals]]
    data = packed_reader.load(options.packed)
    rows = data.rows("train")
    rows = rows[np.diff(data.arrays["atom_offsets"])[rows] <= options.max_sites]
    chosen = rng.choice(rows, min(options.crystals, len(rows)), replace=False)
    return [data.structure(int(row)) for row in chosen]


def parser(text: str) -> argparse.ArgumentParser:
    """The options that both benchmarks share."""
    made = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--packed", type=Path, help="a packed data set to sample (default: AFLOW prototypes)")
    made.add_argument("--crystals", type=int, default=512)
    made.add_argument("--max-sites", type=int, default=120)
    made.add_argument("--batch", type=int, default=64)
    made.add_argument("--width", type=int, default=TowerSettings().width)
    made.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    made.add_argument("--threads", type=int, default=1)
    made.add_argument("--out", type=Path, help="JSON result")
    return made


def source(options: argparse.Namespace) -> str:
    """Origin of the crystals, in words."""
    return "packed data set, training split" if options.packed else "AFLOW prototypes"


def environment(options: argparse.Namespace) -> dict[str, Any]:
    """Machine and versions that a figure depends on."""
    device = torch.cuda.get_device_name() if options.device == "cuda" else f"cpu of {os.cpu_count()} cores"
    return {"device": device, "threads": options.threads, "batch": options.batch, "width": options.width,
            "torch": torch.__version__}  # fmt: skip


def clock(device: str) -> float:
    """Seconds: wall clock after the device is done, or on a CPU those of this process, which a busy machine disturbs little."""
    if device == "cuda":
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def report(
    options: argparse.Namespace, result: dict[str, Any], header: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Write the JSON file if one was asked for, and print the table."""
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for row in (header, ["---"] * len(header), *rows):
        print("| " + " | ".join(row) + " |")


def peer_graph(arrays: Arrays) -> Pair:
    """Alignn's graph and line graph of the primitive cell."""
    lattice, numbers, frac, _ = primitive_cell(*arrays)
    elements = [_symbol(int(z)) for z in numbers]
    atoms = Atoms(lattice_mat=lattice, coords=frac, elements=elements, cartesian=False)
    pair: Pair = build_pure_torch_graph(atoms, two_body_cutoff=CUTOFF, max_neighbors=NEIGHBOURS)
    return pair


def _symbol(number: int) -> str:
    from ase.data import chemical_symbols

    return str(chemical_symbols[number])


def peer_batch(pairs: Sequence[Pair], device: str) -> tuple[TorchGraph, TorchGraph, torch.Tensor]:
    """Alignn's own batching."""
    graph, line = batch_torch_graph_pairs(list(pairs))
    return graph.to(device), line.to(device), torch.zeros(1)


def peer_model(settings: TowerSettings, outputs: int) -> nn.Module:
    """Alignn's model with the layers and the width of ``settings``, otherwise as in its paper; no forces."""
    config = ALIGNNAtomWisePureConfig(
        name="alignn_atomwise_pure",
        alignn_layers=settings.alignn_layers,
        gcn_layers=settings.gcn_layers,
        hidden_features=settings.width,
        atom_input_features=ATOM_FEATURES,
        output_features=outputs,
        calculate_gradient=False,
        gradwise_weight=0.0,
        energy_mult_natoms=False,
        use_penalty=False,
    )
    model: nn.Module = ALIGNNAtomWisePure(config)
    return model
