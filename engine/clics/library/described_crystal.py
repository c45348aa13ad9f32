"""Describe one crystal for a library; a crystal that cannot be described still gets its space group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clics.concepts.concept import Concept, Truth
from clics.concepts.truth import true_concepts
from clics.descriptions.supervised import describe_with_mineral, describe_without_mineral, description_of
from clics.errors import ClicsError, DescriptionError

if TYPE_CHECKING:
    from pymatgen.core import Structure

    from clics.crystals.crystal import Crystal
    from clics.results.description import Description, SpaceGroup

SYMPREC = 0.01
"""Tolerance in Å at which the space groups of all crystals in a library are determined."""


@dataclass(frozen=True, slots=True)
class Described:
    """The result for one crystal: a description with its facts, or the reason why there is none.

    Attributes:
        description: The description; None where there is a reason.
        truths: The concepts of the description, each with its truth.
        undescribed: The reason, as ``kind: message``.
        space_group: The space group of a crystal without description; None where it was not found.
    """

    description: Description | None = None
    truths: Mapping[Concept, Truth] = field(default_factory=dict)
    undescribed: str | None = None
    space_group: SpaceGroup | None = None


def described(description: Description) -> Described:
    """A description with the facts that follow from it."""
    return Described(description, true_concepts(description))


def describe_for_library(crystal: Crystal, *, mineral: bool) -> Described:
    """Describe a crystal; a failure becomes part of the result instead of an exception.

    Args:
        crystal: The crystal.
        mineral: Look up the name of the structure type too.
    """
    try:
        return described(description_of(crystal, describe_with_mineral if mineral else describe_without_mineral))
    except ClicsError as error:
        return without_description(crystal, f"{error.kind}: {error.message}")


def without_description(crystal: Crystal, reason: str) -> Described:
    """The result for a crystal that cannot be described: the reason, and the space group where it can be determined."""
    try:
        return Described(undescribed=reason, space_group=_space_group(crystal.structure))
    except DescriptionError:
        return Described(undescribed=reason)


def _space_group(structure: Structure) -> SpaceGroup:
    """Space group; disordered sites are of one species when the same elements share them in the same amounts."""
    from clics.symmetry.analysis import space_group_of_arrays

    contents = [tuple(sorted((str(s), round(float(x), 3)) for s, x in site.species.items())) for site in structure]
    species = {content: number for number, content in enumerate(dict.fromkeys(contents), start=1)}
    numbers = [species[content] for content in contents]
    return space_group_of_arrays(structure.lattice.matrix, numbers, structure.frac_coords, SYMPREC)
