"""Write a packed data set; :mod:`clics.dataset.packed_reader` has the format and reads it.

Where a data set is replaced, its files are written under names of their own beside the old ones, and the new manifest, which
names them, replaces the old one in one step. A process that is killed at any moment leaves a whole data set.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from clics.atomic_files import make_folder, refuse_no_folder, replacing_path
from clics.concepts.concept import Concept, Truth
from clics.concepts.sentences import Sentence
from clics.concepts.vocabulary import Vocabulary
from clics.errors import InputError

SPLITS = ("train", "val", "test")
FORMAT = 1
MANIFEST = "manifest.json"
NAMES = (
    ("arrays.safetensors", "texts.json", "vocabulary.json"),
    ("arrays-2.safetensors", "texts-2.json", "vocabulary-2.json"),
)
"""Names of the files of a data set; the second ones are those of a data set that replaces one with the first."""


@dataclass(frozen=True, slots=True)
class Record:
    """One crystal of a packed data set; arrays as in :meth:`clics.crystals.crystal.Crystal.arrays`.

    ``atoms``: the atoms that make a concept true, where they are known. ``geometry``: the facts of geometry are known, so
    that a concept of theirs that is not among ``concepts`` is false.
    """

    id: str
    formula: str
    lattice: NDArray[np.float64]
    numbers: NDArray[np.int64]
    frac: NDArray[np.float64]
    split: str
    space_group: int
    sentences: Sequence[Sentence] = ()
    concepts: Mapping[Concept, Truth] = field(default_factory=dict)
    described: bool = True
    atoms: Mapping[Concept, Sequence[int]] = field(default_factory=dict)
    geometry: bool = False


def pack(records: Iterable[Record], folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write a packed data set; the same records and manifest give the same bytes.

    Args:
        records: the crystals.
        folder: of the data set; an existing one is replaced at the end, in one step.
        manifest: metadata, beside counts and hashes.

    Raises:
        InputError: there is no record (kind ``empty-dataset``), or ``folder`` is something else (``bad-output``).
    """
    refuse_no_folder(folder)
    columns = _Columns()
    for record in records:
        columns.add(record)
    if not columns.ids:
        raise InputError("There is no crystal to pack; name a source that holds at least one.", kind="empty-dataset")
    arrays = columns.arrays()
    vocabulary = count_vocabulary(arrays, list(columns.concepts), "train")
    make_folder(folder)
    names = _free_names(folder)
    with ExitStack() as stack:  # leaves in reverse: the manifest comes last
        parts = {name: stack.enter_context(replacing_path(folder / name)) for name in (MANIFEST, *names)}
        arrays_file, texts_file, vocabulary_file = (parts[name] for name in names)
        save_file(arrays, arrays_file)
        _write_json(texts_file, columns.texts())
        _write_json(vocabulary_file, vocabulary.to_json())
        full = {
            "format": FORMAT,
            **manifest,
            "crystals": {split: int((arrays["split"] == i).sum()) for i, split in enumerate(SPLITS)},
            "described": int(arrays["described"].sum()),
            "sha256": {name: _sha256(parts[name]) for name in names},
        }
        _write_json(parts[MANIFEST], full, indent=1)
    for old in NAMES:
        for name in old:
            if name not in names:
                (folder / name).unlink(missing_ok=True)


def _free_names(folder: Path) -> tuple[str, ...]:
    """Names for the files of a data set that are not those of the one that ``folder`` holds."""
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        held = ()
    return next((names for names in NAMES if not any(name in held for name in names)), NAMES[0])


def count_vocabulary(arrays: Mapping[str, NDArray[Any]], concepts: Sequence[Concept], split: str) -> Vocabulary:
    """Count the concepts of one split; ``concepts`` are those that the ids in ``arrays`` refer to."""
    chosen = arrays["split"] == SPLITS.index(split)
    mentions = np.repeat(chosen, np.diff(arrays["concept_offsets"]))
    ids, truths = arrays["concept_ids"][mentions], arrays["concept_truth"][mentions]
    true = np.bincount(ids[truths >= Truth.HELD], minlength=len(concepts))
    stated = np.bincount(ids[truths == Truth.STATED], minlength=len(concepts))
    counts = {concept: (int(t), int(s)) for concept, t, s in zip(concepts, true, stated, strict=True) if t}
    return Vocabulary(int(chosen.sum()), counts)


