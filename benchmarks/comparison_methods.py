"""Comparisons of crystals by different outputs of one pass of the graph tower; none uses labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from clics.crystals.perturb import Cell, rattled, strained
from clics.dataset.packed_reader import PackedDataset
from clics.model import folder as model_folder
from clics.model.similarity_projection import SimilarityProjection, TowerFeatures, fit_projection
from clics.training.fit_similarity import CRYSTALS, DISTANCE, STRAIN, fit_similarity

from benchmarks.fingerprints import Maker, shape_of, tower, vectors
from benchmarks.intermediate_features import whitened

Features = dict[str, np.ndarray]
Way = Callable[[Features], np.ndarray]
SEED = 7
PRODUCT = "CLICS: likeness, as `similar` uses it"
EMBEDDING = "CLICS: embedding, as phrases use it"


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length one."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def parts_of(features: Features) -> TowerFeatures:
    """Input of the structure embedding."""
    return features["hidden"], features["channels"]


def own_likeness(model: Path, data: PackedDataset) -> SimilarityProjection:
    """The one in the model's folder, or the one that a training would have put there."""
    loaded = model_folder.load(model, text=False)
    projection = loaded.similarity_projection or fit_similarity(loaded.model, data)
    if projection is None:
        raise SystemExit("There are too few training crystals to fit a likeness to.")
    return projection


def reference_of(data: PackedDataset, work: Path, name: str, make: Maker) -> tuple[Features, list[Features]]:
    """Read-outs of training crystals, and of their strained and their perturbed copies, kept in ``work``."""
    train = data.rows("train")
    rows = train[np.diff(data.arrays["atom_offsets"])[train] <= 60][:CRYSTALS]

    def copies(change: Callable[[Cell, np.random.Generator], Cell]) -> Maker:
        def made(cells: list[Cell]) -> Features:
            pairs = zip(cells, rows.tolist(), strict=True)
            features = make([change(cell, np.random.default_rng((SEED, row))) for cell, row in pairs])
            return {part: features[part] for part in ("hidden", "channels")}

        return made

    own = vectors(data, rows, work / f"reference-{name}.npz", make)
    kinds: dict[str, Callable[[Cell, np.random.Generator], Cell]] = {
        "strained": lambda cell, generator: strained(cell, STRAIN, generator),
        "perturbed": lambda cell, generator: rattled(cell, DISTANCE, generator),
    }
    made = [vectors(data, rows, work / f"reference-{name}-{kind}.npz", copies(how)) for kind, how in kinds.items()]
    return own, made


def ways(own: Features, copies: list[Features], product: SimilarityProjection) -> dict[str, Way]:
    """Every way by name; a vector of each is compared by its cosine. ``own`` and ``copies``: see :func:`reference_of`."""

    def centred(name: str) -> Way:
        mean = own[name].mean(axis=0)
        return lambda features: features[name] - mean

    def principal(name: str, size: int, power: float) -> Way:
        mean = own[name].mean(axis=0)
        variances, axes = np.linalg.eigh(np.cov((own[name] - mean).T.astype(float)))
        variances, axes = np.maximum(variances[::-1], 0), axes[:, ::-1]
        projected = axes[:, :size] * (variances[:size] + 0.1 * variances.mean()) ** (-power / 2)
        return lambda features: (features[name] - mean) @ projected

    def fitted_alike(size: int, *names: str) -> Way:
        def some(features: Features) -> TowerFeatures:
            first = features[names[0]]
            return first, features[names[1]] if len(names) > 1 else np.zeros((len(first), 1), np.float32)

        likeness = fit_projection(some(own), [some(each) for each in copies], size)
        return lambda features: likeness.project(some(features))

    def beside(*every: Way) -> Way:
        return lambda features: np.concatenate([unit(way(features)) for way in every], axis=1)

    methods: dict[str, Way] = {
        PRODUCT: lambda features: product.project(parts_of(features)),
        EMBEDDING: lambda features: features["embedding"],
        "tower (256)": lambda features: features["tower"],
        "hidden (512)": lambda features: features["hidden"],
        "hidden, centred": centred("hidden"),
        "hidden, whitened": lambda features: whitened(features["hidden"], own["hidden"]),
        "hidden, half whitened": principal("hidden", 512, 0.5),
        **{f"hidden, half whitened, {size} axes": principal("hidden", size, 0.5) for size in (64, 128, 256)},
        **{f"hidden, fitted, {size}": fitted_alike(size, "hidden") for size in (64, 128, 256)},
        **{
            f"hidden and channels, fitted, {size}": fitted_alike(size, "hidden", "channels")
            for size in (64, 96, 128, 256)
        },
        "channels, fitted, 128": fitted_alike(128, "channels"),
        "atoms, pooled": lambda features: features["atoms"],
        "atoms, pooled, half whitened": principal("atoms", 512, 0.5),
        "channels": centred("channels"),
        "hidden and channels side by side": beside(centred("hidden"), centred("channels")),
        "embedding and channels side by side": beside(lambda features: features["embedding"], centred("channels")),
    }
    return methods


def untrained_way(data: PackedDataset, work: Path, model: Path) -> Way:
    """The likeness fitted in the same way to the same tower before any training."""
    own, copies = reference_of(data, work, f"untrained-{shape_of(model)}", tower(model, trained=False))
    likeness = fit_projection(parts_of(own), [parts_of(each) for each in copies])
    return lambda features: likeness.project(parts_of(features))
