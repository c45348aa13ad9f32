"""Train or fine-tune a model: packed data set in, model folder out."""

from __future__ import annotations

from pathlib import Path

from clics.errors import InputError
from clics.progress import CancelToken, ProgressCallback, silent
from clics.results.training import TrainingResult
from clics.training import checkpoint
from clics.training.context import TrainingContext
from clics.training.device import choose_device
from clics.training.distributed import ProcessGroup, process_group
from clics.training.recipe import Recipe
from clics.training.trainer import Trainer


def train(
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
    finish: CancelToken | None = None,
    group: ProcessGroup | None = None,
) -> TrainingResult:
    """Train on a packed data set, or resume a training.

    Args:
        recipe: hyperparameters; a resumed training keeps the recipe that it was started with.
        dataset: folder of the packed data set.
        output: folder of log, checkpoints and, at the end, the model (``output/model``).
        start_from: folder of a model to fine-tune, which decides the model's shape; None trains from scratch.
        resume: continue from the last checkpoint in ``output``.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        workers: processes that build graphs and prepare batches.
        progress: called with the state of the work.
        cancel: stops the training and keeps its state for ``resume``.
        finish: ends the training early: the text tower is aligned and the best weights so far become the model.
        group: the processes of this training, where they are connected already.

    Returns:
        Where the model is, and its validation figures before and after.

    Raises:
        InputError: data or options do not fit, or ``output`` holds a training already (kind ``training-exists``).
        Cancelled: on request.
    """
    cancel = cancel or CancelToken()
    if resume:
        state = checkpoint.state_of(output)
        recipe = Recipe.from_json(state.recipe)
        start_from = Path(state.start_from) if state.start_from else None
    elif checkpoint.exists(output):
        raise InputError(
            f"{output} holds a training already; go on with --resume, or choose another folder.", kind="training-exists"
        )
    device = choose_device(device)
    context = TrainingContext.of_folder(
        dataset,
        recipe,
        output,
        start_from=start_from,
        device=device,
        workers=workers,
        group=group or process_group(device),
        progress=progress,
        cancel=cancel,
        finish=finish,
    )
    return Trainer(context).run(resume=resume)
