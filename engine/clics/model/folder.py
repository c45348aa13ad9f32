"""The model folder: ``config.json``, ``model.safetensors``, ``tokenizer.json``, ``vocabulary.json.gz``, ``MODEL_CARD.md``.

``concepts.safetensors`` holds the embeddings of the vocabulary's phrases, so that analysing a crystal needs no text tower, and
``likeness.safetensors`` (named so since version 0.1) the similarity projection, which a model may lack. The projection is not
part of the fingerprint: fitting it anew leaves the vectors of the shared space as they are.

Loading is strict: every file's hash is checked against the configuration, every tensor must fit, and nothing is unpickled.
Weights of the text tower, of the wide readouts and of the heads are stored as float16, which halves the folder and changes no
score in the third decimal.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clics.atomic_files import put_in_place, replacing_path, write_bytes, write_text
from clics.concepts.concept import Concept, Kind
from clics.concepts.kinds.space_group import UNKNOWN
from clics.concepts.registry import BANK_KINDS, row_of
from clics.concepts.vocabulary import Vocabulary
from clics.errors import ModelError, reason_of
from clics.json_files import read_json
from clics.model import channels, similarity_projection
from clics.model.configuration import (
    FORMAT,
    HASHED,
    SIMILARITY_KEY,
    VOCABULARY,
    fingerprint_of_configuration,
    read_configuration,
    similarity_fingerprint,
    tower_settings,
    vocabulary_file,
)
from clics.results.vector_space import VectorSpace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clics.model.clics import Clics
    from clics.model.similarity_projection import SimilarityProjection

_SIMILARITY = "likeness.safetensors"
_NEXT_SIMILARITY = "likeness-next.safetensors"
"""The projection that is about to replace the other; valid as soon as the configuration has its hash."""
_MOST_SIMILARITY = 64 * 2**20
DATA_LICENCE = "data_licence"
"""Key of ``config.json``: licence of the training data. Models of version 0.1 name it in their model card alone."""
_HALF = (
    "text_",
    "graph_head.",
    "site_head.",
    *(f"graph_tower.{part}readout." for part in ("", "atom_", "reflection_")),
)


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A loaded model folder.

    Attributes:
        model: on the CPU, in evaluation mode.
        vocabulary: concepts of the training data, with their counts.
        fingerprint: hash of everything that decides a vector of the shared space.
        min_count: concepts of fewer training crystals than this are not ranked (space groups always are).
        recipe: the training's recipe, as JSON.
        vectors: by kind, embeddings (m, 128) of :func:`ranked_concepts`.
        similarity_projection: for comparing crystals with crystals; None: in the shared space.
        similarity_fingerprint: of the space of structure embeddings; None with the projection.
    """

    model: Clics
    vocabulary: Vocabulary
    fingerprint: str
    min_count: int
    recipe: dict[str, Any]
    vectors: dict[str, NDArray[np.float32]]
    similarity_projection: SimilarityProjection | None = None
    similarity_fingerprint: str | None = None


def fingerprint_of(folder: Path) -> str:
    """The fingerprint of the model in ``folder``, read from its configuration alone.

    Raises:
        ModelError: the folder has no configuration that this version can read.
    """
    return str(read_configuration(folder)["fingerprint"])


def fingerprints_of(folder: Path) -> tuple[str, ...]:
    """The names of all spaces that the model in ``folder`` embeds into, the shared one first.

    Raises:
        ModelError: as :func:`fingerprint_of`.
    """
    config = read_configuration(folder)
    name, similarity = str(config["fingerprint"]), similarity_fingerprint(config)
    sites = tower_settings(config).get("sites")
    return (name, *([similarity] if similarity else []), *([VectorSpace(name, "sites").name] if sites else []))


def save(
    folder: Path,
    model: Clics,
    vocabulary: Vocabulary,
    *,
    min_count: int,
    recipe: dict[str, Any],
    card: str,
    similarity: SimilarityProjection | None = None,
    data_licence: str = "",
) -> str:
    """Write a model folder.

    Args:
        folder: created where it is missing. A model that it holds is given up: its files are replaced one by one, and its
            configuration, whose hashes refuse a mixture, last.
        model: with its text tower.
        vocabulary: concepts of the training data.
        min_count: least number of training crystals of a ranked concept.
        recipe: the training's recipe, as JSON.
        card: the model card, in Markdown.
        similarity: the similarity projection, if there is one.
        data_licence: licence of the training data, as exports cite it.

    Returns:
        The fingerprint: a hash of weights, tokenizer, vocabulary and settings.

    Raises:
        ModelError: the model was loaded without its text tower.
    """
    import torch
    from safetensors.torch import save_file

    if model.text_tower is None:
        raise ModelError("A model without its text tower cannot be saved.")
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: t.half() if name.startswith(_HALF) else t for name, t in model.state_dict().items()}
    with replacing_path(folder / "model.safetensors") as growing:
        save_file({name: t.cpu().contiguous() for name, t in tensors.items()}, growing)
    with replacing_path(folder / "tokenizer.json") as growing:
        model.text_tower.tokenizer.save(str(growing), pretty=False)
    text = json.dumps(vocabulary.to_json(), ensure_ascii=False)
    write_bytes(
        folder / VOCABULARY, gzip.compress(text.encode(), mtime=0)
    )  # the same bytes at any time: they are hashed
    training = model.training
    model.eval()
    with torch.inference_mode():
        vectors: dict[str, torch.Tensor] = {
            kind: model.embed_texts([c.phrase for c in ranked_concepts(vocabulary, kind, min_count)]).half().cpu()
            for kind in BANK_KINDS
            if ranked_concepts(vocabulary, kind, min_count)
        }
    model.train(training)
    with replacing_path(folder / "concepts.safetensors") as growing:
        save_file(vectors, growing)
    write_text(folder / "MODEL_CARD.md", card)
    config: dict[str, Any] = {
        "format": FORMAT,
        "channels": [channels.ATOM, channels.EDGE, channels.CRYSTAL, channels.MOMENT],
        "model": asdict(model.settings),
        "text": asdict(model.text_tower.settings),
        "min_count": min_count,
        "recipe": recipe,
        "sha256": {name: _sha256(folder / name) for name in HASHED},
    }
    config["fingerprint"] = fingerprint_of_configuration(config)
    if similarity is not None:
        config[SIMILARITY_KEY] = _write_similarity(folder / _SIMILARITY, similarity)
    if data_licence:
        config[DATA_LICENCE] = data_licence
    _write_config(folder, config)
    return str(config["fingerprint"])


