"""What is said of one crystal: the model's concepts beside what symmetry analysis and the description say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.space_group import SpaceGroupConcept, number_of
from clics.concepts.parse import concept_of
from clics.concepts.truth import true_concepts
from clics.errors import ClicsError, DescriptionError
from clics.results.analysis import Analysis, Failure, RankedPhrase, RankedSpaceGroup, Symmetry
from clics.results.description import Description, SpaceGroup

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clics.crystals.crystal import Crystal, Refusal
    from clics.library.encoder_protocol import PhraseEncoder


def of_refusal(refusal: Refusal) -> Analysis:
    """The entry of what did not become a crystal."""
    return Analysis(refusal.source, refusal.block, error=Failure(refusal.kind, refusal.message))


def of_crystal(crystal: Crystal, encoder: PhraseEncoder, *, top: int = 5) -> Analysis:
    """Describe, embed and rank one crystal; ``top`` entries of each kind."""
    from clics.crystals.check import check_for_model
    from clics.descriptions.describe import describe

    warnings = reader_warnings(crystal)
    symmetry = symmetry_of(crystal, warnings)
    description: Description | None = None
    try:
        check_for_model(crystal)
        description = describe(crystal)
    except DescriptionError as error:
        warnings.append(error.message)
    except ClicsError:
        pass  # not for the model; what ranks it says so
    return of_described(crystal, symmetry, description, warnings, encoder, top=top)


def of_described(
    crystal: Crystal,
    symmetry: Symmetry | None,
    description: Description | None,
    warnings: Sequence[str],
    encoder: PhraseEncoder,
    *,
    top: int = 5,
) -> Analysis:
    """Embed and rank a crystal whose symmetry and description are known (or known to be missing)."""
    from clics.crystals.check import check_for_model

    text = None if description is None else description.text
    answer = Analysis(crystal.source, crystal.block, crystal.formula, crystal.num_sites, symmetry, description=text,
                      warnings=tuple(warnings))  # fmt: skip
    try:
        check_for_model(crystal)
        found = encoder.embed_all([crystal.arrays()])
    except ClicsError as error:
        return replace(answer, error=Failure(error.kind, error.message))
    facts = None if description is None else true_concepts(description)
    vector = found.shared[0]
    sites = None if found.sites is None or found.site_orbits is None else (found.sites[0], found.site_orbits[0])
    return replace(
        answer,
        space_groups=_rank_space_groups(encoder, vector, symmetry, top),
        environments=_rank_phrases(encoder, EnvironmentConcept.KIND, vector, sites, facts, top),
        connections=_rank_phrases(encoder, ConnectionConcept.KIND, vector, sites, facts, top),
    )


def reader_warnings(crystal: Crystal) -> list[str]:
    """What the reader of the file had to say."""
    said = crystal.provenance.get("warnings", ())
    return [str(warning) for warning in said] if isinstance(said, (list, tuple)) else [str(said)]


def symmetry_of(crystal: Crystal, warnings: list[str]) -> Symmetry | None:
    """Space group at every tolerance; where it cannot be found, ``warnings`` grows by the reason.

    Sites of a disordered crystal are alike where the same elements share them in the same amounts.
    """
    from clics.symmetry.analysis import SYMPREC, TOLERANCES, space_groups_of_arrays
    from clics.symmetry.wyckoff import site_kinds

    structure = crystal.structure
    cell = structure.lattice.matrix, site_kinds(crystal), structure.frac_coords
    found: list[SpaceGroup] = []
    for tolerance in TOLERANCES:
        try:
            found += space_groups_of_arrays(*cell, tolerances=(tolerance,))
        except DescriptionError as error:
            warnings.append(error.message)
    main = next((group for group in found if group.symprec == SYMPREC), None)
    if main is None:
        return None
    others = tuple(group for group in found if group is not main)
    return Symmetry(main.symbol, main.number, main.symprec, others)


def _rank_space_groups(
    encoder: PhraseEncoder, vector: NDArray[np.float32], symmetry: Symmetry | None, top: int
) -> tuple[RankedSpaceGroup, ...]:
    from clics.retrieval.concept_ranking import rank_concepts

    ranked = []
    for found in rank_concepts(vector, encoder, top=top, kind=SpaceGroupConcept.KIND):
        concept = concept_of(found.kind, found.phrase)
        symbol = concept.symbol if isinstance(concept, SpaceGroupConcept) else found.phrase
        number = number_of(concept) or None
        agrees = None if symmetry is None or number is None else number == symmetry.number
        ranked.append(RankedSpaceGroup(symbol, number, round(found.score, 4), agrees))
    return tuple(ranked)


def _rank_phrases(
    encoder: PhraseEncoder,
    kind: Kind,
    vector: NDArray[np.float32],
    sites: tuple[NDArray[np.float32], NDArray[np.int64]] | None,
    facts: Mapping[Concept, Truth] | None,
    top: int,
) -> tuple[RankedPhrase, ...]:
    from clics.retrieval.concept_ranking import rank_concepts
    from clics.retrieval.site_matching import nearest_atoms

    if sites is None:
        found = rank_concepts(vector, encoder, facts, top=top, kind=kind)
        return tuple(RankedPhrase(concept.phrase, round(concept.score, 4), concept.true) for concept in found)
    found = rank_concepts(vector, encoder, facts, top=top, kind=kind, sites=sites[0])
    concepts, vectors = encoder.concepts(kind)
    place = {concept.phrase: row for row, concept in enumerate(concepts)}
    ranked = []
    for concept in found:
        atoms, _ = nearest_atoms(*sites, vectors[place[concept.phrase]][None], vectors)
        ranked.append(RankedPhrase(concept.phrase, round(concept.score, 4), concept.true, atoms))
    return tuple(ranked)
