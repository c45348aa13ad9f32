"""The configuration of a model folder, ``config.json``, which may be a stranger's: types, ranges and hashes are checked."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from clics.errors import ModelError, reason_of
from clics.json_files import read_json
from clics.results.vector_space import VectorSpace

FORMAT = "clics-model/1"
VOCABULARY = "vocabulary.json.gz"
_OLD_VOCABULARY = "vocabulary.json"
"""Name of the vocabulary in folders of earlier versions, which hold it as plain text."""
HASHED = ("model.safetensors", "tokenizer.json", VOCABULARY, "concepts.safetensors")
SIMILARITY_KEY = "likeness"
"""Key of the hash of the similarity projection in ``config.json``, unchanged since version 0.1."""
_OLD_TOWER = {"reflections": False, "sites": False}
"""Settings that towers had before these settings existed; configurations of that time lack them."""
_TYPES: dict[str, type] = {
    "channels": list, "model": dict, "text": dict, "min_count": int, "recipe": dict, "sha256": dict, "fingerprint": str,
}  # fmt: skip
_MOST_BYTES = 4 * 2**20
_NONE_ALLOWED = {"alignn_layers", "gcn_layers", "moments", "pooled"}
_MOST = {
    "alignn_layers": 64, "gcn_layers": 64, "layers": 64, "heads": 256, "neighbours": 256, "range_neighbours": 1024,
    "vocabulary": 1_000_000, "positions": 65_536, "feed_forward": 65_536,
}  # fmt: skip
"""Largest values of whole numbers; the others are widths, whose limit is :data:`_MOST_WIDTH`."""
_MOST_WIDTH = 16_384
_MOST_FLOAT = {"tie_width": 1.0}
"""Largest values of numbers that decide how much memory a graph takes; the others end at 100."""
_HASH = re.compile(r"[0-9a-f]{64}")

Settings = TypeVar("Settings")


def read_configuration(folder: Path) -> dict[str, Any]:
    """The configuration of a model folder; its parts have the right types.

    Raises:
        ModelError: ``config.json`` is missing, damaged or of another format (kind ``bad-model``).
    """
    path = folder / "config.json"
    try:
        config = read_json(path, most=_MOST_BYTES)
    except OSError as error:
        raise ModelError(f"{folder} is not a model folder: it has no config.json that can be read.") from error
    except ValueError as error:
        raise ModelError(f"{path} is damaged ({reason_of(error)}); copy the folder again.") from error
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise ModelError(f"{folder} holds a model of another format than {FORMAT}; update the program or the model.")
    missing = sorted(_TYPES.keys() - config.keys())
    if missing:
        raise ModelError(f"{path} lacks {', '.join(missing)}; copy the folder again.")
    for name, kind in _TYPES.items():
        if not isinstance(config[name], kind) or isinstance(config[name], bool):
            raise damaged(folder, f"'{name}' has a value of a wrong type")
    _check_hashes(folder, config)
    similarity = config.get(SIMILARITY_KEY)
    if similarity is not None and not _is_hash(similarity):
        raise damaged(folder, f"'{SIMILARITY_KEY}' is no hash")
    if not isinstance(config["model"].get("tower"), dict) or not isinstance(config["model"].get("graph"), dict):
        raise damaged(folder, "'model' lacks 'graph' or 'tower'")
    return config


def vocabulary_file(config: dict[str, Any]) -> str:
    """Name of the file of the vocabulary in the model folder of a configuration."""
    return _OLD_VOCABULARY if _OLD_VOCABULARY in config["sha256"] else VOCABULARY


def tower_settings(config: dict[str, Any]) -> dict[str, Any]:
    """The settings of the graph tower, those that earlier versions lack included."""
    return {**_OLD_TOWER, **config["model"]["tower"]}


def settings(kind: type[Settings], values: dict[str, Any], folder: Path) -> Settings:
    """A dataclass of whole numbers, numbers, switches and texts from its values in the configuration.

    Args:
        kind: The dataclass.
        values: Its values by name; only fields with a default may lack.
        folder: The model folder, for messages.

    Raises:
        ModelError: A name is unknown, or a value is missing, of a wrong type or beyond all reason.
    """
    hints = get_type_hints(kind)
    unknown = sorted(values.keys() - hints.keys())
    if unknown:
        raise ModelError(
            f"The model in {folder} does not fit this version of the program (the setting '{unknown[0][:80]}' is "
            "unknown); update the program, or train it anew."
        )
    for name, value in values.items():
        if not _is_reasonable(name, value, hints[name]):
            raise damaged(folder, f"the setting '{name}' cannot be {str(value)[:80]}")
    try:
        return kind(**values)
    except TypeError as error:
        lacking = next(field.name for field in fields(kind) if field.name not in values)  # type: ignore[arg-type]
        raise damaged(folder, f"the setting '{lacking}' is missing") from error


def fingerprint_of_configuration(config: dict[str, Any]) -> str:
    """Hash of all that decides a vector: not of the recipe, which tells how the weights came about."""
    decisive = {name: config[name] for name in ("format", "channels", "model", "text", "min_count", "sha256")}
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:16]


def similarity_fingerprint(config: dict[str, Any]) -> str | None:
    """Name of the space of structure embeddings; None where the model has no similarity projection."""
    expected = config.get(SIMILARITY_KEY)
    return None if expected is None else VectorSpace(config["fingerprint"], "structural", expected[:16]).name


def damaged(folder: Path, fault: str) -> ModelError:
    """The error for a model folder whose configuration cannot be right."""
    return ModelError(f"{folder / 'config.json'} is damaged ({fault}); copy the folder again.")


def _check_hashes(folder: Path, config: dict[str, Any]) -> None:
    wanted = [vocabulary_file(config) if name == VOCABULARY else name for name in HASHED]
    lacking = [name for name in wanted if name not in config["sha256"]]
    if lacking:
        raise damaged(folder, f"'sha256' lacks {lacking[0]}")
    for name, expected in config["sha256"].items():
        if Path(name).name != name or name in ("", ".", ".."):
            raise damaged(folder, "'sha256' names a file outside the folder")
        if not _is_hash(expected):
            raise damaged(folder, f"'sha256' has no hash of {name[:80]}")


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _is_reasonable(name: str, value: Any, kind: Any) -> bool:
    if kind is bool or kind is str:
        return isinstance(value, kind)
    if isinstance(value, bool) or not isinstance(value, int if kind is int else int | float):
        return False
    if kind is int:
        least = 0 if name in _NONE_ALLOWED else 1
        return bool(least <= value <= _MOST.get(name, _MOST_WIDTH))
    return math.isfinite(value) and 0 <= value <= _MOST_FLOAT.get(name, 100.0)
