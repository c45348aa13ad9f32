"""The list of models: the released one, and one of each finished training job; making, renaming and removing jobs."""

from __future__ import annotations

import re
import shutil
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clics import paths
from clics.errors import ClicsError, InputError, ModelError
from clics.jobs import monitor, status
from clics.jobs.job_spec import TrainingJobSpec
from clics.json_files import read_text
from clics.model.configuration import read_configuration
from clics.model.folder import DATA_LICENCE, fingerprint_of
from clics.results.training import ModelRow, TrainingOptions
from clics.training.model_card import figures_of_card, licence_of_card
from clics.training.recipe import Recipe

_LONGEST_NAME = 60
_MOST_CARD = 2**20
"""Bytes of a model card that are read."""


@dataclass(frozen=True, slots=True)
class ModelLabel:
    """Label of a model in exports: name, fingerprint, and licence of its training data ("" if unknown)."""

    name: str
    fingerprint: str
    licence: str


def spec_of(options: TrainingOptions) -> TrainingJobSpec:
    """The specification of a training, checked as far as that costs nothing.

    Raises:
        InputError: ``missing-file`` where there is no such source, and the kinds of :class:`clics.training.recipe.Recipe`.
    """
    name = " ".join(options.name.split())[:_LONGEST_NAME] or "My model"
    recipe = Recipe.load(options.recipe) if options.recipe is not None else Recipe.preset(options.preset)
    if options.epochs is not None:
        warmup = min(recipe.warmup_epochs, options.epochs / 4)
        recipe = replace(recipe, epochs=options.epochs, warmup_epochs=warmup)
    if not options.source.exists():
        message = f"There is no {options.source}; choose a library, or a folder of crystals."
        raise InputError(message, kind="missing-file")
    return TrainingJobSpec(
        name=name,
        source=options.source.absolute(),
        preset=options.preset if options.recipe is None else options.recipe.name,
        recipe=recipe.to_json(),
        start_from=options.start_from.absolute() if options.start_from else None,
        device=options.device,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def make_folder(spec: TrainingJobSpec) -> Path:
    """Create the folder of a new job among the user's models, and write its specification.

    Raises:
        ClicsError: the folder cannot be written (kind ``not-writable``).
    """
    plain = unicodedata.normalize("NFKD", spec.name).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "model"
    try:
        paths.own_models().mkdir(parents=True, exist_ok=True)
        number, folder = 1, paths.own_models() / stem
        while True:
            try:
                folder.mkdir()
                break
            except FileExistsError:
                number += 1
                folder = paths.own_models() / f"{stem}-{number}"
        spec.save(folder)
    except OSError as error:
        message = f"Nothing can be written to {paths.own_models()} ({error.strerror}); make room there."
        raise ClicsError(message, kind="not-writable") from error
    return folder


def models() -> tuple[ModelRow, ...]:
    """The released model, then the user's models, the latest first; folders without a readable model are left out."""
    own = []
    for state in monitor.states(paths.own_models()):
        if state.status == "finished" and (row := _row(state.model, state.name, state.folder)) is not None:
            data = Path(state.source).name or state.source
            start = state.start_name or "from nothing"
            own.append(
                replace(row, created=state.created, data=data, start_from=start, preset=state.preset,
                        figures=state.after or row.figures)
            )  # fmt: skip
    shipped = _row(paths.model_folder(), monitor.SHIPPED, None)
    return (*([shipped] if shipped else []), *own)


def find(name: str | Path) -> ModelRow:
    """A model by its name, its folder, or its training folder. Raises InputError (``unknown-model``)."""
    known = models()
    for row in known:
        if str(name) == row.name or Path(name).absolute() in (row.folder, row.home):
            return row
    names = ", ".join(row.name for row in known)
    raise InputError(f"There is no model '{name}'; known are {names}.", kind="unknown-model")


def label_of(folder: Path) -> ModelLabel:
    """Label in exports of the model in a folder; only its configuration and card are read. Raises ModelError."""
    try:
        licence = _licence(read_configuration(folder), read_text(folder / "MODEL_CARD.md", most=_MOST_CARD))
    except (OSError, ValueError, ModelError):
        licence = ""
    own = folder.parent.name if folder.name == "model" else folder.name
    name = "CLICS released model" if folder == paths.resources() / "model" else own
    return ModelLabel(name, fingerprint_of(folder), licence)


def _licence(config: dict[str, Any], card: str) -> str:
    """The licence of a model's training data, in the form that it has within a sentence."""
    licence = str(config.get(DATA_LICENCE) or licence_of_card(card))
    return licence[:1].lower() + licence[1:].rstrip(".")


def _row(folder: Path, name: str, home: Path | None) -> ModelRow | None:
    try:
        config = read_configuration(folder)
        made = datetime.fromtimestamp((folder / "config.json").stat().st_mtime, UTC)
        card = read_text(folder / "MODEL_CARD.md", most=_MOST_CARD)
        return ModelRow(
            name=name,
            folder=folder,
            home=home,
            fingerprint=str(config["fingerprint"]),
            created=made.isoformat(timespec="seconds"),
            data=_data_of_card(card),
            start_from="from nothing",
            preset="standard",
            figures=figures_of_card(card),
            licence=_licence(config, card),
            size=sum(path.stat().st_size for path in folder.iterdir() if path.is_file()),
        )
    except (OSError, ValueError, KeyError, TypeError, ModelError):
        return None


def _data_of_card(card: str) -> str:
    described = re.search(r"Trained on ([\d,]+) described crystals", card)
    source = "Materials Project" if "Materials Project" in card else "own data"
    return f"{source}, {int(described.group(1).replace(',', '')):,} crystals" if described else source


def rename(home: Path, name: str) -> None:
    """Rename a user's model; its folder keeps its name, so that references to it stay valid.

    Raises:
        InputError: ``name`` is empty (kind ``bad-name``).
    """
    name = " ".join(name.split())[:_LONGEST_NAME]
    if not name:
        raise InputError("A model needs a name.", kind="bad-name")
    replace(TrainingJobSpec.load(home), name=name).save(home)


def remove(home: Path) -> None:
    """Remove a user's model, or a job that does not run, with its folder.

    Raises:
        InputError: the model was not trained here (kind ``shipped``), or its job runs (``busy``).
        ClicsError: the folder cannot be removed (``busy``).
    """
    if home.parent != paths.own_models():
        raise InputError("Only models that were trained here are removed; the released one stays.", kind="shipped")
    known = status.read(home)
    if not known.get("ended") and status.alive(home, known):
        raise InputError("This training is at work; stop it before you remove it.", kind="busy")
    removed = home.with_name(f".{home.name}.removed")
    try:
        shutil.rmtree(removed, ignore_errors=True)
        home.rename(removed)
        shutil.rmtree(removed)
    except OSError as error:
        raise ClicsError(f"{home} could not be removed ({error.strerror}); close what uses it.", kind="busy") from error
