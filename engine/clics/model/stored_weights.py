"""Weights and embeddings of a model folder: every tensor must fit before memory is taken for it, and be finite."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clics.errors import ModelError, is_out_of_memory, reason_of
from clics.json_files import parse_json, read_text
from clics.model import channels
from clics.model.configuration import settings, tower_settings
from clics.model.graph import GraphSettings
from clics.model.graph_tower import TowerSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from clics.model.clics import Clics
    from clics.model.text_tower import TextSettings

_TEXT = "text_"
_BERT = "text_tower.encoder."
_DECISIVE: dict[str, dict[str, tuple[str, int]]] = {
    "tower": {
        "width": ("graph_tower.element_embedding.weight", 1),
        "embedding": ("graph_tower.edge_embedding.0.layer.0.weight", 0),
        "distance_bins": ("graph_tower.edge_rbf.centers", 0),
        "angle_bins": ("graph_tower.angle_rbf.centers", 0),
        "moments": ("graph_tower.moment_gate.1.weight", 0),
        "pooled": ("graph_tower.atom_readout.0.weight", 0),
        "output": ("graph_head.layers.0.weight", 1),
    },
    "text": {
        "vocabulary": (f"{_BERT}embeddings.word_embeddings.weight", 0),
        "width": (f"{_BERT}embeddings.word_embeddings.weight", 1),
        "positions": (f"{_BERT}embeddings.position_embeddings.weight", 0),
        "feed_forward": (f"{_BERT}encoder.layer.0.intermediate.dense.weight", 0),
    },
}
"""By part of a model and setting: weights one of whose axes has the size that is set, and that axis."""
_STACKS = {
    "tower": {"alignn_layers": "graph_tower.alignn_layers.", "gcn_layers": "graph_tower.gcn_layers."},
    "text": {"layers": f"{_BERT}encoder.layer."},
}
"""By part and setting: the names of a stack of as many layers begin so."""


def load_model(folder: Path, config: dict[str, Any], *, text: bool) -> Clics:
    """The model of a folder with its weights, on the CPU.

    Args:
        folder: The model folder.
        config: Its configuration.
        text: Load the text tower, too.

    Raises:
        ModelError: The settings or the weights do not fit each other, or this version of the program.
    """
    from safetensors import SafetensorError, safe_open

    from clics.model.clics import Clics, ModelSettings
    from clics.model.text_tower import TextTower

    model_settings = ModelSettings(
        settings(GraphSettings, config["model"]["graph"], folder),
        settings(TowerSettings, tower_settings(config), folder),
    )
    if model_settings.tower.resolution and model_settings.graph.range_neighbours != channels.RANGE:
        raise _misfit(folder, f"its graphs see {model_settings.graph.range_neighbours} distances, not {channels.RANGE}")
    path = folder / "model.safetensors"
    try:
        tower = _text_parts(folder, config) if text else None
        with safe_open(path, "pt") as file:
            names = [name for name in file.keys() if text or not name.startswith(_TEXT)]  # noqa: SIM118 (no mapping)
            found = {name: file.get_slice(name).get_shape() for name in names}
            sizes = {"tower": asdict(model_settings.tower), **({"text": asdict(tower[0])} if tower else {})}
            _check_sizes(folder, sizes, found)
            model = Clics(model_settings, TextTower(*tower) if tower else None)
            _compare(folder, {name: list(tensor.shape) for name, tensor in model.state_dict().items()}, found)
            model.load_state_dict({name: _finite(path, name, file.get_tensor(name).float()) for name in names})
    except (SafetensorError, OSError) as error:
        if is_out_of_memory(error):
            raise
        raise ModelError(f"{path} holds no weights that can be read ({reason_of(error)}).") from error
    except (ValueError, RuntimeError, ArithmeticError, AssertionError) as error:
        if is_out_of_memory(error):
            raise
        raise _misfit(folder, "its settings contradict each other") from error
    return model


def _check_sizes(folder: Path, sizes: dict[str, dict[str, int]], found: dict[str, list[int]]) -> None:
    """Hold the settings that decide the memory of a model against the shapes of its weights, before it is made.

    The device ``meta`` would tell the shapes of a model without its memory, but torch imports ``torch._dynamo`` for it,
    which takes a second and loads triton.
    """
    for part, values in sizes.items():
        for setting, (name, axis) in _DECISIVE[part].items():
            shape = found.get(name)
            if not values[setting] or (setting == "pooled" and not values["resolution"]):
                continue  # the model has no such part
            if shape is None:
                raise _misfit(folder, f"its weights lack '{name}'")
            if axis >= len(shape) or shape[axis] != values[setting]:
                raise _misfit(
                    folder, f"'{setting}' is {values[setting]}, and its weights '{name}' have the shape {shape}"
                )
        for setting, prefix in _STACKS[part].items():
            layers = {name.removeprefix(prefix).split(".", 1)[0] for name in found if name.startswith(prefix)}
            if len(layers) != values[setting]:
                raise _misfit(folder, f"'{setting}' is {values[setting]}, and its weights hold {len(layers)} of them")


def load_concept_vectors(folder: Path) -> dict[str, NDArray[np.float32]]:
    """By kind of concept, the embeddings (m, 128) of the phrases that the model ranks.

    Raises:
        ModelError: They cannot be read, or have no directions.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    from clics.model.clics import DIMENSIONS

    path = folder / "concepts.safetensors"
    try:
        vectors = load_file(path)
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} holds no embeddings that can be read ({reason_of(error)}).") from error
    unit: dict[str, NDArray[np.float32]] = {}
    for kind, of_kind in vectors.items():
        if of_kind.dtype.kind != "f" or of_kind.ndim != 2 or of_kind.shape[1] != DIMENSIONS:
            raise ModelError(f"{path} is damaged (the embeddings of kind '{kind[:80]}' have a wrong shape).")
        of_kind = of_kind.astype(np.float32)
        lengths = np.linalg.norm(of_kind, axis=1, keepdims=True)
        if not (np.isfinite(lengths).all() and (lengths > 0).all()):
            raise ModelError(f"{path} is damaged (embeddings of kind '{kind[:80]}' have no direction).")
        unit[kind] = of_kind / lengths  # half precision changes lengths by 1e-5
    return unit


