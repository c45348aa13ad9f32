"""Model folders of strangers: wrong types, deep nesting, absurd sizes, no numbers; one sentence each, and little memory."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clics.errors import ModelError
from clics.model.configuration import fingerprint_of_configuration
from clics.model.folder import load
from safetensors.numpy import load_file, save_file


def seal(folder: Path, config: dict[str, Any]) -> None:
    """Write the configuration with right hashes, as one who knows how."""
    if isinstance(config["sha256"], dict) and len(config["sha256"]) == 4:
        names = config["sha256"]
        config["sha256"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    config["fingerprint"] = fingerprint_of_configuration(config)
    (folder / "config.json").write_text(json.dumps(config))


def setting(*path: str, value: Any) -> Callable[[Path, dict[str, Any]], None]:
    def change(_folder: Path, config: dict[str, Any]) -> None:
        part = config
        for name in path[:-1]:
            part = part[name]
        part[path[-1]] = value

    return change


def file(name: str, content: bytes) -> Callable[[Path, dict[str, Any]], None]:
    return lambda folder, _config: (folder / name).write_bytes(content)  # type: ignore[return-value]


def tensors(name: str, change: Callable[[Any], Any]) -> Callable[[Path, dict[str, Any]], None]:
    def changed(folder: Path, _config: dict[str, Any]) -> None:
        stored = load_file(folder / name)
        save_file({key: np.array(change(value), order="C") for key, value in stored.items()}, folder / name)

    return changed


def tokenizer(**parts: Any) -> Callable[[Path, dict[str, Any]], None]:
    def changed(folder: Path, _config: dict[str, Any]) -> None:
        path = folder / "tokenizer.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | parts))

    return changed


def no_number(values: Any) -> Any:
    return np.full_like(values, np.nan)


CASES = {
    "hashes in a list": (setting("sha256", value=["x"]), "'sha256' has a value of a wrong type"),
    "no hashes": (setting("sha256", value={}), "'sha256' lacks model.safetensors"),
    "a hash outside": (setting("sha256", "../x", value="x"), "outside the folder"),
    "a hash that is none": (setting("sha256", "y", value=3), "has no hash of y"),
    "count as text": (setting("min_count", value="5"), "'min_count' has a value of a wrong type"),
    "many layers": (setting("model", "tower", "alignn_layers", value=10**7), "'alignn_layers' cannot be 10000000"),
    "wide": (setting("model", "tower", "width", value=16_000), "have the shape"),
    "no width": (setting("model", "tower", "width", value=0), "'width' cannot be 0"),
    "width as text": (setting("model", "tower", "width", value="wide"), "'width' cannot be wide"),
    "unknown setting": (setting("model", "tower", "colour", value=1), "the setting 'colour' is unknown"),
    "negative": (setting("model", "graph", "neighbours", value=-3), "'neighbours' cannot be -3"),
    "long texts": (setting("text", "positions", value=65_000), "have the shape"),
    "many words": (setting("text", "vocabulary", value=10**9), "'vocabulary' cannot be"),
    "odd heads": (setting("text", "heads", value=7), "no multiple of its heads"),
    "far neighbours": (setting("model", "graph", "tie_width", value=99.0), "'tie_width' cannot be 99"),
    "many distances": (setting("model", "graph", "range_neighbours", value=1024), "see 1024 distances, not 32"),
    "no tower": (setting("model", value={}), "lacks 'graph' or 'tower'"),
    "vocabulary a list": (file("vocabulary.json.gz", gzip.compress(b"[]")), "no vocabulary of format|not a vocabulary"),
    "vocabulary nested": (file("vocabulary.json.gz", gzip.compress(b"[" * 10**5 + b"]" * 10**5)), "nested too deeply"),
    "vocabulary a bomb": (file("vocabulary.json.gz", gzip.compress(bytes(10**8))), "bytes when unpacked"),
    "vocabulary not packed": (file("vocabulary.json.gz", b"[]"), "no file of gzip"),
    "vocabulary cut": (file("vocabulary.json.gz", gzip.compress(b"[]")[:-4]), "no file of gzip"),
    "tokenizer": (file("tokenizer.json", b'{"model": 1}'), "is no tokenizer"),
    "regular expression": (
        tokenizer(normalizer={"type": "Replace", "pattern": {"Regex": "^(([a-z ])+.)+[A-Z]$"}, "content": "x"}),
        "has regular expressions",
    ),
    "piece beyond": (
        tokenizer(
            post_processor={
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "Z", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": {"Z": {"id": "Z", "ids": [10**6], "tokens": ["Z"]}},
            }
        ),
        "adds word pieces that its text tower does not have",
    ),
    "pickle": (file("model.safetensors", b"\x80\x04K\x01."), "holds no weights that can be read"),
    "embeddings": (tensors("concepts.safetensors", no_number), "have no direction"),
    "short embeddings": (tensors("concepts.safetensors", lambda v: v[:, :7]), "have a wrong shape"),
    "weights": (tensors("model.safetensors", no_number), "are no numbers"),
}


@pytest.mark.parametrize("name", CASES)
def test_one_sentence(name: str, tiny_model: Path, tmp_path: Path) -> None:
    change, expected = CASES[name]
    folder = tmp_path / "strange"
    shutil.copytree(tiny_model, folder)
    config = json.loads((folder / "config.json").read_text())
    change(folder, config)
    seal(folder, config)
    used, memory = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ModelError, match=expected) as caught:
        load(folder)
    assert time.process_time() - used < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 500_000
    assert str(folder) in caught.value.message
    assert caught.value.message.count("\n") == 0
    assert len(caught.value.message) < 500


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[" * 10**5, "nested too deeply"),
        (b'{"format": "clics-model/1"}', "lacks channels"),
        (b"[]", "another format"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b" " * (4 * 2**20 + 1), "more than 4194304"),
    ],
    ids=["nested", "empty", "list", "bytes", "long"],
)
def test_configurations(content: bytes, expected: str, tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "strange"
    shutil.copytree(tiny_model, folder)
    (folder / "config.json").write_bytes(content)
    with pytest.raises(ModelError, match=expected):
        load(folder)


@pytest.mark.skipif(os.name != "posix", reason="named pipes of POSIX")
@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "vocabulary.json.gz"])
def test_a_pipe_is_not_waited_for(name: str, tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "strange"
    shutil.copytree(tiny_model, folder)
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(ModelError):
        load(folder)


def test_files_of_a_saved_model_have_the_modes_of_new_files(tiny_model: Path) -> None:
    modes = {path.stat().st_mode & 0o777 for path in tiny_model.iterdir()}
    (tiny_model / "other").touch()
    assert modes == {(tiny_model / "other").stat().st_mode & 0o777}
    (tiny_model / "other").unlink()
