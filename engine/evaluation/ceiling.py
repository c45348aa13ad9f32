"""How far the labels themselves can be trusted: the ceiling that their noise sets on every figure.

A label follows from a convention: the space group from a tolerance of 0.01 Å, an environment from bonds that appear or
vanish within some hundredths of an Å. A reader of the geometry who makes no mistake, but was told another convention as
good as ours, agrees with the labels as often as measured here, on a sample of the evaluated crystals. No model of the
geometry can be expected to get further; one that has learnt the convention itself may.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.concepts import spacegroups
from engine.concepts.concept import Concept, Truth, true_concepts
from engine.concepts.phrases import space_group
from engine.dataset.packed import PackedDataset
from engine.errors import ClicsError
from engine.evaluation.bootstrap import mean_interval
from engine.evaluation.encoder import Cell
from engine.progress import CancelToken, Progress, ProgressCallback, silent
from engine.training.metrics import macro_recall

DISPLACEMENT = 0.01
"""How far every atom is moved, in Å, in a random direction: as much as the tolerance of the space groups."""

_SEED = 20240328


@dataclass(frozen=True, slots=True)
class Agreement:
    """``what`` agrees with the labels of ``crystals`` crystals in a share ``value`` (95 %: ``low`` to ``high``).

    ``macro`` is the mean over the space groups of the sample; None for environments.
    """

    what: str
    crystals: int
    value: float
    low: float
    high: float
    macro: float | None = None


def space_group_agreements(
    dataset: PackedDataset,
    rows: NDArray[np.int64],
    *,
    sample: int = 1000,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> tuple[Agreement, ...]:
    """The labels against spglib at half the tolerance, the same and twice, and against moyopy at the same.

    A crystal whose symmetry a tool does not find disagrees. The ceiling of a figure is :func:`lowest` of them. Raises
    :class:`~engine.errors.Cancelled` on request.
    """
    chosen = _sample(rows[dataset.arrays["space_group"][rows] > 0], sample)
    readers: dict[str, Callable[[Cell], str]] = {
        "spglib at 0.01 Å": lambda cell: _spglib(cell, 0.01),
        "spglib at 0.005 Å": lambda cell: _spglib(cell, 0.005),
        "spglib at 0.02 Å": lambda cell: _spglib(cell, 0.02),
        "moyopy at 0.01 Å": lambda cell: _moyopy(cell, 0.01),
    }
    labels = dataset.arrays["space_group"][chosen].astype(np.int64)
    agrees = np.zeros((len(readers), len(chosen)), np.bool_)
    for j, row in enumerate(chosen):
        if cancel is not None:
            cancel.check()
        progress(Progress(j, len(chosen), "finding how sure the space groups are"))
        cell, label = dataset.structure(int(row)), space_group(spacegroups.by_number(int(labels[j])).symbol)
        for i, reader in enumerate(readers.values()):
            agrees[i, j] = space_group(reader(cell)) == label
    return tuple(
        Agreement(what, len(chosen), *_share(agrees[i]), macro=macro_recall(agrees[i], labels))
        for i, what in enumerate(readers)
    )


def environment_agreements(
    dataset: PackedDataset,
    rows: NDArray[np.int64],
    *,
    sample: int = 60,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> tuple[Agreement, ...]:
    """Environments of crystals that are described again, as they are and with every atom moved :data:`DISPLACEMENT`.

    The value is the chance that one of the environments the new description states, picked blindly, is among those the
    labels state: the top-1 figure of a reader without faults. Crystals that cannot be described are left out.
    """
    generator = np.random.default_rng(_SEED)
    chosen = _sample(rows[dataset.arrays["described"][rows] > 0], sample)
    shares: dict[float, list[float]] = {0.0: [], DISPLACEMENT: []}
    for done, row in enumerate(chosen):
        progress(Progress(done, len(chosen), "finding how sure the environments are"))
        stated = _stated(dataset.concepts_of(int(row)))
        if not stated:
            continue
        for distance, found in shares.items():
            if cancel is not None:
                cancel.check()
            again = _describe(_moved(dataset.structure(int(row)), distance, generator))
            if again:
                found.append(len(again & stated) / len(again))
    names = {0.0: "described again", DISPLACEMENT: f"described again, atoms moved {DISPLACEMENT:g} Å"}
    return tuple(Agreement(names[d], len(found), *_share(np.array(found))) for d, found in shares.items())


def lowest(agreements: tuple[Agreement, ...], *, macro: bool = False) -> float | None:
    """The ceiling: the lowest of the agreements, None where nothing was measured."""
    values = [a.macro if macro else a.value for a in agreements if a.crystals]
    return min((v for v in values if v is not None), default=None)


def _sample(rows: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.sort(np.random.default_rng(_SEED).permutation(rows)[:size])


def _share(values: NDArray[np.generic]) -> tuple[float, float, float]:
    numbers = values.astype(np.float64)
    return (float(numbers.mean()) if len(numbers) else float("nan"), *mean_interval(numbers))


def _spglib(cell: Cell, symprec: float) -> str:
    from engine.concepts.symmetry import space_group_of_arrays

    try:
        return space_group_of_arrays(*cell, symprec=symprec).symbol
    except ClicsError:
        return ""


def _moyopy(cell: Cell, symprec: float) -> str:
    import moyopy

    lattice, numbers, frac = cell
    try:
        found = moyopy.MoyoDataset(moyopy.Cell(lattice.tolist(), frac.tolist(), numbers.tolist()), symprec=symprec)
    except Exception:  # noqa: BLE001 - moyopy's errors are of private classes of its Rust part; none means no group
        return ""
    return spacegroups.by_number(int(found.number)).symbol


def _stated(concepts: dict[Concept, Truth]) -> set[Concept]:
    return {c for c, truth in concepts.items() if c.kind == "environment" and truth is Truth.STATED}


def _moved(cell: Cell, distance: float, generator: np.random.Generator) -> Cell:
    lattice, numbers, frac = cell
    steps = generator.normal(size=frac.shape)
    steps *= distance / np.linalg.norm(steps, axis=1, keepdims=True)
    return lattice, numbers, frac + steps @ np.linalg.inv(lattice)


def _describe(cell: Cell) -> set[Concept]:
    from pymatgen.core import Lattice, Structure

    from engine.concepts.describe import describe
    from engine.crystals.crystal import Crystal

    lattice, numbers, frac = cell
    structure = Structure(Lattice(lattice), [int(z) for z in numbers], frac)
    try:
        return _stated(true_concepts(describe(Crystal("", structure))))
    except ClicsError:
        return set()