def _text_parts(folder: Path, config: dict[str, Any]) -> tuple[TextSettings, Tokenizer]:
    from tokenizers import Tokenizer

    from clics.model.text_tower import TextSettings

    path = folder / "tokenizer.json"
    text_settings = settings(TextSettings, config["text"], folder)
    if text_settings.width % text_settings.heads:
        raise _misfit(folder, "the width of its text tower is no multiple of its heads")
    try:
        text = read_text(path)
        patterns, largest = _regular_expressions(parse_json(text))
        tokenizer = Tokenizer.from_str(text)
    except Exception as error:  # the library raises nothing more special
        raise ModelError(f"{path} is no tokenizer that can be read; copy the folder again.") from error
    if patterns:  # one that never ends would end the program, by an error that is no Exception
        raise _misfit(folder, "its tokenizer has regular expressions")
    if largest >= text_settings.vocabulary:
        raise _misfit(folder, "its tokenizer adds word pieces that its text tower does not have")
    if max(tokenizer.get_vocab().values(), default=0) >= text_settings.vocabulary:
        raise _misfit(folder, "its tokenizer has more word pieces than its text tower")
    return text_settings, tokenizer


def _compare(folder: Path, expected: dict[str, list[int]], found: dict[str, list[int]]) -> None:
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            raise _misfit(folder, f"its weights lack '{name}'")
        if name not in expected:
            raise _misfit(folder, f"its weights hold '{name[:80]}', which is unknown")
        if expected[name] != found[name]:
            raise _misfit(folder, f"its weights '{name}' have the shape {found[name]}, not {expected[name]}")


def _finite(path: Path, name: str, tensor: Any) -> Any:
    if not tensor.isfinite().all():
        raise ModelError(f"{path} is damaged (the weights '{name}' are no numbers); copy the folder again.")
    return tensor


def _regular_expressions(value: Any) -> tuple[bool, int]:
    """True where a tokenizer's settings hold a regular expression, and the largest id among the pieces that it adds."""
    parts: list[Any] = [value]
    found, largest = False, -1
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            found = found or "Regex" in part
            ids = part.get("ids")
            largest = max(
                [largest, *(one for one in ids if isinstance(one, int))] if isinstance(ids, list) else [largest]
            )
            parts += part.values()
        elif isinstance(part, list):
            parts += part
    return found, largest


def _misfit(folder: Path, why: str) -> ModelError:
    return ModelError(
        f"The model in {folder} does not fit this version of the program ({why}); update the program, or train it anew."
    )
