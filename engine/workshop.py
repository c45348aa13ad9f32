"""What an Engine makes and measures: data sets, models, their figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

from engine.progress import CancelToken, ProgressCallback, silent

if TYPE_CHECKING:
    from engine.dataset.build import BuildOptions, BuildReport
    from engine.dataset.info import DatasetInfo
    from engine.dataset.make_pack import PackOptions, PackReport
    from engine.evaluation.evaluate import Evaluation
    from engine.model.encoder import Encoder


class Workshop:
    """The part of :class:`engine.session.Engine` that makes and measures; used through it only."""

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
        """Describe crystals into a data set (:func:`engine.dataset.build.build`); called again, it goes on."""
        from engine.dataset.build import build

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
        """Pack crystals and what is said of them for training (:func:`engine.dataset.make_pack.pack_dataset`)."""
        from engine.dataset.make_pack import pack_dataset

        return pack_dataset(structures, descriptions, described, output, progress=progress, cancel=cancel, **options)

    def dataset_info(self, folder: Path) -> DatasetInfo:
        """What a described or a packed data set holds (:func:`engine.dataset.info.info`)."""
        from engine.dataset.info import info

        return info(folder)

    def evaluate(
        self,
        dataset: Path,
        *,
        split: Literal["train", "val", "test"] = "val",
        limit: int | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> Evaluation:
        """The paper's figures and stricter ones for the model, each beside the guess by frequency."""
        from engine.dataset.packed import load
        from engine.evaluation.evaluate import evaluate

        return evaluate(self.encoder, load(dataset), split=split, limit=limit, progress=progress, cancel=cancel)
