"""Ceilings of the figures: the agreement of error-free readers of the geometry with the labels.

A label depends on a convention: the space group on a tolerance of 0.01 Å, an environment on bonds that appear or
vanish within some hundredths of an Å. Here, a sample of the evaluated crystals is labelled again by readers that make
no error but follow another, equally good convention. Their labels are ranked like a model's answer (the concepts they
read first, then all others by frequency) and get the same figures. The lowest is the ceiling: no model of the
geometry can be expected to exceed it, except by learning the convention itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Truth
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.concepts.parse import concept_of
from clics.concepts.truth import true_concepts
from clics.crystals.perturb import Cell
from clics.dataset.manifest import versions
from clics.dataset.packed_reader import PackedDataset
from clics.errors import ClicsError
from clics.evaluation.result_cache import ResultCache, structures_digest
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.symmetry import space_groups
from clics.training.metrics import VectorScores

DISPLACEMENT = 0.01
"""Displacement of every atom in a random direction, in Å: the tolerance of the space groups."""

_SEED = 20240328


@dataclass(frozen=True, slots=True)
class Reading:
    """The labels of one reader.

    Attributes:
        what: description of the reader.
        rows: (n,) crystals, rows of the data set.
        labels: the true concepts of each of the n crystals.
    """

    what: str
    rows: NDArray[np.int64]
    labels: tuple[Mapping[Concept, Truth], ...]

    def scores(self, bank: Sequence[Concept], counts: NDArray[np.int64]) -> VectorScores:
        """The labels as scores.

        Args:
            bank: c concepts.
            counts: (c,) frequency in training, by which the other concepts are ranked.

        Returns:
            (n, c): stated concepts first, then held ones, then all others.
        """
        columns = {concept: column for column, concept in enumerate(bank)}
        matrix = np.empty((len(self.rows), len(bank)), np.float32)
        matrix[:, np.argsort(-counts, kind="stable")] = np.linspace(0.9, 0.0, len(bank))
        for i, labels in enumerate(self.labels):
            for concept, truth in labels.items():
                if concept in columns:
                    matrix[i, columns[concept]] += int(truth)
        return VectorScores(matrix, np.eye(len(bank), dtype=np.float32))


def space_group_readings(
    dataset: PackedDataset,
    rows: NDArray[np.int64],
    *,
    sample: int = 1000,
    keep: Path | None = None,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> tuple[Reading, ...]:
    """Space groups by spglib at half, equal and double the tolerance of the labels, and by moyopy at an equal one.

    A reader that finds no symmetry labels nothing.

    Args:
        dataset: the packed data set.
        rows: evaluated crystals.
        sample: number of crystals to label again; 0: none.
        keep: folder in which labels are kept as they are made, so that the next call resumes.
        progress: called before each crystal.
        cancel: stops the work.

    Returns:
        One reading per reader; none where no label is known.

    Raises:
        Cancelled: on request.
    """
    chosen = _sample(rows[dataset.arrays["space_group"][rows] > 0], sample)
    readers: dict[str, Callable[[Cell], str]] = {
        "spglib at 0.01 Å": lambda cell: _spglib(cell, 0.01),
        "spglib at 0.005 Å": lambda cell: _spglib(cell, 0.005),
        "spglib at 0.02 Å": lambda cell: _spglib(cell, 0.02),
        "moyopy at 0.01 Å": lambda cell: _moyopy(cell, 0.01),
    }
    kept = _cache(keep, dataset, "space-groups")
    labels: dict[str, list[Mapping[Concept, Truth]]] = {what: [] for what in readers}
    for done, row in enumerate(chosen.tolist()):
        if cancel is not None:
            cancel.check()
        progress(Progress(done, len(chosen), "finding how sure the space groups are"))
        key = str(row)
        if key not in kept:
            cell = dataset.structure(row)
            kept.add(key, {what: reader(cell) for what, reader in readers.items()})
        for what in readers:
            symbol = kept[key][what]
            labels[what].append({SpaceGroupConcept(symbol): Truth.STATED} if symbol else {})
    return tuple(Reading(what, chosen, tuple(own)) for what, own in labels.items()) if len(chosen) else ()


def environment_readings(
    dataset: PackedDataset,
    rows: NDArray[np.int64],
    *,
    sample: int = 100,
    keep: Path | None = None,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> tuple[Reading, ...]:
    """Environments of crystals described again, as they are and with every atom displaced by :data:`DISPLACEMENT`.

    Crystals that cannot be described both ways are left out. Arguments and errors as for :func:`space_group_readings`.
    """
    chosen = _sample(rows[dataset.arrays["described"][rows] > 0], sample)
    kept = _cache(keep, dataset, "environments")
    both: list[tuple[int, Mapping[Concept, Truth], Mapping[Concept, Truth]]] = []
    for done, row in enumerate(chosen.tolist()):
        if cancel is not None:
            cancel.check()
        progress(Progress(done, len(chosen), "finding how sure the environments are"))
        key = str(row)
        if key not in kept:
            cell = dataset.structure(row)
            moved_cell = _moved(cell, DISPLACEMENT, np.random.default_rng((_SEED, row)))
            kept.add(key, [_plain(_environments(cell)), _plain(_environments(moved_cell))])
        again, moved = (_concepts(plain) for plain in kept[key])
        if again and moved:
            both.append((row, again, moved))
    if not both:
        return ()
    read = np.array([row for row, _, _ in both], np.int64)
    return (
        Reading("described again", read, tuple(again for _, again, _ in both)),
        Reading(f"described again, atoms moved {DISPLACEMENT:g} Å", read, tuple(moved for _, _, moved in both)),
    )


def _cache(folder: Path | None, dataset: PackedDataset, what: str) -> ResultCache:
    """Labels of earlier calls, of this data set and by these versions of the readers; in memory without a folder."""
    if folder is None:
        return ResultCache(None)
    stamp = json.dumps([versions(), structures_digest(dataset, np.arange(len(dataset)))], sort_keys=True)
    return ResultCache(folder / f"{what}-{hashlib.sha256(stamp.encode()).hexdigest()[:16]}.jsonl")


def _plain(labels: Mapping[Concept, Truth]) -> dict[str, int]:
    return {concept.phrase: int(truth) for concept, truth in labels.items()}


def _concepts(plain: Mapping[str, int]) -> dict[Concept, Truth]:
    return {concept_of(EnvironmentConcept.KIND, phrase): Truth(truth) for phrase, truth in plain.items()}


def _sample(rows: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.sort(np.random.default_rng(_SEED).permutation(rows)[:size])


def _spglib(cell: Cell, symprec: float) -> str:
    from clics.symmetry.analysis import space_group_of_arrays

    try:
        return space_group_of_arrays(*cell, symprec=symprec).symbol
    except ClicsError:
        return ""


def _moyopy(cell: Cell, symprec: float) -> str:
    import moyopy

    lattice, numbers, frac = cell
    try:
        symmetry = moyopy.MoyoDataset(moyopy.Cell(lattice.tolist(), frac.tolist(), numbers.tolist()), symprec=symprec)
    except Exception:  # noqa: BLE001 - moyopy's errors are of private classes of its Rust part; none means no group
        return ""
    return space_groups.by_number(int(symmetry.number)).symbol


def _moved(cell: Cell, distance: float, generator: np.random.Generator) -> Cell:
    lattice, numbers, frac = cell
    steps = generator.normal(size=frac.shape)
    steps *= distance / np.linalg.norm(steps, axis=1, keepdims=True)
    return lattice, numbers, frac + steps @ np.linalg.inv(lattice)


def _environments(cell: Cell) -> Mapping[Concept, Truth]:
    from pymatgen.core import Lattice, Structure

    from clics.crystals.crystal import Crystal
    from clics.descriptions.describe import describe

    lattice, numbers, frac = cell
    structure = Structure(Lattice(lattice), [int(z) for z in numbers], frac)
    try:
        concepts = true_concepts(describe(Crystal("", structure)))
    except ClicsError:
        return {}
    return {concept: truth for concept, truth in concepts.items() if concept.kind == EnvironmentConcept.KIND}
