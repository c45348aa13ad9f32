"""What an Session makes and measures: data sets, models, their figures."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from clics.progress import CancelToken, ProgressCallback, silent

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal, Refusal
    from clics.dataset.build import BuildOptions
    from clics.dataset.pack import PackOptions
    from clics.evaluation.evaluation import Evaluation, Split
    from clics.model.encoder import Encoder
    from clics.results.dataset import BuildReport, DatasetInfo, PackReport


class Workshop:
    """The part of :class:`clics.session.Session` that makes and measures; used through it only."""

    @property
    def encoder(self) -> Encoder:
        """The model that is evaluated."""
        raise NotImplementedError

    def dataset_build(
        self,
        sources: Sequence[Path],
        folder: Path,
        *,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
        **options: Unpack[BuildOptions],
    ) -> BuildReport:
        """Describe crystals into a data set (:func:`clics.dataset.build.build`); called again, it goes on."""
        from clics.dataset.build import build

        return build(sources, folder, progress=progress, cancel=cancel, **options)

    def dataset_pack(
        self,
        output: Path,
        *,
        structures: Sequence[Path] = (),
        descriptions: Sequence[Path] = (),
        described: Sequence[Path] = (),
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
        **options: Unpack[PackOptions],
    ) -> PackReport:
        """Pack crystals and what is said of them for training (:func:`clics.dataset.pack.pack_dataset`)."""
        from clics.dataset.pack import pack_dataset

        return pack_dataset(structures, descriptions, described, output, progress=progress, cancel=cancel, **options)

    def dataset_info(self, folder: Path) -> DatasetInfo:
        """What a described or a packed data set holds (:func:`clics.dataset.dataset_info.info`)."""
        from clics.dataset.dataset_info import info

        return info(folder)

    def evaluate(
        self,
        dataset: Path,
        *,
        split: Split = "val",
        limit: int | None = None,
        sections: Sequence[str] | None = None,
        crystals: Sequence[str] = (),
        files: Sequence[Path] = (),
        supervised: Path | None = None,
        output: Path | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> Evaluation:
        """The paper's figures and stricter ones for the model, each beside the guess by frequency.

        ``sections`` of :data:`clics.evaluation.evaluation.SECTIONS` (None: all); ``crystals`` (ids of the data set) and
        ``files`` are shown one by one; ``supervised`` is a result of ``benchmarks/supervised.py`` to stand beside the
        model. ``output``: a folder for ``evaluation.json``, ``evaluation.md`` and ``report.html``, in which vectors are kept
        as they are made, so that the same call goes on where it was stopped. Raises InputError for what does not fit.
        """
        from clics.dataset.packed_reader import load
        from clics.evaluation.concept_tables import entries_of, entries_of_files, rows_of_ids
        from clics.evaluation.evaluate import evaluate
        from clics.evaluation.evaluation import Shown, sections_of
        from clics.evaluation.write_report import Writer, read_supervised

        chosen, beside = sections_of(sections), read_supervised(supervised) if supervised else None
        data = load(dataset)
        entries = entries_of(data, rows_of_ids(data, crystals))
        read, refused = entries_of_files(self._read(files, progress, cancel)) if files else ([], {})
        with Writer(output) if output is not None else contextlib.nullcontext() as writer:
            found = evaluate(
                self.encoder,
                data,
                split=split,
                limit=limit,
                sections=chosen,
                shown=Shown([*entries, *read], refused),
                supervised=beside,
                keep=writer.kept if writer is not None else None,
                progress=progress,
                cancel=cancel,
            )
            if writer is not None:
                writer.write(found, title=f"{dataset.name}, split {split}")
        return found

    def _read(
        self, paths: Sequence[Path], progress: ProgressCallback, cancel: CancelToken | None
    ) -> Iterator[Crystal | Refusal]:
        raise NotImplementedError
