"""The analysis of one crystal: the model's ranking of concepts beside symmetry analysis and description."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from clics.concepts.concept import Concept, Kind
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.dimensionality import DimensionalityConcept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.network import NetworkConcept
from clics.concepts.kinds.shape import ShapeConcept
from clics.concepts.kinds.space_group import SpaceGroupConcept, number_of
from clics.concepts.labels import short_label
from clics.concepts.parse import concept_of
from clics.concepts.shape_truth import by_shape
from clics.concepts.truth import true_concepts
from clics.descriptions.element_classes import element_class
from clics.errors import ClicsError, DescriptionError
from clics.library.facts import Facts
from clics.results.analysis import Analysis, Described, Failure, RankedPhrase, RankedSpaceGroup, Symmetry
from clics.results.description import Description, SpaceGroup
from clics.results.geometry_text import geometry_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clics.crystals.crystal import Crystal, Refusal
    from clics.library.encoder_protocol import PhraseEncoder
    from clics.progress import CancelToken
    from clics.results.bond_rules import BondRules
    from clics.results.facts import GeometryFacts
    from clics.results.search import ScoredConcept


def of_refusal(refusal: Refusal) -> Analysis:
    """The analysis of a source that is no crystal."""
    return Analysis(refusal.source, refusal.block, error=Failure(refusal.kind, refusal.message))


def described(
    entry: Crystal | Refusal,
    *,
    mineral: bool,
    symprec: float,
    bonds: BondRules | None = None,
    ladder: bool = False,
    cancel: CancelToken | None = None,
) -> Described:
    """The description of a crystal, or why there is none; of a refusal, why it was refused.

    Raises:
        Cancelled: ``cancel`` was set while the ladder was made.
    """
    from clics.crystals.crystal import Refusal
    from clics.descriptions.describe import describe

    if isinstance(entry, Refusal):
        return Described(entry.source, entry.block, None, None, Failure(entry.kind, entry.message))
    rungs = None
    if ladder:
        from clics.symmetry.ladder import ladder_of

        with contextlib.suppress(DescriptionError):  # describing says why a crystal has no symmetry
            rungs = ladder_of(entry, cancel)
    try:
        description = describe(entry, mineral=mineral, symprec=symprec, bonds=bonds)
    except ClicsError as error:
        failure = Failure(error.kind, error.message)
        return Described(entry.source, entry.block, entry.formula, None, failure, rungs, entry.notes)
    return Described(entry.source, entry.block, entry.formula, description, ladder=rungs, warnings=entry.notes)


def of_crystal(crystal: Crystal, encoder: PhraseEncoder, *, top: int = 5) -> Analysis:
    """Describe, embed and rank one crystal.

    Args:
        crystal: The crystal.
        encoder: The model.
        top: Entries of each ranking.
    """
    from clics.crystals.cells import small_cell
    from clics.crystals.check import check_for_model

    crystal, note = small_cell(crystal)
    warnings = reader_warnings(crystal) + ([note] if note else [])
    try:
        check_for_model(crystal)
    except ClicsError:  # the description is not needed either
        return of_described(crystal, symmetry_of(crystal, warnings), None, warnings, encoder, top=top)
    symmetry, description, failure = symmetry_and_description(crystal, warnings)
    if failure is not None:
        warnings.append(failure.message)
    return of_described(crystal, symmetry, description, warnings, encoder, top=top)


def symmetry_and_description(
    crystal: Crystal, warnings: list[str], bonds: BondRules | None = None
) -> tuple[Symmetry | None, Description | None, Failure | None]:
    """Symmetry and description of a crystal by one symmetry analysis.

    Args:
        crystal: The crystal.
        warnings: Grows by the reason for every tolerance at which no space group is found.
        bonds: Rules by which the bonds of the facts of geometry are corrected.

    Returns:
        Symmetry, description, and why there is no description.
    """
    from clics.descriptions.describe import describe
    from clics.symmetry.analysis import SYMPREC, TOLERANCES

    try:
        description = describe(crystal, bonds=bonds)
    except ClicsError as error:
        return symmetry_of(crystal, warnings), None, Failure(error.kind, error.message)
    groups = {group.symprec: group for group in description.space_groups}
    if set(groups) < set(TOLERANCES):  # describing does not say why a tolerance failed
        return symmetry_of(crystal, warnings), description, None
    return _symmetry(groups[SYMPREC], description.space_groups), description, None


def of_described(
    crystal: Crystal,
    symmetry: Symmetry | None,
    description: Description | None,
    warnings: Sequence[str],
    encoder: PhraseEncoder,
    *,
    top: int = 5,
) -> Analysis:
    """Embed and rank a crystal whose symmetry and description are known, or known to be missing."""
    from clics.crystals.check import check_for_model

    text = None if description is None else description.text
    answer = Analysis(
        crystal.source, crystal.block, crystal.formula, crystal.num_sites, symmetry, description=text,
        warnings=tuple(warnings), geometry=None if description is None else description.geometry,
        summary="" if description is None else geometry_text(description, crystal.formula),
    )  # fmt: skip
    try:
        check_for_model(crystal)
        embedded = encoder.embed_all([crystal.arrays()])
    except ClicsError as error:
        return replace(answer, error=Failure(error.kind, error.message))
    facts = None if description is None else Facts(true_concepts(description), True, mineral_looked_up=False)
    vector = embedded.shared[0]
    sites = (
        None if embedded.sites is None or embedded.site_orbits is None else (embedded.sites[0], embedded.site_orbits[0])
    )
    symbols = [str(site.specie.symbol) for site in crystal.structure]
    rank = partial(_rank_phrases, encoder, vector, facts=facts, top=top, symbols=symbols, geometry=answer.geometry)
    return replace(
        answer,
        space_groups=_rank_space_groups(encoder, vector, crystal, symmetry, top),
        environments=rank(EnvironmentConcept.KIND, sites),
        connections=rank(ConnectionConcept.KIND, sites),
        shapes=rank(ShapeConcept.KIND, sites),
        networks=rank(NetworkConcept.KIND, None),
        dimensionalities=rank(DimensionalityConcept.KIND, None),
    )


def reader_warnings(crystal: Crystal) -> list[str]:
    """Remarks of the reader of the file."""
    return list(crystal.notes)


def symmetry_of(crystal: Crystal, warnings: list[str]) -> Symmetry | None:
    """Space group at every tolerance; where it cannot be found, ``warnings`` grows by the reason.

    Sites of a disordered crystal are alike where the same elements share them in the same amounts.
    """
    from clics.symmetry.analysis import SYMPREC, TOLERANCES, space_groups_of_arrays
    from clics.symmetry.wyckoff import site_kinds

    structure = crystal.structure
    cell = structure.lattice.matrix, site_kinds(crystal), structure.frac_coords
    groups: list[SpaceGroup] = []
    for tolerance in TOLERANCES:
        try:
            groups += space_groups_of_arrays(*cell, tolerances=(tolerance,))
        except DescriptionError as error:
            warnings.append(error.message)
    main = next((group for group in groups if group.symprec == SYMPREC), None)
    if main is None:
        return None
    return _symmetry(main, groups)


def _symmetry(main: SpaceGroup, groups: Sequence[SpaceGroup]) -> Symmetry:
    others = tuple(group for group in groups if group is not main)
    return Symmetry(main.symbol, main.number, main.symprec, others)


def _rank_space_groups(
    encoder: PhraseEncoder, vector: NDArray[np.float32], crystal: Crystal, symmetry: Symmetry | None, top: int
) -> tuple[RankedSpaceGroup, ...]:
    """The space groups that the model ranks first; of the two of an enantiomorphic pair that of the crystal's hand is first."""
    from clics.retrieval.concept_ranking import rank_concepts
    from clics.symmetry.group_relations import in_words, kinship
    from clics.symmetry.handedness import of_hand
    from clics.symmetry.space_groups import by_number

    entries = [
        (entry, concept_of(entry.kind, entry.phrase))
        for entry in rank_concepts(vector, encoder, top=top, kind=SpaceGroupConcept.KIND)
    ]
    numbers = of_hand([number_of(concept) for _, concept in entries], crystal.arrays())
    ranked = []
    for (entry, concept), number in zip(entries, numbers, strict=True):
        symbol = concept.symbol if isinstance(concept, SpaceGroupConcept) else entry.phrase
        if number and number != number_of(concept):
            symbol = by_number(number).symbol
        agrees = None if symmetry is None or not number else number == symmetry.number
        found = symmetry.number if symmetry is not None else 0
        relation = in_words(kinship(found, number)) if found and number else ""
        ranked.append(RankedSpaceGroup(symbol, number or None, round(entry.score, 4), agrees, relation))
    return tuple(ranked)


