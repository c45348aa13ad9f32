"""The packed data set: flat arrays that training reads without pymatgen.

A folder with ``arrays.safetensors`` (numbers), ``texts.json`` (names and strings) and ``manifest.json`` (hashes, versions,
sources, licence). ``n`` crystals, ``N`` atoms in all, ``S`` sentence and ``C`` concept mentions:

=====================  ===========  ==========================================================================
array                  shape        meaning
=====================  ===========  ==========================================================================
``lattice``            (n, 3, 3)    float32, Å, rows a, b, c
``atom_offsets``       (n + 1,)     int64; crystal i owns atoms ``[atom_offsets[i], atom_offsets[i + 1])``
``numbers``            (N,)         uint8, atomic numbers
``frac``               (N, 3)       float32, fractional coordinates in [0, 1)
``split``              (n,)         uint8, index into :data:`SPLITS`
``space_group``        (n,)         int16, 1–230, 0 unknown
``described``          (n,)         uint8; 0 where only the space group is known
``sentence_offsets``   (n + 1,)     int64, into ``sentence_ids`` (S,) int32, into ``texts.sentences``
``concept_offsets``    (n + 1,)     int64, into ``concept_ids`` (C,) int32, into ``texts.concepts``
``concept_truth``      (C,)         uint8, :class:`engine.concepts.concept.Truth`
=====================  ===========  ==========================================================================
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from engine.concepts.concept import Concept, Truth
from engine.concepts.sentences import Sentence
from engine.errors import InputError

SPLITS = ("train", "val", "test")
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Record:
    """One crystal on its way into a packed data set. Arrays as :meth:`engine.crystals.crystal.Crystal.arrays` gives them."""

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


@dataclass(frozen=True)
class PackedDataset:
    """A packed data set in memory (see the module text for shapes)."""

    arrays: dict[str, NDArray[Any]]
    ids: list[str]
    formulas: list[str]
    sentences: list[Sentence]
    concepts: list[Concept]
    manifest: dict[str, Any]

    def __len__(self) -> int:
        return len(self.ids)

    def structure(self, i: int) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        """Lattice (3, 3) Å, atomic numbers (m,), fractional coordinates (m, 3) of crystal ``i``."""
        a, b = self.arrays["atom_offsets"][i : i + 2]
        return (
            self.arrays["lattice"][i].astype(np.float64),
            self.arrays["numbers"][a:b].astype(np.int64),
            self.arrays["frac"][a:b].astype(np.float64),
        )

    def sentences_of(self, i: int) -> list[Sentence]:
        """The masked sentences of crystal ``i``."""
        a, b = self.arrays["sentence_offsets"][i : i + 2]
        return [self.sentences[j] for j in self.arrays["sentence_ids"][a:b]]

    def concepts_of(self, i: int) -> dict[Concept, Truth]:
        """The true concepts of crystal ``i``."""
        a, b = self.arrays["concept_offsets"][i : i + 2]
        ids, truths = self.arrays["concept_ids"][a:b], self.arrays["concept_truth"][a:b]
        return {self.concepts[j]: Truth(int(t)) for j, t in zip(ids, truths, strict=True)}

    def rows(self, split: str) -> NDArray[np.int64]:
        """Indices of the crystals of one split."""
        return np.flatnonzero(self.arrays["split"] == SPLITS.index(split))


def pack(records: Iterable[Record], folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write ``records`` as a packed data set into ``folder`` (made if missing; an older one there is replaced at the end)."""
    columns: dict[str, list[Any]] = {name: [] for name in ("lattice", "numbers", "frac")}
    per_crystal: dict[str, list[int]] = {name: [] for name in ("split", "space_group", "described")}
    offsets: dict[str, list[int]] = {name: [0] for name in ("atom", "sentence", "concept")}
    sentence_ids: list[int] = []
    concept_ids: list[int] = []
    truths: list[int] = []
    sentence_index: dict[Sentence, int] = {}
    concept_index: dict[Concept, int] = {}
    ids: list[str] = []
    formulas: list[str] = []
    for record in records:
        ids.append(record.id)
        formulas.append(record.formula)
        columns["lattice"].append(np.asarray(record.lattice, np.float32))
        columns["numbers"].append(np.asarray(record.numbers, np.uint8))
        wrapped = np.asarray(record.frac, np.float64) % 1.0
        columns["frac"].append(wrapped.astype(np.float32) % np.float32(1.0))
        per_crystal["split"].append(SPLITS.index(record.split))
        per_crystal["space_group"].append(record.space_group)
        per_crystal["described"].append(int(record.described))
        sentence_ids += [sentence_index.setdefault(s, len(sentence_index)) for s in record.sentences]
        concept_ids += [concept_index.setdefault(c, len(concept_index)) for c in record.concepts]
        truths += [int(t) for t in record.concepts.values()]
        offsets["atom"].append(offsets["atom"][-1] + len(record.numbers))
        offsets["sentence"].append(len(sentence_ids))
        offsets["concept"].append(len(concept_ids))
    if not ids:
        raise InputError("There is no crystal to pack; name a source that holds at least one.", kind="empty-dataset")
    arrays: dict[str, NDArray[Any]] = {
        "lattice": np.stack(columns["lattice"]),
        "numbers": np.concatenate(columns["numbers"]),
        "frac": np.concatenate(columns["frac"]),
        "split": np.array(per_crystal["split"], np.uint8),
        "space_group": np.array(per_crystal["space_group"], np.int16),
        "described": np.array(per_crystal["described"], np.uint8),
        "sentence_ids": np.array(sentence_ids, np.int32),
        "concept_ids": np.array(concept_ids, np.int32),
        "concept_truth": np.array(truths, np.uint8),
        **{f"{name}_offsets": np.array(values, np.int64) for name, values in offsets.items()},
    }
    texts = {
        "ids": ids,
        "formulas": formulas,
        "sentences": [[s.kind, s.text] for s in sentence_index],
        "concepts": [[c.kind, c.phrase] for c in concept_index],
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file(arrays, folder / "arrays.safetensors.part")
    (folder / "texts.json.part").write_text(json.dumps(texts), encoding="utf-8")
    hashes = {name: _sha256(folder / f"{name}.part") for name in ("arrays.safetensors", "texts.json")}
    counts = {split: int((arrays["split"] == i).sum()) for i, split in enumerate(SPLITS)}
    full = {"format": FORMAT, **manifest, "crystals": counts, "described": int(arrays["described"].sum()), "sha256": hashes}
    (folder / "manifest.json.part").write_text(json.dumps(full, indent=1), encoding="utf-8")
    for name in ("arrays.safetensors", "texts.json", "manifest.json"):
        (folder / f"{name}.part").replace(folder / name)


def load(folder: Path) -> PackedDataset:
    """Read a packed data set; raises :class:`~engine.errors.InputError` where it is missing or was damaged."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise InputError(f"{folder} is a packed data set of format {manifest['format']}; pack it again.", kind="bad-dataset")
        for name, expected in manifest["sha256"].items():
            if _sha256(folder / name) != expected:
                raise InputError(f"{folder / name} is damaged (its hash differs from the manifest's); pack it again.", kind="bad-dataset")
        texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    except (OSError, KeyError, ValueError) as error:
        raise InputError(f"{folder} is not a packed data set ({error}); make one with 'clics dataset pack'.", kind="bad-dataset") from error
    return PackedDataset(
        arrays=load_file(folder / "arrays.safetensors"),
        ids=texts["ids"],
        formulas=texts["formulas"],
        sentences=[Sentence(kind, text) for kind, text in texts["sentences"]],
        concepts=[Concept(kind, phrase) for kind, phrase in texts["concepts"]],
        manifest=manifest,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
