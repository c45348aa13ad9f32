"""Make a packed data set of structures, description texts and described data sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

from clics.dataset.collect import Collector
from clics.dataset.crystal_rows import count_rows
from clics.dataset.description_store import read_about
from clics.dataset.manifest import licence_text, source_entries, versions
from clics.dataset.packed_reader import load, pack
from clics.dataset.splits import SplitRule
from clics.dataset.training_texts import Interner, read_texts
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.results.dataset import PackReport
from clics.symmetry.analysis import SYMPREC


class PackOptions(TypedDict, total=False):
    """The options of :func:`pack_dataset` that are no sources, for those who hand them on."""

    label_undescribed: bool
    max_sites: int | None
    splits: SplitRule | None
    licence: str | None
    workers: int | None


def pack_dataset(
    structures: Sequence[Path],
    descriptions: Sequence[Path],
    described: Sequence[Path],
    output: Path,
    label_undescribed: bool = False,
    max_sites: int | None = None,
    *,
    splits: SplitRule | None = None,
    licence: str | None = None,
    workers: int | None = None,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> PackReport:
    """Write a packed data set (:mod:`clics.dataset.packed_reader`) with its ``vocabulary.json``.

    A crystal in several sources is taken once: from ``described`` first, then with its text. The same input gives the same
    bytes, for any number of workers. An existing data set in ``output`` is replaced at the end.

    Args:
        structures: files or folders of crystals.
        descriptions: files of texts, joined to the crystals by id (:func:`~clics.dataset.training_texts.read_texts`).
        described: folders that :func:`clics.dataset.build.build` made.
        output: folder of the data set.
        label_undescribed: include crystals without a description, with the space group at 0.01 Å as their only fact.
        max_sites: leave larger cells out.
        splits: decides the sides that file names do not (:func:`~clics.dataset.splits.split_formulas`).
        licence: a text, or a short name of :data:`~clics.dataset.manifest.LICENCES`.
        workers: processes that determine space groups; None: all cores.
        progress: called with the state of the work.
        cancel: stops the work.

    Raises:
        InputError: a source is missing or is no such source, or nothing is left to pack.
        Cancelled: on request.
    """
    licences = {text for folder in described if (text := read_about(folder).get("licence"))}
    sources = [
        *source_entries("structures", structures),
        *source_entries("descriptions", descriptions),
        *source_entries("described", described),
    ]
    interner = Interner()
    collector = Collector(interner, max_sites=max_sites, progress=progress, cancel=cancel or CancelToken())
    for folder in described:
        progress(Progress(0, None, f"reading {folder.name}"))
        collector.described(folder)
    progress(Progress(0, None, "reading descriptions"))
    texts = read_texts(descriptions, interner)
    collector.structures(
        structures, texts.facts, label=label_undescribed, total=count_rows(structures), workers=workers
    )
    left_out = dict(sorted((collector.left_out + Counter({f"text: {k}": n for k, n in texts.errors.items()})).items()))
    manifest: dict[str, Any] = {
        "sources": sources,
        "licence": licence_text(licence) or " ".join(sorted(licences)) or None,
        "versions": versions(),
        "symprec": SYMPREC,
        "left_out": left_out,
    }
    progress(Progress(0, None, "writing"))
    pack(collector.records(splits or SplitRule()), output, manifest)
    made = load(output).manifest
    return PackReport(output, dict(made["crystals"]), int(made["described"]), left_out, tuple(collector.refusals))
