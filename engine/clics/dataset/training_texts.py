"""The facts of a described crystal that training needs, from its typed description or from a text without one."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clics.concepts.concept import Concept, Truth
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.concepts.parse import concept_of
from clics.concepts.phrase_sites import phrase_sites
from clics.concepts.registry import LEARNED_KINDS, LOCAL_KINDS
from clics.concepts.robocrys_text import description_from_text
from clics.concepts.sentences import Sentence, masked_sentences
from clics.concepts.truth import true_concepts
from clics.dataset.crystal_rows import open_lines
from clics.errors import DescriptionError, InputError, reason_of
from clics.results.description import Description, SpaceGroup

_LINKED_KINDS = frozenset(LOCAL_KINDS)
"""Kinds whose concepts are stored with their atoms: patterns are many, and each follows from its parts."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one crystal.

    Attributes:
        space_group: number, 1 to 230; 0 unknown.
        sentences: masked sentences of its description.
        concepts: true concepts.
        described: False where only the space group is known.
        atoms: atoms that make a concept of local geometry true; empty where a text does not tell them.
        geometry: the facts of geometry are known.
    """

    space_group: int
    sentences: tuple[Sentence, ...]
    concepts: Mapping[Concept, Truth]
    described: bool = True
    atoms: Mapping[Concept, Sequence[int]] = field(default_factory=dict)
    geometry: bool = False


def facts_of(description: Description) -> Facts:
    """Facts of a description."""
    sentences = tuple(masked_sentences(description.text))
    linked = (link for link in phrase_sites(description) if link.kind in _LINKED_KINDS)
    atoms = {concept_of(link.kind, link.phrase): link.atoms for link in linked if link.atoms}
    learned = {c: truth for c, truth in true_concepts(description).items() if c.kind in LEARNED_KINDS}
    has_geometry = description.geometry is not None
    return Facts(description.space_group.number, sentences, learned, atoms=atoms, geometry=has_geometry)


def facts_of_space_group(group: SpaceGroup) -> Facts:
    """Facts of a crystal with a known space group only: one sentence, one concept."""
    concept = SpaceGroupConcept(group.symbol)
    sentences = (Sentence("space_group", concept.phrase),)
    return Facts(group.number, sentences, {concept: Truth.STATED}, described=False)


class Interner:
    """Stores equal sentences and concepts once, so that a hundred thousand crystals fit in memory."""

    def __init__(self) -> None:
        self._sentences: dict[Sentence, Sentence] = {}
        self._concepts: dict[Concept, Concept] = {}

    def share(self, facts: Facts) -> Facts:
        """The same facts made of shared objects."""
        sentences = tuple(self._sentences.setdefault(s, s) for s in facts.sentences)
        concepts = {self._concepts.setdefault(c, c): truth for c, truth in facts.concepts.items()}
        atoms = {self._concepts.setdefault(c, c): array("H", here) for c, here in facts.atoms.items()}
        return Facts(facts.space_group, sentences, concepts, facts.described, atoms, facts.geometry)


@dataclass(slots=True)
class Texts:
    """Facts by crystal id, read from description texts, and numbers of unusable texts by kind of error."""

    facts: dict[str, Facts] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)


def read_texts(paths: Iterable[Path], interner: Interner) -> Texts:
    """Read description texts, one JSON object a line (``.jsonl``, ``.jsonl.gz``), to be joined to structures by ``id``.

    A line is ``{"id", "text", "spg": symbol at symprec 0.01 Å, "cs": crystal system, "dim": dimensionality}``; one with
    ``"error"`` counts as not described.

    Args:
        paths: the files.
        interner: shares equal sentences and concepts.

    Raises:
        InputError: a file is missing (kind ``missing-file``), or is no such file (``bad-descriptions``).
    """
    texts = Texts()
    for path in paths:
        try:
            with open_lines(path) as lines:
                for number, line in enumerate(lines, start=1):
                    _read_text(line, f"{path}, line {number}", texts, interner)
        except (OSError, EOFError, zlib.error) as error:
            message = f"{path} cannot be read ({reason_of(error)}); name a whole file of descriptions."
            raise InputError(message, kind="missing-file") from error
    return texts


def _read_text(line: bytes, where: str, texts: Texts, interner: Interner) -> None:
    try:
        data = json.loads(line)
        if "error" in data:
            texts.errors["not-described"] = texts.errors.get("not-described", 0) + 1
            return
        description = description_from_text(
            data["text"], symbol=data.get("spg"), crystal_system=data.get("cs"), dimensionality=data.get("dim")
        )
        texts.facts[str(data["id"])] = interner.share(facts_of(description))
    except DescriptionError as error:
        texts.errors[error.kind] = texts.errors.get(error.kind, 0) + 1
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = (
            f"{where} is not a description with 'id' and 'text' ({reason_of(error)}); see 'clics dataset pack --help'."
        )
        raise InputError(message, kind="bad-descriptions") from error
