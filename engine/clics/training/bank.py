"""The concept bank: all concepts that crystals are contrasted with, and which of them are true of which crystal.

The bank holds the concepts whose phrases retrieval ranks, apart from full connection patterns, which are scored by their parts
(:mod:`clics.model.pattern_scores`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind
from clics.concepts.kinds.space_group import UNKNOWN
from clics.concepts.registry import BANK_KINDS, LOCAL_KINDS, SITE_SETS, row_of
from clics.concepts.templates import training_phrase
from clics.concepts.vocabulary import Vocabulary
from clics.dataset.packed_reader import PackedDataset


@dataclass(frozen=True)
class Bank:
    """The V concepts of the bank by kind, each kind in the vocabulary's order (most frequent first)."""

    concepts: dict[Kind, tuple[Concept, ...]]

    @classmethod
    def of(cls, vocabulary: Vocabulary, min_count: int) -> Bank:
        """Concepts of a vocabulary.

        Args:
            vocabulary: counted over training crystals.
            min_count: least number of crystals of a concept; space groups need one only, networks a share of the crystals.
        """
        concepts = {
            kind: vocabulary.concepts(kind, row_of(kind).least_crystals(min_count, vocabulary.crystals))
            for kind in BANK_KINDS
        }
        # a description without a space group yields a placeholder, which is no class
        concepts[UNKNOWN.kind] = tuple(c for c in concepts[UNKNOWN.kind] if c != UNKNOWN)
        return cls(concepts)

    @cached_property
    def slices(self) -> dict[Kind, slice]:
        """Range of each kind among the V concepts."""
        out, start = {}, 0
        for kind, concepts in self.concepts.items():
            out[kind] = slice(start, start + len(concepts))
            start += len(concepts)
        return out

    def all(self) -> list[Concept]:
        """The V concepts in the order of :attr:`slices`."""
        return [concept for concepts in self.concepts.values() for concept in concepts]

    def training_phrases(self, rng: random.Random, dropout: float) -> list[str]:
        """A random training wording of each of the V concepts.

        Args:
            rng: draws the wordings.
            dropout: largest fraction of words around a concept that is left out.
        """
        return [training_phrase(concept, rng, dropout) for concept in self.all()]


class BankTruth:
    """Ground truth of the bank's concepts for the crystals of a packed data set."""

    def __init__(self, bank: Bank, dataset: PackedDataset) -> None:
        """Map the data set's concepts to columns of the bank."""
        columns = {concept: i for i, concept in enumerate(bank.all())}
        self._width = len(columns)
        self._column = np.array([columns.get(c, -1) for c in dataset.concepts], np.int64)
        self._arrays = dataset.arrays

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Truth levels (:class:`clics.concepts.concept.Truth`) of the crystals in ``rows`` (n,): (n, V)."""
        table = np.zeros((len(rows), self._width), np.uint8)
        offsets = self._arrays["concept_offsets"]
        for i, row in enumerate(rows):
            a, b = offsets[row], offsets[row + 1]
            columns = self._column[self._arrays["concept_ids"][a:b]]
            known = columns >= 0
            table[i, columns[known]] = self._arrays["concept_truth"][a:b][known]
        return table


def _site_sets(bank: Bank) -> Iterator[tuple[slice, slice]]:
    """The range of each set of phrases among the local-geometry concepts, and that of its first kind."""
    begin, seen = 0, set[Kind]()
    for kind in LOCAL_KINDS:
        if kind not in seen:
            kinds = SITE_SETS[kind]
            end = begin + sum(len(bank.concepts[each]) for each in kinds)
            if end > begin:
                yield slice(begin, end), slice(begin, begin + len(bank.concepts[kind]))
            begin = end
            seen.update(kinds)


class SiteTruth:
    """Ground truth of the bank's local-geometry concepts for inequivalent sites, where a data set knows their atoms.

    Attributes:
        columns: indices (L,) of the local-geometry concepts among the V concepts of the bank.
        sets: ranges of the sets of phrases (:data:`clics.concepts.registry.SITE_SETS`) among these L, each with the
            range of its first kind, of which a site has one concept at most; sets without concepts are left out.
    """

    def __init__(self, bank: Bank, dataset: PackedDataset) -> None:
        """Map the data set's concepts to the L local-geometry concepts."""
        indices = [np.arange(bank.slices[kind].start, bank.slices[kind].stop) for kind in LOCAL_KINDS]
        self.columns = np.concatenate(indices)
        self.sets = tuple(_site_sets(bank))
        local = {concept: i for i, concept in enumerate(c for kind in LOCAL_KINDS for c in bank.concepts[kind])}
        self._column = np.array([local.get(c, -1) for c in dataset.concepts], np.int64)
        self._arrays = dataset.arrays

    def of(self, rows: NDArray[np.int64], site_orbits: Sequence[NDArray[np.int64]]) -> NDArray[np.uint8]:
        """Truth levels of the inequivalent sites of some crystals.

        Args:
            rows: rows (n,) of the data set.
            site_orbits: for each crystal, :attr:`clics.model.graph.CrystalGraph.site_orbit`.

        Returns:
            (K, L) for the K inequivalent sites, one crystal after the other. A concept is stated for a site where the
            crystal's description states it of any of its sites. Rows of sites without any known concept are zero.
        """
        arrays = self._arrays
        first = np.cumsum([0, *(orbit.max() + 1 for orbit in site_orbits)])
        table = np.zeros((first[-1], len(self.columns)), np.uint8)
        if "concept_atoms" not in arrays:
            return table
        atoms, ends, levels = arrays["concept_atoms"], arrays["concept_atom_offsets"], arrays["concept_truth"]
        for row, orbit, start in zip(rows, site_orbits, first[:-1], strict=True):
            mentions = np.arange(*arrays["concept_offsets"][row : row + 2])
            columns = self._column[arrays["concept_ids"][mentions]]
            for mention, column in zip(mentions[columns >= 0], columns[columns >= 0], strict=True):
                table[start + orbit[atoms[ends[mention] : ends[mention + 1]]], column] = levels[mention]
        return table