def _rank_phrases(
    encoder: PhraseEncoder,
    vector: NDArray[np.float32],
    kind: Kind,
    sites: tuple[NDArray[np.float32], NDArray[np.int64]] | None,
    *,
    facts: Facts | None,
    top: int,
    symbols: Sequence[str],
    geometry: GeometryFacts | None,
) -> tuple[RankedPhrase, ...]:
    from clics.retrieval.concept_ranking import rank_concepts
    from clics.retrieval.site_matching import nearest_atoms

    if sites is None:
        best = rank_concepts(vector, encoder, facts, top=top, kind=kind)
        return tuple(_ranked(concept, None, symbols, geometry) for concept in best)
    best = rank_concepts(vector, encoder, facts, top=top, kind=kind, sites=sites[0])
    concepts, vectors = encoder.concepts(kind)
    place = {concept.phrase: row for row, concept in enumerate(concepts)}
    ranked = []
    for concept in best:
        atoms, _ = nearest_atoms(*sites, vectors[place[concept.phrase]][None], vectors)
        ranked.append(_ranked(concept, atoms, symbols, geometry))
    return tuple(ranked)


def _ranked(
    ranked: ScoredConcept, atoms: tuple[int, ...] | None, symbols: Sequence[str], geometry: GeometryFacts | None
) -> RankedPhrase:
    concept = concept_of(ranked.kind, ranked.phrase)
    label = _label_of(concept, atoms, symbols)
    return RankedPhrase(ranked.phrase, round(ranked.score, 4), by_shape(concept, ranked.true, geometry), atoms, label)


def _label_of(concept: Concept, atoms: tuple[int, ...] | None, symbols: Sequence[str]) -> str:
    """The label of a phrase for one crystal: its elements take the place of a class, ``Ti: octahedral``.

    Args:
        concept: The concept.
        atoms: The atoms that it fits best; None: all of the crystal.
        symbols: Elements (n,) of the crystal.
    """
    label = short_label(concept)
    masked = getattr(concept, "element_class", None)
    if masked is None:
        return label
    for candidates in (range(len(symbols)) if atoms is None else atoms, range(len(symbols))):
        elements = sorted({symbols[atom] for atom in candidates if element_class(symbols[atom]) == masked})
        if elements:
            return label.replace(f"{masked.capitalize()}:", f"{'/'.join(elements)}:", 1)
    return label
