"""The recipe: every number that decides a training, typed, in one file."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from clics.errors import InputError
from clics.model.clics import ModelSettings
from clics.model.graph import GraphSettings
from clics.model.graph_tower import TowerSettings
from clics.training.settings_json import OldKeys, parse_settings

Loss = Literal["known+bank", "known", "equation-1"]
"""``equation-1``: the paper's symmetric cross entropy over the pairs of a batch. ``known``: contrastive loss in which only texts
that are known to be false of a crystal are negatives. ``known+bank``: that, and crystals against the proxies of all concepts."""
TextEncoder = Literal["compact", "matscibert"]
PRESETS = ("quick", "standard", "paper")
_STEPS_PER_EPOCH = 20
_LEAST_BATCH = 16


@dataclass(frozen=True, slots=True)
class TextRecipe:
    """The text encoder that a training from scratch starts from.

    Attributes:
        encoder: ``compact`` keeps some layers and word pieces of all-MiniLM-L6-v2; ``matscibert`` is MatSciBERT.
        path: folder of the starting weights; empty: the training extra (compact), the hub or its cache (matscibert).
        layers: layers of the starting BERT that the compact encoder keeps.
        common_words: most frequent word pieces of the starting BERT that the compact encoder keeps.
    """

    encoder: TextEncoder = "compact"
    path: str = ""
    layers: tuple[int, ...] = (0, 1, 2)
    common_words: int = 6000


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Perturbed copies of crystals (:mod:`clics.training.augmentation`), made once for a training.

    Attributes:
        fraction: fraction of the crystals of an epoch that are seen as their copy.
        strain: largest absolute principal value of the strain (0.03: 3 %).
        noise: standard deviation in Å of the displacement of every Cartesian coordinate.
        substitution: substitute elements by others of their group, and scale the cell by their radii.
    """

    fraction: float = 0.0
    strain: float = 0.0
    noise: float = 0.0
    substitution: bool = False

    @property
    def keeps_symmetry(self) -> bool:
        """True where a copy has the space group of its crystal."""
        return not (self.strain or self.noise)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Hyperparameters of a training; the defaults are those of the released model.

    Attributes:
        model: graph construction and shape of the graph tower.
        text: text encoder of a training from scratch.
        loss: objective (:data:`Loss`).
        sentences: random sentences per crystal and epoch (N in the paper).
        text_every: the text tower is trained on every ``text_every``-th step.
        bank_share: fraction of the bank's concepts whose phrases are encoded on such a step.
        texts: texts (of ``sentences`` each) encoded on such a step, at most; ``equation-1`` wants one per crystal.
        bank_min_count: concepts of fewer training crystals are not in the bank (space groups always are).
        text_alignment_steps: steps of the phase in which the text tower alone is trained to match the concept proxies.
        text_alignment_share: fraction of the bank's concepts whose phrases are encoded on each of these steps.
        text_alignment_start: fraction of epochs after which the text tower is aligned to the concept proxies and frozen;
            the graph tower then trains against text embeddings. 1.0: align only at the end. 0.0: keep the text tower of
            the model that is fine-tuned.
        word_dropout: largest fraction of the words around a concept that is left out of its phrase, in training only.
        pair_weight: weight of the loss over crystal-text pairs beside the loss over the bank.
        space_group_weight: weight of the space groups' loss; environments have 1.
        site_weight: weight of the loss that contrasts each inequivalent site with the local-geometry concepts.
        augmentation: perturbed copies of training crystals.
        epochs: number of epochs.
        warmup_epochs: epochs over which the learning rates rise linearly.
        batch: crystals per step and process.
        undescribed: crystals of which only the space group is known, per described crystal, drawn anew in each epoch.
        rare_threshold: concepts true of a smaller fraction of the crystals are shown more often
            (:mod:`clics.training.rare_crystals`); 0: every crystal once an epoch.
        max_sites: crystals with more sites in the cell as given are left out.
        max_inequivalent_sites: crystals with more inequivalent sites are left out; they are the slowest and the fewest.
        graph_learning_rate: of the graph tower.
        text_learning_rate: of the text tower.
        head_learning_rate: of the projection heads.
        temperature_learning_rate: of the logarithm of the inverse temperature.
        bank_learning_rate: of the concept proxies.
        fine_tune: factor on every learning rate where a training starts from a model, whose weights the rates of a
            training from scratch would destroy.
        weight_decay: of AdamW.
        gradient_norm: norm to which gradients are clipped.
        ema_decay: decay of the exponential moving average of the weights, which is evaluated and saved; 0: none.
        seed: of every random number.
        precision: of the towers' matrix products; a CPU runs the text tower in bf16 where the processor has it.
        compiled: compile the convolution over the line graph (a quarter less time a step on a CPU, after a minute). The
            released model was trained so; figures agree to rounding.
        checkpoint_minutes: minutes between checkpoints within an epoch.
    """

    model: ModelSettings = field(default_factory=lambda: ModelSettings(GraphSettings(), TowerSettings()))
    text: TextRecipe = field(default_factory=TextRecipe)
    loss: Loss = "known+bank"
    sentences: int = 2
    text_every: int = 8
    bank_share: float = 0.25
    texts: int = 16
    bank_min_count: int = 5
    text_alignment_steps: int = 400
    text_alignment_share: float = 0.5
    text_alignment_start: float = 0.75
    word_dropout: float = 0.5
    pair_weight: float = 0.5
    space_group_weight: float = 3.0
    site_weight: float = 1.0
    augmentation: Augmentation = field(default_factory=Augmentation)
    epochs: int = 8
    warmup_epochs: float = 0.5
    batch: int = 64
    undescribed: float = 0.3
    rare_threshold: float = 0.0
    max_sites: int = 120
    max_inequivalent_sites: int = 24
    graph_learning_rate: float = 1.5e-3
    text_learning_rate: float = 3e-4
    head_learning_rate: float = 1e-3
    temperature_learning_rate: float = 5e-3
    bank_learning_rate: float = 5e-3
    fine_tune: float = 0.1
    weight_decay: float = 1e-3
    gradient_norm: float = 2.0
    ema_decay: float = 0.998
    seed: int = 0
    precision: Literal["float32", "bf16"] = "float32"
    compiled: bool = False
    checkpoint_minutes: float = 3.0

    @classmethod
    def preset(cls, name: str) -> Recipe:
        """A named recipe.

        Args:
            name: ``quick`` (minutes), ``standard`` (the released model) or ``paper`` (section 3: its tower, loss, schedule).

        Raises:
            InputError: there is no such preset (kind ``bad-recipe``).
        """
        if name == "standard":
            return cls()
        if name == "quick":
            tower = TowerSettings(width=32, alignn_layers=2, gcn_layers=2)
            return cls(
                model=ModelSettings(GraphSettings(), tower),
                epochs=4,
                undescribed=0.0,
                text_every=4,
                text_alignment_steps=100,
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
                max_inequivalent_sites=500,
                undescribed=0.0,
                word_dropout=0.0,
                ema_decay=0.0,
            )
        raise InputError(f"There is no preset {name!r}; choose quick, standard or paper.", kind="bad-recipe")

    def for_crystals(self, count: int) -> Recipe:
        """The recipe adapted to a small training set.

        Args:
            count: number of training crystals.

        Returns:
            A recipe with about twenty steps per epoch at least, and no more alignment steps than training steps. The same
            recipe for ``equation-1``, whose negatives are the batch.
        """
        if self.loss == "equation-1":
            return self
        batch = min(self.batch, max(_LEAST_BATCH, 1 << max(0, (count // _STEPS_PER_EPOCH).bit_length() - 1)))
        steps = self.epochs * max(1, count // batch)
        return dataclasses.replace(self, batch=batch, text_alignment_steps=min(self.text_alignment_steps, steps))

    @property
    def aligns_text(self) -> bool:
        """True if the training has a text-alignment phase."""
        return self.loss == "known+bank" and self.text_alignment_steps > 0

    @property
    def epochs_before_alignment(self) -> int:
        """Number of epochs after which the text tower is aligned and frozen."""
        return max(1, round(self.text_alignment_start * self.epochs))

    @classmethod
    def load(cls, path: Path) -> Recipe:
        """Read a recipe file (JSON); settings that it does not name keep their defaults.

        Raises:
            InputError: the file cannot be read, or names an unknown setting or a value of the wrong type (``bad-recipe``).
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"The recipe {path} could not be read: {error}.", kind="bad-recipe") from error
        return cls.from_json(data, where=str(path))

    @classmethod
    def from_json(cls, data: Any, where: str = "recipe") -> Recipe:
        """The inverse of :meth:`to_json`; keys of earlier versions are mapped by :data:`OLD_KEYS`.

        Args:
            data: a plain dictionary.
            where: name of its source, for error messages.

        Raises:
            InputError: as for :meth:`load`.
        """
        recipe: Recipe = parse_settings(cls, data, where, OLD_KEYS)
        for name in ("batch", "epochs", "text_every", "texts", "sentences"):
            if getattr(recipe, name) < 1:
                raise InputError(f"{where}: {name} must be at least 1.", kind="bad-recipe")
        if not 0.0 <= recipe.rare_threshold <= 1.0:
            raise InputError(f"{where}: rare_threshold must lie between 0 and 1.", kind="bad-recipe")
        if not 0.0 <= recipe.augmentation.fraction <= 1.0:
            raise InputError(f"{where}: augmentation: fraction must lie between 0 and 1.", kind="bad-recipe")
        return recipe

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary."""
        return dataclasses.asdict(self)


OLD_KEYS: OldKeys = {
    Recipe: {
        "settle_steps": "text_alignment_steps",
        "settle_at": "text_alignment_start",
        "views": "augmentation",
        "average": "ema_decay",
        "max_kinds": "max_inequivalent_sites",
    },
    Augmentation: {"share": "fraction"},
}
"""Keys of recipes of version 0.1 (``recipe.json``, ``config.json``, ``job.json``, checkpoints) and their names since."""
