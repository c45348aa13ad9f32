"""Crystals embedded per second: our graph tower against alignn's own pure-torch model, the same crystals, in one run.

    python -m benchmarks.embed [--packed FOLDER] [--crystals 512] [--batch 64] [--device cuda] [--out FILE]

``graph`` cuts a crystal's graph from its arrays, ``forward`` makes its vector of the graph (ours through the Encoder, as a
library does, in bunches of its own choice; the peer in batches of its package), ``whole`` is both. Batches alternate between
the two; on a CPU it is the process's CPU seconds that count. Also printed: atoms against kinds of atoms, which is what
computing atoms of the same surroundings once saves.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import torch
from clics.model import folder as model_folder
from clics.model.clics import Clics, ModelSettings
from clics.model.encoder import Encoder
from clics.model.graph import GraphSettings, build_graph
from clics.model.graph_tower import TowerSettings
from clics.paths import model_folder as released_model

from benchmarks.alignn_baseline import (
    clock,
    crystals,
    environment,
    parser,
    peer_batch,
    peer_graph,
    peer_model,
    report,
    source,
)


def encoder(settings: TowerSettings, device: str) -> Encoder:
    """The released model's encoder where the width is its own, else an untrained one of that width."""
    loaded = model_folder.load(released_model())
    if settings == loaded.model.settings.tower:
        return Encoder.load(released_model(), device)
    model = Clics(ModelSettings(GraphSettings(), settings), loaded.model.text_tower)
    with tempfile.TemporaryDirectory() as work:
        model_folder.save(Path(work), model, loaded.vocabulary, min_count=loaded.min_count, recipe={}, card="")
        return Encoder.load(Path(work), device)


def main() -> None:
    """Measure and print."""
    options = parser(__doc__ or "").parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    device, settings = options.device, TowerSettings(width=options.width)
    cells = crystals(options)
    ours = encoder(settings, device)
    theirs = peer_model(settings, ours.dimensions).to(device).eval()
    times: dict[str, dict[str, float]] = {name: {"graph": 0.0, "forward": 0.0} for name in ("alignn", "ours")}
    atoms = kinds = done = 0
    starts = list(range(0, len(cells), options.batch))
    for i, start in enumerate([starts[0], *starts]):  # the first batch twice: warm-up
        batch = cells[start : start + options.batch]
        now = clock(device)
        pairs = [peer_graph(c) for c in batch]
        cut = clock(device)
        with torch.inference_mode():
            theirs(peer_batch(pairs, device))
        peer_done = clock(device)
        graphs: list[Any] = [build_graph(*c, GraphSettings()) for c in batch]
        ours_cut = clock(device)
        ours.embed_graphs(graphs)
        ours_done = clock(device)
        if i:
            times["alignn"]["graph"] += cut - now
            times["alignn"]["forward"] += peer_done - cut
            times["ours"]["graph"] += ours_cut - peer_done
            times["ours"]["forward"] += ours_done - ours_cut
            atoms += sum(pair[0].num_nodes for pair in pairs)
            kinds += sum(len(g.numbers) for g in graphs)
            done += len(batch)
    for side in times.values():
        side["whole"] = side["graph"] + side["forward"]
    rates = {name: {part: done / spent for part, spent in side.items()} for name, side in times.items()}
    ratios = {part: rates["ours"][part] / rates["alignn"][part] for part in rates["ours"]}
    result = {
        "what": "embedding, crystals a second", **environment(options), "crystals": done, "source": source(options),
        "atoms": atoms, "kinds": kinds, **rates, "ratio": ratios,
    }  # fmt: skip
    rows = [[name, *(f"{side[part]:.1f}" for part in ratios)] for name, side in rates.items()]
    rows.append(["times", *(f"{ratio:.2f}" for ratio in ratios.values())])
    report(options, result, ["crystals/s", "graph", "forward", "both"], rows)


if __name__ == "__main__":
    main()