def save_similarity(folder: Path, similarity: SimilarityProjection) -> str:
    """Replace the similarity projection of the model in ``folder``; vectors of the shared space stay as they are.

    Returns:
        The fingerprint of the new space of structure embeddings.

    Raises:
        ModelError: as :func:`fingerprint_of`.
    """
    config = read_configuration(folder)
    config[SIMILARITY_KEY] = _write_similarity(folder / _NEXT_SIMILARITY, similarity)
    _write_config(folder, config)
    put_in_place(folder / _NEXT_SIMILARITY, folder / _SIMILARITY)
    return str(similarity_fingerprint(config))


def ranked_concepts(vocabulary: Vocabulary, kind: Kind, min_count: int) -> list[Concept]:
    """The concepts of a kind that a model ranks, most frequent first.

    Args:
        vocabulary: concepts of the training data.
        kind: of the concepts.
        min_count: least number of training crystals of most kinds; space groups need one, networks a share of them.
    """
    least = row_of(kind).least_crystals(min_count, vocabulary.crystals)
    return [c for c in vocabulary.concepts(kind, least) if c != UNKNOWN]


def load(folder: Path, *, text: bool = True) -> ModelFolder:
    """Load a model folder onto the CPU, in evaluation mode.

    Args:
        folder: the model folder.
        text: load the text tower, too.

    Raises:
        ModelError: a file is missing or was changed, or the model was made by a version that does not fit this one.
    """
    from clics.model.stored_weights import load_concept_vectors, load_model

    config = read_configuration(folder)
    _check_files(folder, config)
    if config["channels"] != [channels.ATOM, channels.EDGE, channels.CRYSTAL, channels.MOMENT]:
        raise ModelError(
            f"The model in {folder} was trained with other graph channels than this version makes; train it anew."
        )
    return ModelFolder(
        load_model(folder, config, text=text).eval(),
        read_vocabulary(folder, config),
        config["fingerprint"],
        config["min_count"],
        config["recipe"],
        load_concept_vectors(folder),
        _similarity(folder, config),
        similarity_fingerprint(config),
    )


def read_vocabulary(folder: Path, config: dict[str, Any] | None = None) -> Vocabulary:
    """The vocabulary of a model folder, read without its weights.

    Args:
        folder: the model folder.
        config: its configuration, where it was read before.

    Raises:
        ModelError: the configuration or the vocabulary is missing, damaged or of another format.
    """
    path = folder / vocabulary_file(config or read_configuration(folder))
    try:
        return Vocabulary.from_json(read_json(path))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is damaged ({reason_of(error)}); copy the folder again.") from error
    except ModelError as error:
        raise ModelError(f"{path} cannot be used: {error.message}", kind=error.kind) from error


def _check_files(folder: Path, config: dict[str, Any]) -> None:
    for name, expected in config["sha256"].items():
        path = folder / name
        if not path.is_file():
            raise ModelError(f"The model folder {folder} lacks {name}; copy the folder again.", kind="bad-model")
        if _sha256(path) != expected:
            raise ModelError(
                f"{path} is not the file that the model was saved with (its hash differs); copy the folder again."
            )
    if config["fingerprint"] != fingerprint_of_configuration(config):
        raise ModelError(f"{folder / 'config.json'} was changed after the model was saved; copy the folder again.")


def _write_config(folder: Path, config: dict[str, Any]) -> None:
    """Write the settings last and whole: their hashes make a folder without the other files unusable."""
    write_text(folder / "config.json", json.dumps(config, indent=1))


def _write_similarity(path: Path, similarity: SimilarityProjection) -> str:
    data = similarity_projection.to_bytes(similarity)
    write_bytes(path, data)
    return similarity_projection.hash_of(data)


def _similarity(folder: Path, config: dict[str, Any]) -> SimilarityProjection | None:
    expected = config.get(SIMILARITY_KEY)
    if expected is None:
        return None
    for name in (_SIMILARITY, _NEXT_SIMILARITY):  # the second one where a process was killed between two replacements
        data = _similarity_file(folder / name)
        if data is not None and similarity_projection.hash_of(data) == expected:
            return similarity_projection.from_bytes(data)
    if not (folder / _SIMILARITY).exists():
        raise ModelError(f"The model folder {folder} lacks {_SIMILARITY}; copy the folder again.", kind="bad-model")
    raise ModelError(f"{folder / _SIMILARITY} is not the file that the model was saved with; copy the folder again.")


def _similarity_file(path: Path) -> bytes | None:
    """The content of a file of a similarity projection; None where there is none."""
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > _MOST_SIMILARITY:
            raise ModelError(f"{path} is far too large; copy the folder again.", kind="bad-model")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read ({error.strerror}); copy the folder again.", kind="bad-model"
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
