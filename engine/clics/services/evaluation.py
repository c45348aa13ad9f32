"""Evaluation of a model on a packed data set."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clics.progress import CancelToken, ProgressCallback, silent

if TYPE_CHECKING:
    from clics.evaluation.evaluation import Evaluation, Split
    from clics.services.state import SessionState


class EvaluationService:
    """The paper's figures and stricter ones. ``session.evaluation``."""

    def __init__(self, state: SessionState) -> None:
        self._state = state

    def run(
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
        """Evaluate the session's model; each figure stands beside the guess by frequency.

        Args:
            dataset: A packed data set.
            split: ``train``, ``val``, ``test`` or ``all``.
            limit: Number of crystals, at most.
            sections: Some of :data:`clics.evaluation.evaluation.SECTIONS`; None for all.
            crystals: Ids of crystals of the data set that are shown one by one.
            files: Files of crystals that are shown one by one.
            supervised: A result of ``benchmarks/supervised.py`` to stand beside the model.
            output: Folder for ``evaluation.json``, ``evaluation.md`` and ``report.html``. Embeddings are stored there as they
                are made, so that the same call resumes.

        Raises:
            InputError: ``bad-section``, and what does not fit the data set.
        """
        from clics.dataset.packed_reader import load
        from clics.evaluation.concept_tables import entries_of, entries_of_files, rows_of_ids
        from clics.evaluation.evaluate import evaluate
        from clics.evaluation.evaluation import Shown, sections_of
        from clics.evaluation.write_report import Writer, read_supervised

        chosen, beside = sections_of(sections), read_supervised(supervised) if supervised else None
        data = load(dataset)
        entries = entries_of(data, rows_of_ids(data, crystals))
        read, refused = (
            entries_of_files(self._state.read(files, progress=progress, cancel=cancel)) if files else ([], {})
        )
        with Writer(output) if output is not None else contextlib.nullcontext() as writer:
            result = evaluate(
                self._state.encoder,
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
                writer.write(result, title=f"{dataset.name}, split {split}")
        return result
