"""The model card: data, recipe and validation figures of a model, in Markdown."""

from __future__ import annotations

import contextlib

from clics.dataset.packed_reader import PackedDataset
from clics.training.recipe import Recipe
from clics.training.run_state import RunState

_NAMES = {
    "space_group_top1": "space group, top-1",
    "space_group_top5": "space group, top-5",
    "environment_top1": "environment, any stated one, top-1",
    "environment_top5": "environment, any stated one, top-5",
    "environment_map": "environment, mean average precision",
    "shape_top1": "coordination shape, any true one, top-1",
    "shape_top5": "coordination shape, any true one, top-5",
    "shape_map": "coordination shape, mean average precision",
}


_LICENCE = "Licence of the data: "


def model_card(
    recipe: Recipe,
    data: PackedDataset,
    described: int,
    per_epoch: int,
    state: RunState,
    message: str,
    device: str,
) -> str:
    """The card in Markdown.

    Args:
        recipe: of the training.
        data: the packed data set, whose licence is named.
        described: number of described training crystals.
        per_epoch: crystals of an epoch.
        state: validation figures before and after, on some 1,200 validation crystals at most, and the time.
        message: outcome of the training in one sentence.
        device: ``cpu``, ``cuda`` or ``mps``.
    """
    tower = recipe.model.tower
    lines = [
        "# CLICS model",
        "",
        f"Trained on {described} described crystals; each epoch {per_epoch} crystals (those that were only labelled with their "
        f"space group among them). {recipe.epochs} epochs in {state.seconds / 3600:.2f} hours on {device}. {message}",
        "",
        f"{_LICENCE}{data.manifest.get('licence', 'as the user has it')}",
        "",
        f"Graph tower: ALIGNN, {tower.alignn_layers} + {tower.gcn_layers} layers of width {tower.width}, resolution channels "
        f"{'on' if tower.resolution else 'off'}, {tower.moments} direction moments. Text tower: {recipe.text.encoder}. "
        f"Loss: {recipe.loss}. The whole recipe is in config.json.",
        "",
        "| figure (validation crystals, %) | before | after |",
        "|---|---|---|",
    ]
    for key, name in _NAMES.items():
        if key in state.best:
            lines.append(f"| {name} | {state.before.get(key, float('nan')):.1f} | {state.best[key]:.1f} |")
    return "\n".join(lines) + "\n"


def figures_of_card(card: str) -> dict[str, float]:
    """Figures (percent, after training) in the table that :func:`model_card` wrote; empty where it has none."""
    keys = {name: key for key, name in _NAMES.items()}
    figures: dict[str, float] = {}
    for line in card.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 3 and cells[0] in keys:
            with contextlib.suppress(ValueError):
                figures[keys[cells[0]]] = float(cells[2])
    return figures


def licence_of_card(card: str) -> str:
    """The licence of the training data that :func:`model_card` wrote; empty where the card names none."""
    return next((line.removeprefix(_LICENCE) for line in card.splitlines() if line.startswith(_LICENCE)), "")
