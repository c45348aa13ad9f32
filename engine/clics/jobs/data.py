"""The packed data set of a training job, made of any source: a packed or described data set, a library, crystal files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from clics.dataset.build import build
from clics.dataset.collect import Collector
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
"""Described crystals that a training needs, so that some can be kept for validation."""
_VALIDATION = (0.1, 0.2, 0.3, 0.4)
"""Fractions of the formulas for validation; the first is taken that yields enough crystals."""
_SECONDS_PER_CRYSTAL = 60.0


def is_packed(source: Path) -> bool:
    """True if ``source`` is a packed data set."""
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
    """The packed data set of a source; a call that was interrupted is resumed.

    Args:
        source: a packed or described data set, a library file, or files and folders of crystals.
        folder: where the packed data set is made, unless ``source`` is one.
        workers: processes that describe crystals; None: all cores.
        phase: called with the name of each phase of the work.
        progress: called with the state of the phase.
        cancel: stops the work.
        most: number of crystals, for a sample.

    Returns:
        Folder of the packed data set.

    Raises:
        InputError: ``source`` is missing (kind ``missing-file``), or has too few crystals (``empty-dataset``).
        Cancelled: on request.
    """
    if is_packed(source):
        return source
    target = folder / "packed"
    if is_packed(target):
        return target
    if not source.exists():
        raise InputError(f"{source} is not there any more; put it back, or choose other data.", kind="missing-file")
    collector = Collector(Interner(), max_sites=None, progress=progress, cancel=cancel)
    licence, reasons = None, ""
    if source.is_file() and source.suffix == ".clics":
        phase("reading the library")
        collector.rows(islice(_library_rows(source, progress), most))
    else:
        described = source if is_described(source) else folder / "described"
        if described != source:
            phase("describing")
            report = build([source], described, workers=workers, limit_s=_SECONDS_PER_CRYSTAL, limit_crystals=most,
                           progress=progress, cancel=cancel)  # fmt: skip
            reasons = _reasons(report)
        phase("packing")
        collector.described(described)
        licence = read_about(described).get("licence")
    if len(collector) < LEAST:
        message = f"{source} holds {len(collector) or 'no'} crystals that can be described; a training needs {LEAST}{reasons}."
        raise InputError(message, kind="empty-dataset")
    manifest: dict[str, Any] = {
        "sources": [{"kind": "training", "name": source.name}],
        "licence": licence,
        "versions": versions(),
        "symprec": SYMPREC,
        "left_out": dict(sorted(collector.left_out.items())),
    }
    pack(collector.records(_split(collector)), target, manifest)
    return target


def _split(collector: Collector) -> SplitRule:
    """The smallest fraction that keeps one crystal in twenty for validation, and at least three."""
    enough = max(3, len(collector) // 20)
    for fraction in _VALIDATION:
        rule = SplitRule(val=fraction)
        sides = split_formulas([(formula, "") for formula in collector.formulas], rule)
        validation = sum(sides[formula] == "val" for formula in collector.formulas)
        if enough <= validation <= len(collector) // 2:
            return rule
    raise InputError(
        "These crystals have too few different formulas to keep some aside for validation; add other crystals.",
        kind="empty-dataset",
    )


def _library_rows(path: Path, progress: ProgressCallback) -> Iterator[tuple[Row, Facts]]:
    """The described, ordered crystals of a library, with the facts that training needs."""
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


def _reasons(report: BuildReport) -> str:
    """Why other crystals cannot be used, in parentheses, to end a sentence."""
    parts = []
    if report.refused:
        first = f", the first: {report.refusals[0].message.rstrip('.')}" if report.refusals else ""
        parts.append(f"{report.refused} files are no crystals{first}")
    if failed := sum(report.failed.values()):
        parts.append(f"{failed} could not be described")
    return f" ({'; '.join(parts)})" if parts else ""
