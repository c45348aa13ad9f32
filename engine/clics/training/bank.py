"""The concept bank: every phrase that retrieval ranks, and which of them are true of which crystal."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind
from clics.concepts.templates import training_phrase
from clics.concepts.vocabulary import UNKNOWN, Vocabulary
from clics.dataset.packed_reader import PackedDataset
from clics.model.late_interaction import LOCAL_KINDS

BANK_KINDS: tuple[Kind, ...] = ("space_group", "environment", "polyhedra", "connection")


@dataclass(frozen=True)
class Bank:
    """Concepts by kind, in the vocabulary's order."""

    concepts: dict[Kind, tuple[Concept, ...]]

    @classmethod
    def of(cls, vocabulary: Vocabulary, min_count: int) -> Bank:
        """Concepts of at least ``min_count`` crystals; of space groups all but the indefinite one."""
        found = {kind: vocabulary.concepts(kind, 1 if kind == "space_group" else min_count) for kind in BANK_KINDS}
        found["space_group"] = tuple(c for c in found["space_group"] if c != UNKNOWN)
        return cls(found)

    @cached_property
    def slices(self) -> dict[Kind, slice]:
        """Where each kind stands among all phrases."""
        out, start = {}, 0
        for kind, concepts in self.concepts.items():
            out[kind] = slice(start, start + len(concepts))
            start += len(concepts)
        return out

    def all(self) -> list[Concept]:
        """Every concept, kinds one after the other, as :attr:`slices` places them."""
        return [concept for concepts in self.concepts.values() for concept in concepts]

    def training_phrases(self, rng: random.Random, dropout: float) -> list[str]:
        """Every concept in one of its training wordings (worn by ``dropout``), kinds one after the other."""
        return [training_phrase(concept, rng, dropout) for concept in self.all()]


class BankTruth:
    """Truth of the bank's concepts for crystals of a packed data set."""

    def __init__(self, bank: Bank, dataset: PackedDataset) -> None:
        place = {concept: i for i, concept in enumerate(bank.all())}
        self._width = len(place)
        self._column = np.array([place.get(c, -1) for c in dataset.concepts], np.int64)
        self._arrays = dataset.arrays

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """(len(rows), V) truth levels (:class:`clics.concepts.concept.Truth`)."""
        table = np.zeros((len(rows), self._width), np.uint8)
        offsets = self._arrays["concept_offsets"]
        for i, row in enumerate(rows):
            a, b = offsets[row], offsets[row + 1]
            columns = self._column[self._arrays["concept_ids"][a:b]]
            known = columns >= 0
            table[i, columns[known]] = self._arrays["concept_truth"][a:b][known]
        return table


class SiteTruth:
    """Truth of the bank's phrases of local geometry for single kinds of atoms, where a packed data set tells their atoms."""

    def __init__(self, bank: Bank, dataset: PackedDataset) -> None:
        places = [np.arange(bank.slices[kind].start, bank.slices[kind].stop) for kind in LOCAL_KINDS]
        self.columns = np.concatenate(places)
        """Where the phrases stand in the bank (L,)."""
        self.environments = slice(0, len(places[0]))
        """Which of these are environments; each site has one."""
        place = {concept: i for i, concept in enumerate(c for kind in LOCAL_KINDS for c in bank.concepts[kind])}
        self._column = np.array([place.get(c, -1) for c in dataset.concepts], np.int64)
        self._arrays = dataset.arrays

    def of(self, rows: NDArray[np.int64], kinds: Sequence[NDArray[np.int64]]) -> NDArray[np.uint8]:
        """(K, L) truth levels for the kinds of atoms of these crystals, one crystal after the other.

        ``kinds``: of each crystal :attr:`clics.model.graph.CrystalGraph.site_orbit`. A kind of which no phrase of the bank
        is known to be true has an empty row. Stated is what the crystal's description states of any of its sites.
        """
        arrays = self._arrays
        first = np.cumsum([0, *(of_atom.max() + 1 for of_atom in kinds)])
        table = np.zeros((first[-1], len(self.columns)), np.uint8)
        if "concept_atoms" not in arrays:
            return table
        atoms, ends, levels = arrays["concept_atoms"], arrays["concept_atom_offsets"], arrays["concept_truth"]
        for row, of_atom, start in zip(rows, kinds, first[:-1], strict=True):
            mentions = np.arange(*arrays["concept_offsets"][row : row + 2])
            columns = self._column[arrays["concept_ids"][mentions]]
            for mention, column in zip(mentions[columns >= 0], columns[columns >= 0], strict=True):
                table[start + of_atom[atoms[ends[mention] : ends[mention + 1]]], column] = levels[mention]
        return table
