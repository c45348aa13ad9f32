"""Packed AFLOW prototypes and encoders whose figures are known."""

import dataclasses
import hashlib

import numpy as np
import pytest
from clics.concepts.concept import Truth
from clics.concepts.parse import concept_of
from clics.concepts.truth import true_concepts
from clics.concepts.vocabulary import Vocabulary
from clics.crystals.crystal import Crystal
from clics.dataset.packed_reader import Record, load, pack
from clics.descriptions.describe import describe
from clics.errors import DescriptionError, ModelError
from clics.model.encoder import Embedded
from pymatgen.analysis.prototypes import AFLOW_PROTOTYPE_LIBRARY


@pytest.fixture(scope="session")
def records():
    """Some 100 prototypes of at most 8 atoms; every third one in validation, every seventh not described."""
    crystals = [
        Crystal(prototype["tags"]["aflow"], prototype["snl"].structure)
        for prototype in AFLOW_PROTOTYPE_LIBRARY
        if len(prototype["snl"].structure) <= 8
    ]
    found = []
    for i, crystal in enumerate(crystals):
        try:
            description = describe(crystal)
        except DescriptionError:
            continue
        concepts = true_concepts(description)
        described = i % 7 != 0
        if not described:
            concepts = {c: truth for c, truth in concepts.items() if c.kind == "space_group"}
        split, group = ("val" if i % 3 == 0 else "train"), description.space_group.number
        arrays = crystal.arrays()
        made = Record(crystal.id, crystal.formula, *arrays, split, group, (), concepts, described)
        found.append(dataclasses.replace(made, geometry=described))
    return found


@pytest.fixture(scope="session")
def dataset(records, tmp_path_factory):
    folder = tmp_path_factory.mktemp("packed")
    pack(records, folder, {})
    return load(folder)


class KnownEncoder:
    """An encoder whose bank is every concept of the data set, or of its training split."""

    fingerprint = "known"
    scale = 20.0

    def __init__(self, dataset, splits=("train", "val")):
        rows = [i for split in splits for i in dataset.rows(split)]
        self.dataset = dataset
        self.vocabulary = vocabulary_of([dataset.concepts_of(i) for i in rows])
        self.place = {_key(dataset.structure(i)): i for i in range(len(dataset))}

    def concepts(self, kind):
        bank = list(self.vocabulary.concepts(kind))
        return bank, self.embed_texts([concept.phrase for concept in bank])

    def embed_all(self, crystals):
        return Embedded(unit(np.array([self.crystal(cell) for cell in crystals])))

    def embed_texts(self, texts):
        return unit(np.array([self.text(text) for text in texts]))


class TruthEncoder(KnownEncoder):
    """One dimension a concept; a crystal points to what is true of it, most to what is stated."""

    fingerprint = "truth"

    def crystal(self, cell):
        vector = np.zeros(len(self.dataset.concepts))
        for concept, truth in self.dataset.concepts_of(self.place[_key(cell)]).items():
            vector[self.dataset.concepts.index(concept)] = int(truth)
        return vector

    def text(self, text):
        return np.array([concept.phrase == text for concept in self.dataset.concepts], float)

    def embed_texts_untrained(self, texts):
        raise ModelError("The weights of the untrained text tower are not on this machine.")


class RandomEncoder(KnownEncoder):
    """Directions drawn from a hash of the input."""

    fingerprint = "random"

    def crystal(self, cell):
        return _drawn(_key(cell))

    def text(self, text):
        return _drawn(text.encode())

    def embed_texts_untrained(self, texts):
        return np.array([_drawn(b"untrained" + text.encode()) for text in texts], np.float32)


class DistanceEncoder(KnownEncoder):
    """A geometric fingerprint: nearest distances and volume per atom; a phrase is the mean of its training crystals."""

    fingerprint = "distances"

    def __init__(self, dataset):
        super().__init__(dataset, ("train",))
        rows = dataset.rows("train")
        self.features = np.array([self.feature(dataset.structure(i)) for i in rows])
        self.middle, self.spread = self.features.mean(axis=0), self.features.std(axis=0) + 1e-6
        self.true = [{concept.phrase for concept in dataset.concepts_of(i)} for i in rows]

    def feature(self, cell):
        lattice, numbers, frac = cell
        images = np.stack(np.meshgrid(*[range(-2, 3)] * 3), axis=-1).reshape(-1, 3)
        apart = (frac[None, :, None] + images - frac[:, None, None]) @ lattice
        distances = np.sort(np.linalg.norm(apart, axis=-1).reshape(len(numbers), -1), axis=1)[:, 1:17]
        scale = (abs(np.linalg.det(lattice)) / len(numbers)) ** (1 / 3)
        return np.concatenate([distances.mean(axis=0) / scale, distances.std(axis=0), [np.log(len(numbers))]])

    def crystal(self, cell):
        return (self.feature(cell) - self.middle) / self.spread

    def text(self, text):
        own = np.array([text in true for true in self.true])
        chosen = self.features[own] if own.any() else self.features
        return ((chosen - self.middle) / self.spread).mean(axis=0) + 1e-3


def vocabulary_of(truths):
    counts = {}
    for concepts in truths:
        for concept, truth in concepts.items():
            true, stated = counts.get(concept, (0, 0))
            counts[concept] = (true + 1, stated + (truth is Truth.STATED))
    return Vocabulary(len(truths), counts)


def unit(vectors):
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)


def _key(cell):
    return b"".join(np.ascontiguousarray(part).tobytes() for part in cell)


def _drawn(key):
    seed = int.from_bytes(hashlib.sha256(key).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=64)


@pytest.fixture(scope="session")
def truth_encoder(dataset):
    return TruthEncoder(dataset)


@pytest.fixture(scope="session")
def random_encoder(dataset):
    return RandomEncoder(dataset)


@pytest.fixture(scope="session")
def distance_encoder(dataset):
    return DistanceEncoder(dataset)


@pytest.fixture(scope="session")
def unknown_concept():
    """A concept of no crystal."""
    return concept_of("environment", "[METAL] is bonded in a geometry that nobody has seen.")
