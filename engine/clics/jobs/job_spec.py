"""The specification of a training job: ``job.json`` in its folder, written before it begins, so that it can be resumed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clics.atomic_files import write_text
from clics.errors import InputError, reason_of
from clics.training.recipe import PRESETS, Recipe

FILE = "job.json"


@dataclass(frozen=True, slots=True)
class TrainingJobSpec:
    """The specification of a training job.

    Attributes:
        name: chosen by the user.
        source: a packed or a described data set, a library, or files of crystals.
        preset: name of the recipe's preset.
        recipe: the whole recipe, as JSON.
        start_from: folder of the model that is fine-tuned; None: from scratch.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        created: time in ISO format.
    """

    name: str
    source: Path
    preset: str
    recipe: dict[str, Any]
    start_from: Path | None
    device: str
    created: str

    def save(self, folder: Path) -> None:
        """Write ``job.json`` into ``folder``, atomically."""
        data = {
            "name": self.name, "source": str(self.source), "preset": self.preset, "recipe": self.recipe,
            "start_from": str(self.start_from) if self.start_from else "", "device": self.device, "created": self.created,
        }  # fmt: skip
        write_text(folder / FILE, json.dumps(data, indent=1, ensure_ascii=False))

    def recipe_for(self, count: int) -> Recipe:
        """The recipe for ``count`` training crystals; presets are adapted to small data sets, users' own recipes are not."""
        recipe = Recipe.from_json(self.recipe)
        return recipe.for_crystals(count) if self.preset in PRESETS else recipe

    @classmethod
    def load(cls, folder: Path) -> TrainingJobSpec:
        """Read ``job.json`` of ``folder``.

        Raises:
            InputError: there is none that can be read (kind ``no-job``).
        """
        try:
            data = json.loads((folder / FILE).read_text(encoding="utf-8"))
            start = data["start_from"]
            return cls(
                data["name"], Path(data["source"]), data["preset"], data["recipe"], Path(start) if start else None,
                data["device"], data["created"],
            )  # fmt: skip
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"{folder} holds no training ({reason_of(error)}); start a new one, or name another folder."
            raise InputError(message, kind="no-job") from error