class _Columns:
    """Arrays of a packed data set, extended crystal by crystal."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.formulas: list[str] = []
        self.sentences: dict[Sentence, int] = {}
        self.concepts: dict[Concept, int] = {}
        self._lattice: list[NDArray[np.float32]] = []
        self._numbers: list[NDArray[np.uint8]] = []
        self._frac: list[NDArray[np.float32]] = []
        self._small = {name: array("h") for name in ("split", "space_group", "described", "geometry", "concept_truth")}
        self._mentions = {name: array("i") for name in ("sentence_ids", "concept_ids")}
        self._atoms, self._atom_ends = array("H"), array("i", [0])
        self._offsets = {name: array("q", [0]) for name in ("atom", "sentence", "concept")}

    def add(self, record: Record) -> None:
        """Append a crystal."""
        self.ids.append(record.id)
        self.formulas.append(record.formula)
        self._lattice.append(np.asarray(record.lattice, np.float32))
        self._numbers.append(np.asarray(record.numbers, np.uint8))
        wrapped = np.asarray(record.frac, np.float64) % 1.0
        # rounding to float32 may give 1.0 again, which is 0
        self._frac.append(wrapped.astype(np.float32) % np.float32(1.0))
        self._small["split"].append(SPLITS.index(record.split))
        self._small["space_group"].append(record.space_group)
        self._small["described"].append(int(record.described))
        self._small["geometry"].append(int(record.geometry))
        for sentence in record.sentences:
            self._mentions["sentence_ids"].append(self.sentences.setdefault(sentence, len(self.sentences)))
        # sorted: a description's connections are a set, whose order changes with the hash seed of the process
        for concept, truth in sorted(record.concepts.items(), key=lambda item: (item[0].kind, item[0].phrase)):
            self._mentions["concept_ids"].append(self.concepts.setdefault(concept, len(self.concepts)))
            self._small["concept_truth"].append(int(truth))
            self._atoms.extend(record.atoms.get(concept, ()))
            self._atom_ends.append(len(self._atoms))
        self._offsets["atom"].append(self._offsets["atom"][-1] + len(record.numbers))
        self._offsets["sentence"].append(len(self._mentions["sentence_ids"]))
        self._offsets["concept"].append(len(self._mentions["concept_ids"]))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Arrays of the data set by name (docs/reference/file-formats.md)."""
        small = {
            name: np.array(values, np.uint8)
            for name, values in self._small.items()
            if name != "space_group" and (name != "geometry" or any(values))
        }
        return {
            "lattice": np.stack(self._lattice),
            "numbers": np.concatenate(self._numbers),
            "frac": np.concatenate(self._frac),
            "space_group": np.array(self._small["space_group"], np.int16),
            **small,
            **{name: np.array(values, np.int32) for name, values in self._mentions.items()},
            "concept_atoms": np.array(self._atoms, np.uint16),
            "concept_atom_offsets": np.array(self._atom_ends, np.int32),
            **{f"{name}_offsets": np.array(values, np.int64) for name, values in self._offsets.items()},
        }

    def texts(self) -> dict[str, Any]:
        """Names, sentences and concepts, to which the arrays refer by number."""
        return {
            "ids": self.ids,
            "formulas": self.formulas,
            "sentences": [[s.kind, s.text] for s in self.sentences],
            "concepts": [[c.kind, c.phrase] for c in self.concepts],
        }


def _write_json(path: Path, data: Any, indent: int | None = None) -> None:
    path.write_text(json.dumps(data, indent=indent), encoding="utf-8", newline="\n")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
