"""How far the labels themselves can be trusted: the ceiling that their noise sets on every figure.

A label follows from a convention: the space group from a tolerance of 0.01 Å, an environment from bonds that appear or
vanish within some hundredths of an Å. Here a sample of the evaluated crystals is read again by readers that make no
mistake, but were told another convention as good as ours; what they read is ranked like a model's answer, the concepts
they read first, then all others by their frequency, and gets the same figures. The lowest is the ceiling: no model of
the geometry can be expected to get further, though one that has learnt the convention itself may.
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
from clics.dataset.manifest import versions
from clics.dataset.packed_reader import PackedDataset
from clics.errors import ClicsError
from clics.evaluation.encoder_protocol import Cell
from clics.evaluation.result_cache import Kept, structures_digest
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.symmetry import space_groups
from clics.training.metrics import VectorScores

DISPLACEMENT = 0.01
"""How far every atom is moved, in Å, in a random direction: as much as the tolerance of the space groups."""

_SEED = 20240328


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader, described by ``what``, found true of the crystals ``rows`` (n,); ``found`` has n entries."""

    what: str
    rows: NDArray[np.int64]
    found: tuple[Mapping[Concept, Truth], ...]

    def scores(self, bank: Sequence[Concept], counts: NDArray[np.int64]) -> VectorScores:
        """The reading as scores against ``bank`` (c,): what is stated, what is held, the rest by ``counts`` (c,)."""
        place = {concept: column for column, concept in enumerate(bank)}
        matrix = np.empty((len(self.rows), len(bank)), np.float32)
        matrix[:, np.argsort(-counts, kind="stable")] = np.linspace(0.9, 0.0, len(bank))
        for i, found in enumerate(self.found):
            for concept, truth in found.items():
                if concept in place:
                    matrix[i, place[concept]] += int(truth)
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
    """Readings by spglib at half the tolerance of the labels, the same and twice, and moyopy at the same.

    A reader that finds no symmetry answers nothing. None of the readings where ``sample`` is 0 or no label is known.
    ``keep``: a folder where what was read is kept as it is found, so that the next call goes on. Raises
    :class:`~clics.errors.Cancelled` on request.
    """
    chosen = _sample(rows[dataset.arrays["space_group"][rows] > 0], sample)
    readers: dict[str, Callable[[Cell], str]] = {
        "spglib at 0.01 Å": lambda cell: _spglib(cell, 0.01),
        "spglib at 0.005 Å": lambda cell: _spglib(cell, 0.005),
        "spglib at 0.02 Å": lambda cell: _spglib(cell, 0.02),
        "moyopy at 0.01 Å": lambda cell: _moyopy(cell, 0.01),
    }
    kept = _kept(keep, dataset, "space-groups")
    found: dict[str, list[Mapping[Concept, Truth]]] = {what: [] for what in readers}
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
            found[what].append({SpaceGroupConcept(symbol): Truth.STATED} if symbol else {})
    return tuple(Reading(what, chosen, tuple(read)) for what, read in found.items()) if len(chosen) else ()


def environment_readings(
    dataset: PackedDataset,
    rows: NDArray[np.int64],
    *,
    sample: int = 100,
    keep: Path | None = None,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> tuple[Reading, ...]:
    """Crystals described again, as they are and with every atom moved by :data:`DISPLACEMENT`.

    A crystal that cannot be described either way is left out. None of the readings where ``sample`` is 0 or no crystal
    is described. ``keep`` as for :func:`space_group_readings`. Raises :class:`~clics.errors.Cancelled` on request.
    """
    chosen = _sample(rows[dataset.arrays["described"][rows] > 0], sample)
    kept = _kept(keep, dataset, "environments")
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


def _kept(folder: Path | None, dataset: PackedDataset, what: str) -> Kept:
    """What readers found before, of this data set and by these versions; without a folder, what they find now."""
    if folder is None:
        return Kept(None)
    stamp = json.dumps([versions(), structures_digest(dataset, np.arange(len(dataset)))], sort_keys=True)
    return Kept(folder / f"{what}-{hashlib.sha256(stamp.encode()).hexdigest()[:16]}.jsonl")


def _plain(found: Mapping[Concept, Truth]) -> dict[str, int]:
    return {concept.phrase: int(truth) for concept, truth in found.items()}


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
        found = moyopy.MoyoDataset(moyopy.Cell(lattice.tolist(), frac.tolist(), numbers.tolist()), symprec=symprec)
    except Exception:  # noqa: BLE001 - moyopy's errors are of private classes of its Rust part; none means no group
        return ""
    return space_groups.by_number(int(found.number)).symbol


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
