"""The packed data set: flat arrays, read without pymatgen. Written by :mod:`clics.dataset.packed_writer`.

A folder with ``arrays.safetensors`` (numbers), ``texts.json`` (names and strings), ``vocabulary.json`` (concepts of the
training split) and ``manifest.json`` (hashes, versions, sources, licence). Of a data set that replaced another one, the
first three may be called ``arrays-2.safetensors`` and so on; the manifest tells. ``n`` crystals, ``N`` atoms in all, ``S``
sentence and ``C`` concept mentions:

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
``geometry``           (n,)         uint8; 0 where the facts of geometry are not known; missing where they are of none
``sentence_offsets``   (n + 1,)     int64, into ``sentence_ids`` (S,) int32, into ``texts.sentences``
``concept_offsets``    (n + 1,)     int64, into ``concept_ids`` (C,) int32, into ``texts.concepts``
``concept_truth``      (C,)         uint8, :class:`clics.concepts.concept.Truth`
``concept_atoms``      (A,)         uint16, atoms (within their crystal) that make a mention true
``concept_atom_offsets`` (C + 1,)   int32, into ``concept_atoms``; nothing where atoms are not known
=====================  ===========  ==========================================================================
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.parse import concept_of
from clics.concepts.registry import row_of
from clics.concepts.sentences import Sentence
from clics.concepts.vocabulary import Vocabulary
from clics.dataset.packed_writer import FORMAT, MANIFEST, NAMES, SPLITS, Record, count_vocabulary, pack
from clics.errors import InputError, reason_of

__all__ = ["FORMAT", "SPLITS", "PackedDataset", "Record", "load", "pack"]


@dataclass(frozen=True)
class PackedDataset:
    """A packed data set in memory; shapes of the arrays as in the module's documentation."""

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

    def atoms_of(self, i: int) -> dict[Concept, NDArray[np.uint16]]:
        """The atoms of crystal ``i`` that make concepts of local geometry true, where they are known."""
        if "concept_atoms" not in self.arrays:
            return {}
        mentions = range(*self.arrays["concept_offsets"][i : i + 2])
        ends, ids = self.arrays["concept_atom_offsets"], self.arrays["concept_ids"]
        atoms = {self.concepts[ids[m]]: self.arrays["concept_atoms"][ends[m] : ends[m + 1]] for m in mentions}
        return {concept: here for concept, here in atoms.items() if len(here)}

    def known(self, kind: Kind) -> NDArray[np.bool_]:
        """Mask (n,) of the crystals of which it is known whether a concept of a kind is true."""
        row = row_of(kind)
        if not row.needs_description:
            return np.ones(len(self), np.bool_)
        described: NDArray[np.bool_] = self.arrays["described"] == 1
        if row.known_by != "geometry":
            return described
        return described & (self.arrays["geometry"] == 1) if "geometry" in self.arrays else np.zeros_like(described)

    def rows(self, split: str) -> NDArray[np.int64]:
        """Indices of the crystals of one split."""
        return np.flatnonzero(self.arrays["split"] == SPLITS.index(split))

    def vocabulary(self, split: str = "train") -> Vocabulary:
        """The concepts of one split, counted (``vocabulary.json`` holds that of the training split)."""
        return count_vocabulary(self.arrays, self.concepts, split)


def load(folder: Path) -> PackedDataset:
    """Read a packed data set.

    Raises:
        InputError: a file is missing or damaged (kind ``bad-dataset``).
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            message = f"{folder} is a packed data set of format {manifest['format']}; pack it again."
            raise InputError(message, kind="bad-dataset")
        for name, expected in manifest["sha256"].items():
            _check_hash(folder / name, expected)
        texts = json.loads((folder / file_of(manifest, "texts")).read_text(encoding="utf-8"))
        return PackedDataset(
            arrays=load_file(folder / file_of(manifest, "arrays")),
            ids=texts["ids"],
            formulas=texts["formulas"],
            sentences=[Sentence(kind, text) for kind, text in texts["sentences"]],
            concepts=[concept_of(kind, phrase) for kind, phrase in texts["concepts"]],
            manifest=manifest,
        )
    except (OSError, KeyError, TypeError, AttributeError, ValueError, SafetensorError) as error:
        message = f"{folder} is not a packed data set ({reason_of(error)}); make one with 'clics dataset pack'."
        raise InputError(message, kind="bad-dataset") from error


def file_of(manifest: dict[str, Any], kind: Literal["arrays", "texts", "vocabulary"]) -> str:
    """Name of a file of a packed data set.

    Args:
        manifest: of the data set.
        kind: of the file.
    """
    choices = [name for names in NAMES for name in names if name.split(".")[0].removesuffix("-2") == kind]
    return next((name for name in choices if name in manifest.get("sha256", ())), choices[0])


def _check_hash(path: Path, expected: str) -> None:
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != expected:
        message = f"{path} is damaged (its hash differs from the manifest's); pack it again."
        raise InputError(message, kind="bad-dataset")
