"""Data sets for training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from clics.progress import CancelToken, ProgressCallback, silent

if TYPE_CHECKING:
    from clics.dataset.build import BuildOptions
    from clics.dataset.pack import PackOptions
    from clics.results.dataset import BuildReport, DatasetInfo, PackReport


class DatasetService:
    """Describes crystals into data sets and packs them for training. ``session.datasets``."""

    def build(
        self,
        sources: Sequence[Path],
        folder: Path,
        *,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
        **options: Unpack[BuildOptions],
    ) -> BuildReport:
        """Describe the crystals of files into a data set (:func:`clics.dataset.build.build`).

        Called again with the same folder, it resumes.
        """
        from clics.dataset.build import build

        return build(sources, folder, progress=progress, cancel=cancel, **options)

    def pack(
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
        """Pack described crystals for training (:func:`clics.dataset.pack.pack_dataset`)."""
        from clics.dataset.pack import pack_dataset

        return pack_dataset(structures, descriptions, described, output, progress=progress, cancel=cancel, **options)

    def info(self, folder: Path) -> DatasetInfo:
        """Figures of a described or a packed data set (:func:`clics.dataset.dataset_info.info`)."""
        from clics.dataset.dataset_info import info

        return info(folder)
