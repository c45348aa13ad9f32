"""The recipe: every number that decides a training, typed, in one file."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from clics.errors import InputError
from clics.model.clics import ModelSettings
from clics.model.graph import GraphSettings
from clics.model.graph_tower import TowerSettings

Loss = Literal["known+bank", "known", "equation-1"]
TextEncoder = Literal["compact", "matscibert"]
PRESETS = ("quick", "standard", "paper")
_STEPS = 20
_LEAST_BATCH = 16


@dataclass(frozen=True, slots=True)
class TextRecipe:
    """Which text encoder a training from nothing starts with."""

    encoder: TextEncoder = "compact"
    path: str = ""
    """Folder of the starting weights; empty: the training extra (compact), the hub or its cache (matscibert)."""
    layers: tuple[int, ...] = (0, 1, 2)
    """Layers of the starting BERT that the compact encoder keeps."""
    common_words: int = 6000


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Perturbed copies of crystals (:mod:`clics.training.augmentation`), made once for a training."""

    share: float = 0.0
    """Of the crystals of an epoch that are seen as their copy."""
    strain: float = 0.0
    """Largest absolute principal value of the strain (0.03: 3 %)."""
    noise: float = 0.0
    """Standard deviation in Å of the displacement of every Cartesian coordinate."""
    substitution: bool = False
    """Elements are substituted for others of their group, and the cell is scaled by their radii."""

    @property
    def keeps_symmetry(self) -> bool:
        """Whether a copy has the space group of its crystal."""
        return not (self.strain or self.noise)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained. Defaults: the released model's (which was ``compiled``, the same to rounding)."""

    model: ModelSettings = field(default_factory=lambda: ModelSettings(GraphSettings(), TowerSettings()))
    text: TextRecipe = field(default_factory=TextRecipe)
    loss: Loss = "known+bank"
    sentences: int = 2
    """Random sentences per crystal and epoch (the paper's N)."""
    text_every: int = 8
    """The text tower learns on every so many steps."""
    bank_share: float = 0.25
    """Share of the bank's phrases that is encoded on such a step."""
    texts: int = 16
    """Texts of sentences encoded on such a step, at most (equation 1 wants one for each crystal of a batch)."""
    bank_min_count: int = 5
    """Concepts of fewer training crystals are not in the bank (space groups always are)."""
    settle_steps: int = 400
    """Steps in which the text tower alone catches up with the places of its phrases; then it rests."""
    settle_at: float = 0.75
    """Share of the epochs after which it does so. In those that are left crystals learn against its own vectors, so that neither
    lags behind the other in the end (1: at the very end; 0, where a trained model goes on: its phrases stay where they are)."""
    word_dropout: float = 0.5
    """Up to this share of the words around a concept is left out of its phrase, in training only."""
    pair_weight: float = 0.5
    space_group_weight: float = 3.0
    """Of the loss that ranks space groups, beside 1 for environments."""
    site_weight: float = 1.0
    """Of the loss that ranks the phrases of every kind of atoms (only where the tower has ``sites``)."""
    views: Augmentation = field(default_factory=Augmentation)
    epochs: int = 8
    warmup_epochs: float = 0.5
    batch: int = 64
    """Crystals of a step, in each process of a training that several share."""
    undescribed: float = 0.3
    """Crystals of which only the space group is known, per described one, drawn anew in each epoch."""
    max_sites: int = 120
    max_kinds: int = 24
    """Crystals with more kinds of atoms are left out of training (they are the slowest and the fewest)."""
    graph_learning_rate: float = 1.5e-3
    text_learning_rate: float = 3e-4
    head_learning_rate: float = 1e-3
    temperature_learning_rate: float = 5e-3
    bank_learning_rate: float = 5e-3
    fine_tune: float = 0.1
    """Factor on every learning rate where a training starts from a model: rates of a start from nothing would undo it."""
    weight_decay: float = 1e-3
    gradient_norm: float = 2.0
    average: float = 0.998
    """Decay of the running average of the weights, which is what is evaluated and kept (0: none)."""
    seed: int = 0
    precision: Literal["float32", "bf16"] = "float32"
    """Of the towers' matrix products; the text tower on a CPU uses bf16 where the processor has it."""
    compiled: bool = False
    """Fuse the layers over angles (a quarter less time a step on a CPU, after a minute of compiling)."""
    checkpoint_minutes: float = 3.0

    @classmethod
    def preset(cls, name: str) -> Recipe:
        """``quick`` (minutes), ``standard`` (the released model's) or ``paper`` (section 3: its tower, loss and schedule)."""
        if name == "standard":
            return cls()
        if name == "quick":
            tower = TowerSettings(width=32, alignn_layers=2, gcn_layers=2)
            return cls(
                model=ModelSettings(GraphSettings(), tower), epochs=4, undescribed=0.0, text_every=4, settle_steps=100
            )
        if name == "paper":
            tower = TowerSettings(
                width=256,
                embedding=64,
                distance_bins=80,
                angle_bins=40,
                resolution=False,
                moments=0,
                dropout=0.0,
                sites=False,
            )
            return cls(
                model=ModelSettings(GraphSettings(), tower),
                text=TextRecipe(encoder="matscibert"),
                loss="equation-1",
                text_every=1,
                texts=256,
                epochs=128,
                warmup_epochs=5.0,
                batch=256,
                graph_learning_rate=1e-3,
                text_learning_rate=1e-4,
                max_kinds=500,
                undescribed=0.0,
                word_dropout=0.0,
                average=0.0,
            )
        raise InputError(f"There is no preset {name!r}; choose quick, standard or paper.", kind="bad-recipe")

    def for_crystals(self, count: int) -> Recipe:
        """The same for a small training set: an epoch of some twenty smaller steps, and settling no longer than learning.

        Not for ``equation-1``, whose contrast is the batch.
        """
        if self.loss == "equation-1":
            return self
        batch = min(self.batch, max(_LEAST_BATCH, 1 << max(0, (count // _STEPS).bit_length() - 1)))
        steps = self.epochs * max(1, count // batch)
        return dataclasses.replace(self, batch=batch, settle_steps=min(self.settle_steps, steps))

    @classmethod
    def load(cls, path: Path) -> Recipe:
        """Read a recipe file (JSON; what is not said keeps its default). Raises InputError for anything unknown or ill-typed."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"The recipe {path} could not be read: {error}.", kind="bad-recipe") from error
        return cls.from_json(data, where=str(path))

    @classmethod
    def from_json(cls, data: Any, where: str = "recipe") -> Recipe:
        """The inverse of :meth:`to_json`."""
        recipe: Recipe = from_plain(cls, data, where)
        for name in ("batch", "epochs", "text_every", "texts", "sentences"):
            if getattr(recipe, name) < 1:
                raise InputError(f"{where}: {name} must be at least 1.", kind="bad-recipe")
        if not 0.0 <= recipe.views.share <= 1.0:
            raise InputError(f"{where}: views: share must lie between 0 and 1.", kind="bad-recipe")
        return recipe

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary."""
        return dataclasses.asdict(self)


def from_plain(kind: type, data: Any, where: str) -> Any:
    """Build a settings dataclass from plain JSON data, refusing unknown names and wrong types by name."""
    if not isinstance(data, dict):
        raise InputError(f"{where} must be an object with named settings.", kind="bad-recipe")
    hints = get_type_hints(kind)
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise InputError(f"{where}: unknown setting {unknown[0]!r}; known are {', '.join(hints)}.", kind="bad-recipe")
    return kind(**{name: _convert(hints[name], value, f"{where}: {name}") for name, value in data.items()})


def _convert(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return from_plain(hint, value, where)  # type: ignore[arg-type]
    choices = get_args(hint)
    if choices and all(isinstance(c, str) for c in choices):
        if value not in choices:
            raise InputError(f"{where} must be one of {', '.join(choices)}, not {value!r}.", kind="bad-recipe")
        return value
    if hint == tuple[int, ...]:
        if not isinstance(value, (list, tuple)) or not all(isinstance(v, int) for v in value):
            raise InputError(f"{where} must be a list of whole numbers, not {value!r}.", kind="bad-recipe")
        return tuple(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise InputError(f"{where} must be a {hint.__name__}, not {value!r}.", kind="bad-recipe")
    return value
