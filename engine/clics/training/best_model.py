"""The best epoch of a training by its validation figures, and the model folder made of it at the end.

Each best epoch has a folder of its own, which the next checkpoint names and which is removed after another checkpoint has
named another. A process that is killed at any moment therefore leaves the best epoch whole, and the one that belongs to the
checkpoint from which the training resumes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from clics.concepts.vocabulary import Vocabulary
from clics.model import folder as model_folder
from clics.model.clics import Clics
from clics.results.training import TrainingResult
from clics.training.context import TrainingContext
from clics.training.fit_similarity import fit_or_inherit
from clics.training.model_card import model_card
from clics.training.run_state import RunState
from clics.training.training_data import EpochSampler

_SELECTION = ("space_group_top1", "environment_top1", "environment_map", "shape_top1")
"""Figures whose mean selects the epoch whose weights are kept."""
_FOLDER = "best"
_AGAIN = "-again"


def selection_score(figures: dict[str, float]) -> float:
    """Mean of the figures by which epochs are compared; 0 where there are none."""
    known = [figures[name] for name in _SELECTION if name in figures]
    return sum(known) / len(known) if known else 0.0


def keep_if_best(
    context: TrainingContext, model: Clics, vocabulary: Vocabulary, state: RunState, figures: dict[str, float]
) -> None:
    """Save ``model`` as the best so far, unless an earlier epoch had better validation figures.

    Args:
        context: recipe and output folder.
        model: with the weights that ``figures`` were measured with.
        vocabulary: concepts that the model ranks.
        state: takes ``figures`` as its best.
        figures: validation figures in percent; without any, the latest weights are kept.
    """
    if figures and selection_score(figures) < selection_score(state.best):
        return
    recipe = context.recipe
    name = f"{_FOLDER}-{state.step}"
    if name == state.best_folder:  # never touch the one that the checkpoint names
        name += _AGAIN
    folder = context.output / name
    shutil.rmtree(folder, ignore_errors=True)  # of a process that was killed before its next checkpoint
    model_folder.save(folder, model, vocabulary, min_count=recipe.bank_min_count, recipe=recipe.to_json(), card="")
    state.best, state.best_epoch, state.best_folder = figures, state.epoch, name


def remove(output: Path, *, but: str = "") -> None:
    """Remove the folders of best epochs.

    Args:
        output: folder of the training.
        but: name of the one that stays; all go where it is empty.
    """
    for folder in (output / _FOLDER, *output.glob(f"{_FOLDER}-*")):
        if folder.name != but:
            shutil.rmtree(folder, ignore_errors=True)


def finish(context: TrainingContext, vocabulary: Vocabulary, epochs: EpochSampler, state: RunState) -> TrainingResult:
    """Write the final model folder from the best epoch, with its similarity projection and model card.

    Args:
        context: recipe, data set and output folder.
        vocabulary: concepts that the model ranks.
        epochs: numbers of crystals, for the model card.
        state: figures before training and of the best epoch.

    Returns:
        The result, whose model is in ``output/model``.

    Raises:
        Cancelled: on request, while the similarity projection is fitted.
    """
    best = model_folder.load(context.output / state.best_folder)
    improved = bool(state.best) and selection_score(state.best) > selection_score(state.before)
    message = _message(state, improved)
    recipe = context.recipe
    card = model_card(recipe, context.dataset, epochs.described, epochs.per_epoch, state, message, context.device)
    similarity = fit_or_inherit(
        best.model, context.dataset, context.start_from, progress=context.main_progress, cancel=context.cancel
    )
    target = context.output / "model"
    fingerprint = model_folder.save(
        target,
        best.model,
        vocabulary,
        min_count=recipe.bank_min_count,
        recipe=recipe.to_json(),
        card=card,
        similarity=similarity,
        data_licence=str(context.dataset.manifest.get("licence") or ""),
    )
    return TrainingResult(target, fingerprint, state.before, state.best, improved, message, state.epoch, state.seconds)


def _message(state: RunState, improved: bool) -> str:
    if not state.best:
        return "The data set has no validation crystals, so nothing can be said about what the training gained."
    if improved:
        return f"Kept the weights of epoch {state.best_epoch}, the best on validation crystals."
    return "This training improved nothing on validation crystals; the model it started from is as good or better."
