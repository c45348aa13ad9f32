"""What an Engine makes and measures: data sets, models, their figures, tables of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.progress import CancelToken, ProgressCallback, silent

if TYPE_CHECKING:
    from engine.dataset.build import BuildReport
    from engine.dataset.make_pack import PackReport
    from engine.evaluation.evaluate import Evaluation
    from engine.model.encoder import Encoder
    from engine.training.recipe import Recipe
    from engine.training.run import TrainingResult


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
        workers: int | None = None,
        max_sites: int | None = None,
        limit: int | None = None,
        retry_failed: bool = False,
        licence: str | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> BuildReport:
        """Describe crystals into a data set (:func:`engine.dataset.build.build`); called again, it goes on."""
        from engine.dataset.build import build

        return build(
            sources,
            folder,
            workers=workers,
            limit_crystals=limit,
            max_sites=max_sites,
            retry_failed=retry_failed,
            licence=licence,
            progress=progress,
            cancel=cancel,
        )

    def dataset_pack(
        self,
        output: Path,
        *,
        structures: Sequence[Path] = (),
        descriptions: Sequence[Path] = (),
        described: Sequence[Path] = (),
        label_undescribed: bool = False,
        max_sites: int | None = None,
        licence: str | None = None,
        workers: int | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> PackReport:
        """Pack crystals and what is said of them into arrays for training (:mod:`engine.dataset.make_pack`)."""
        from engine.dataset.make_pack import pack_dataset

        return pack_dataset(
            structures,
            descriptions,
            described,
            output,
            label_undescribed,
            max_sites,
            licence=licence,
            workers=workers,
            progress=progress,
            cancel=cancel,
        )

    def dataset_info(self, folder: Path) -> dict[str, Any]:
        """What a packed data set holds: its manifest and the counts of its vocabulary. Raises InputError."""
        from engine.dataset.packed import load

        dataset = load(folder)
        counts = {kind: count for kind, count, _ in dataset.vocabulary().table()}
        return {"folder": str(folder), "manifest": dataset.manifest, "concepts": counts}

    def train(
        self,
        recipe: Recipe,
        dataset: Path,
        output: Path,
        *,
        start_from: Path | None = None,
        resume: bool = False,
        device: str = "auto",
        workers: int = 1,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> TrainingResult:
        """Train a model into ``output/model``, from nothing or from the model folder ``start_from``."""
        from engine.training.run import train

        return train(
            recipe,
            dataset,
            output,
            start_from=start_from,
            resume=resume,
            device=device,
            workers=workers,
            progress=progress,
            cancel=cancel,
        )

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

    def export(
        self, results: Iterable[object], output: Path, *, format: str | None = None, title: str = "", query: str = ""
    ) -> int:
        """Write hits, analyses or rows as a table (csv, xlsx, json, html); how many rows it has."""
        from engine.export.tables import write_table

        return write_table(results, output, format=format, title=title, query=query)
