"""The inputs of one training and the surroundings it runs in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from clics.concepts.vocabulary import Vocabulary
from clics.dataset import packed_reader
from clics.dataset.packed_reader import PackedDataset
from clics.errors import InputError, ModelError, reason_of
from clics.json_files import read_json
from clics.model.graph import GraphSettings
from clics.progress import CancelToken, ProgressCallback, silent
from clics.training.augmentation import perturbed_copies
from clics.training.distributed import ProcessGroup, SingleProcess
from clics.training.graph_cache import GraphStore, load_graphs
from clics.training.recipe import Recipe
from clics.training.training_data import TrainingGraphs, usable_rows


@dataclass(frozen=True, kw_only=True)
class TrainingContext:
    """Everything that a training is given.

    Attributes:
        recipe: every number that decides the training.
        dataset: the packed data set.
        vocabulary: its concepts, counted over the training split.
        graph_cache: folder in which crystal graphs are kept between trainings.
        output: folder of the log, the checkpoints and the model.
        start_from: folder of the model that is fine-tuned; None trains from scratch.
        device: ``cpu``, ``cuda`` or ``mps``.
        workers: processes that build graphs and prepare batches.
        group: the processes that train together.
        progress: called with the state of the work, in the main process only.
        cancel: stops the training; its state is kept.
        finish: ends the training after the current epoch's last step; the best weights become the model.
    """

    recipe: Recipe
    dataset: PackedDataset
    vocabulary: Vocabulary
    graph_cache: Path
    output: Path
    start_from: Path | None = None
    device: str = "cpu"
    workers: int = 1
    group: ProcessGroup = field(default_factory=SingleProcess)
    progress: ProgressCallback = silent
    cancel: CancelToken = field(default_factory=CancelToken)
    finish: CancelToken = field(default_factory=CancelToken)

    @classmethod
    def of_folder(
        cls,
        folder: Path,
        recipe: Recipe,
        output: Path,
        *,
        start_from: Path | None = None,
        device: str = "cpu",
        workers: int = 1,
        group: ProcessGroup | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
        finish: CancelToken | None = None,
    ) -> TrainingContext:
        """The context of a training on the packed data set in ``folder``; other arguments as the attributes.

        Raises:
            InputError: ``folder`` holds no packed data set, or a damaged one (kind ``bad-dataset``).
        """
        dataset = packed_reader.load(folder)
        try:
            vocabulary = Vocabulary.from_json(read_json(folder / packed_reader.file_of(dataset.manifest, "vocabulary")))
        except (OSError, ValueError, ModelError) as error:
            message = f"{folder} is no packed data set ({reason_of(error)}); make one with 'clics dataset pack'."
            raise InputError(message, kind="bad-dataset") from error
        return cls(
            recipe=recipe,
            dataset=dataset,
            vocabulary=vocabulary,
            graph_cache=folder / "graphs",
            output=output,
            start_from=start_from,
            device=device,
            workers=workers,
            group=group or SingleProcess(),
            progress=progress,
            cancel=cancel or CancelToken(),
            finish=finish or CancelToken(),
        )

    @property
    def is_main(self) -> bool:
        """True if this is the main process, which writes all files."""
        return self.group.rank == 0

    @property
    def main_progress(self) -> ProgressCallback:
        """:attr:`progress` in the main process; in the others a function that does nothing."""
        return self.progress if self.is_main else silent

    def training_graphs(self, settings: GraphSettings) -> TrainingGraphs:
        """Graphs of the training split and, where the recipe augments, of one perturbed copy of each crystal."""
        store = self._graphs(self.dataset, "train", settings)
        augmentation = self.recipe.augmentation
        if not augmentation.fraction:
            return TrainingGraphs(store)
        copies = perturbed_copies(self.dataset, store.rows, augmentation, self.recipe.seed)
        return TrainingGraphs(store, self._graphs(copies, "train", settings))

    def validation_graphs(self, settings: GraphSettings) -> GraphStore:
        """Graphs of the validation split."""
        return self._graphs(self.dataset, "val", settings)

    def _graphs(self, dataset: PackedDataset, split: str, settings: GraphSettings) -> GraphStore:
        rows = usable_rows(dataset, split, self.recipe.max_sites)
        if not len(rows):
            name = {"train": "training", "val": "validation"}.get(split, split)
            message = (
                f"The {name} split of the data set holds no crystal of at most {self.recipe.max_sites} sites. The splits "
                "are drawn by formula: add crystals of further formulas, a few hundred in all."
            )
            raise InputError(message, kind="too-few-crystals")
        return load_graphs(
            dataset,
            rows,
            settings,
            self.graph_cache,
            workers=self.workers,
            progress=self.main_progress,
            cancel=self.cancel,
        )
