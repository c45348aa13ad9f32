"""Comparisons of crystals by different outputs of one pass of the graph tower; none uses labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from clics.crystals.perturb import rattled, strained
from clics.dataset.packed_reader import PackedDataset
from clics.evaluation.encoder_protocol import Cell
from clics.evaluation.intermediate_features import whitened
from clics.model import folder as model_folder
from clics.model.similarity_projection import SimilarityProjection, TowerFeatures, fit_projection
from clics.training.fit_similarity import CRYSTALS, DISTANCE, STRAIN, fit_similarity

from benchmarks.fingerprints import Maker, shape_of, tower, vectors

Found = dict[str, np.ndarray]
Way = Callable[[Found], np.ndarray]
SEED = 7
PRODUCT = "CLICS: likeness, as `similar` uses it"
EMBEDDING = "CLICS: embedding, as phrases use it"


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length one."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def parts_of(found: Found) -> TowerFeatures:
    """Input of the structure embedding."""
    return found["hidden"], found["channels"]


def own_likeness(model: Path, data: PackedDataset) -> SimilarityProjection:
    """The one in the model's folder, or the one that a training would have put there."""
    loaded = model_folder.load(model, text=False)
    found = loaded.similarity_projection or fit_similarity(loaded.model, data)
    if found is None:
        raise SystemExit("There are too few training crystals to fit a likeness to.")
    return found


def reference_of(data: PackedDataset, work: Path, name: str, make: Maker) -> tuple[Found, list[Found]]:
    """Read-outs of training crystals, and of their strained and their perturbed copies, kept in ``work``."""
    train = data.rows("train")
    rows = train[np.diff(data.arrays["atom_offsets"])[train] <= 60][:CRYSTALS]

    def copies(change: Callable[[Cell, np.random.Generator], Cell]) -> Maker:
        def made(cells: list[Cell]) -> Found:
            pairs = zip(cells, rows.tolist(), strict=True)
            found = make([change(cell, np.random.default_rng((SEED, row))) for cell, row in pairs])
            return {part: found[part] for part in ("hidden", "channels")}

        return made

    own = vectors(data, rows, work / f"reference-{name}.npz", make)
    kinds: dict[str, Callable[[Cell, np.random.Generator], Cell]] = {
        "strained": lambda cell, generator: strained(cell, STRAIN, generator),
        "perturbed": lambda cell, generator: rattled(cell, DISTANCE, generator),
    }
    made = [vectors(data, rows, work / f"reference-{name}-{kind}.npz", copies(how)) for kind, how in kinds.items()]
    return own, made


def ways(own: Found, copies: list[Found], product: SimilarityProjection) -> dict[str, Way]:
    """Every way by name; a vector of each is compared by its cosine. ``own`` and ``copies``: see :func:`reference_of`."""

    def centred(name: str) -> Way:
        middle = own[name].mean(axis=0)
        return lambda found: found[name] - middle

    def principal(name: str, size: int, power: float) -> Way:
        middle = own[name].mean(axis=0)
        variances, axes = np.linalg.eigh(np.cov((own[name] - middle).T.astype(float)))
        variances, axes = np.maximum(variances[::-1], 0), axes[:, ::-1]
        turned = axes[:, :size] * (variances[:size] + 0.1 * variances.mean()) ** (-power / 2)
        return lambda found: (found[name] - middle) @ turned

    def fitted_alike(size: int, *names: str) -> Way:
        def some(found: Found) -> TowerFeatures:
            first = found[names[0]]
            return first, found[names[1]] if len(names) > 1 else np.zeros((len(first), 1), np.float32)

        likeness = fit_projection(some(own), [some(each) for each in copies], size)
        return lambda found: likeness.project(some(found))

    def beside(*every: Way) -> Way:
        return lambda found: np.concatenate([unit(way(found)) for way in every], axis=1)

    found: dict[str, Way] = {
        PRODUCT: lambda found: product.project(parts_of(found)),
        EMBEDDING: lambda found: found["embedding"],
        "tower (256)": lambda found: found["tower"],
        "hidden (512)": lambda found: found["hidden"],
        "hidden, centred": centred("hidden"),
        "hidden, whitened": lambda found: whitened(found["hidden"], own["hidden"]),
        "hidden, half whitened": principal("hidden", 512, 0.5),
        **{f"hidden, half whitened, {size} axes": principal("hidden", size, 0.5) for size in (64, 128, 256)},
        **{f"hidden, fitted, {size}": fitted_alike(size, "hidden") for size in (64, 128, 256)},
        **{
            f"hidden and channels, fitted, {size}": fitted_alike(size, "hidden", "channels")
            for size in (64, 96, 128, 256)
        },
        "channels, fitted, 128": fitted_alike(128, "channels"),
        "atoms, pooled": lambda found: found["atoms"],
        "atoms, pooled, half whitened": principal("atoms", 512, 0.5),
        "channels": centred("channels"),
        "hidden and channels side by side": beside(centred("hidden"), centred("channels")),
        "embedding and channels side by side": beside(lambda found: found["embedding"], centred("channels")),
    }
    return found


def untrained_way(data: PackedDataset, work: Path, model: Path) -> Way:
    """The likeness fitted in the same way to the same tower before any training."""
    own, copies = reference_of(data, work, f"untrained-{shape_of(model)}", tower(model, trained=False))
    likeness = fit_projection(parts_of(own), [parts_of(each) for each in copies])
    return lambda found: likeness.project(parts_of(found))
