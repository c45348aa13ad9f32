"""What a training reads, made from whatever the user has: a packed or a described data set, a library, crystal files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from clics.dataset.build import build
from clics.dataset.collect import Gatherer
from clics.dataset.crystal_rows import Row
from clics.dataset.description_store import is_described, read_about
from clics.dataset.manifest import versions
from clics.dataset.packed_reader import pack
from clics.dataset.splits import SplitRule, split_formulas
from clics.dataset.training_texts import Facts, Interner, facts_of
from clics.errors import InputError
from clics.progress import CancelToken, Progress, ProgressCallback
from clics.results.dataset import BuildReport
from clics.symmetry.analysis import SYMPREC

LEAST = 20
"""Crystals with a description that a training needs, so that some can be kept aside to validate on."""
_VALIDATION = (0.1, 0.2, 0.3, 0.4)
"""Shares of the formulas kept aside: the first that leaves enough crystals to validate on."""
_SECONDS_EACH = 60.0


def is_packed(source: Path) -> bool:
    """Whether ``source`` is a packed data set, which is read as it is."""
    return (source / "manifest.json").is_file()


def packed_source(
    source: Path,
    folder: Path,
    *,
    workers: int | None,
    phase: Callable[[str], None],
    progress: ProgressCallback,
    cancel: CancelToken,
    most: int | None = None,
) -> Path:
    """The packed data set of ``source``: itself, or made in ``folder``, going on where an earlier call was cut off.

    ``most``: only so many crystals, for a sample. Raises InputError where there is nothing to learn from.
    """
    if is_packed(source):
        return source
    target = folder / "packed"
    if is_packed(target):
        return target
    if not source.exists():
        raise InputError(f"{source} is not there any more; put it back, or choose other data.", kind="missing-file")
    gatherer = Gatherer(Interner(), max_sites=None, progress=progress, cancel=cancel)
    licence, said = None, ""
    if source.is_file() and source.suffix == ".clics":
        phase("reading the library")
        gatherer.known(islice(_of_library(source, progress), most))
    else:
        described = source if is_described(source) else folder / "described"
        if described != source:
            phase("describing")
            report = build([source], described, workers=workers, limit_s=_SECONDS_EACH, limit_crystals=most,
                           progress=progress, cancel=cancel)  # fmt: skip
            said = _why_not(report)
        phase("packing")
        gatherer.described(described)
        licence = read_about(described).get("licence")
    if len(gatherer) < LEAST:
        message = (
            f"{source} holds {len(gatherer) or 'no'} crystals that can be described; a training needs {LEAST}{said}."
        )
        raise InputError(message, kind="empty-dataset")
    manifest: dict[str, Any] = {
        "sources": [{"kind": "training", "name": source.name}],
        "licence": licence,
        "versions": versions(),
        "symprec": SYMPREC,
        "left_out": dict(sorted(gatherer.left_out.items())),
    }
    pack(gatherer.records(_split(gatherer)), target, manifest)
    return target


def _split(gatherer: Gatherer) -> SplitRule:
    """The smallest share that keeps one crystal in twenty aside, and at least three."""
    enough = max(3, len(gatherer) // 20)
    for share in _VALIDATION:
        rule = SplitRule(val=share)
        sides = split_formulas([(formula, "") for formula in gatherer.formulas], rule)
        aside = sum(sides[formula] == "val" for formula in gatherer.formulas)
        if enough <= aside <= len(gatherer) // 2:
            return rule
    raise InputError(
        "These crystals have too few different formulas to keep some aside for validation; add other crystals.",
        kind="empty-dataset",
    )


def _of_library(path: Path, progress: ProgressCallback) -> Iterator[tuple[Row, Facts]]:
    """The described, ordered crystals of a library, which knows all that training asks for."""
    from clics.library.store import Library

    library = Library(path, "read")
    try:
        total = library.count()
        for number, crystal in enumerate(library.crystals(), start=1):
            if number % 50 == 0:
                progress(Progress(number, total, crystal.formula))
            if not crystal.is_ordered:
                continue
            description = library.description(crystal.id)
            if description is not None:
                lattice, numbers, frac = crystal.arrays()
                yield Row.of(crystal.id, lattice, numbers, frac, path.name), facts_of(description)
    finally:
        library.close()


def _why_not(report: BuildReport) -> str:
    """What became of the others, to end a sentence with."""
    parts = []
    if report.refused:
        first = f", the first: {report.refusals[0].message.rstrip('.')}" if report.refusals else ""
        parts.append(f"{report.refused} files are no crystals{first}")
    if failed := sum(report.failed.values()):
        parts.append(f"{failed} could not be described")
    return f" ({'; '.join(parts)})" if parts else ""
