"""One crystal described for a library: the description with its facts, or why there is none and the symmetry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clics.concepts.concept import Concept, Truth, true_concepts
from clics.errors import ClicsError, DescriptionError

if TYPE_CHECKING:
    from pymatgen.core import Structure

    from clics.crystals.crystal import Crystal
    from clics.results.description import Description, SpaceGroup

SYMPREC = 0.01
"""Å; the tolerance of every space group in a library."""


@dataclass(frozen=True, slots=True)
class Described:
    """``description`` and its ``truths``, or ``undescribed`` (``kind: message``) and ``space_group`` if found."""

    description: Description | None = None
    truths: Mapping[Concept, Truth] = field(default_factory=dict)
    undescribed: str | None = None
    space_group: SpaceGroup | None = None


def describe_for_library(crystal: Crystal, *, named: bool) -> Described:
    """Describe a crystal; never raises for what is wrong with the crystal."""
    from clics.descriptions.describe import describe

    try:
        description = describe(crystal, mineral=named)
        return Described(description, true_concepts(description))
    except ClicsError as error:
        return without_description(crystal, f"{error.kind}: {error.message}")
    except Exception as error:  # noqa: BLE001 - of ten thousand crystals one odd one must not stop the others
        return without_description(crystal, f"not-described: {type(error).__name__}: {error}")


def without_description(crystal: Crystal, reason: str) -> Described:
    """What is stored of a crystal that cannot be described: the reason, and its space group where that can be found."""
    try:
        return Described(undescribed=reason, space_group=_space_group(crystal.structure))
    except DescriptionError:
        return Described(undescribed=reason)


def _space_group(structure: Structure) -> SpaceGroup:
    """Space group; disordered sites count as equal when the same species share them in the same amounts."""
    from clics.symmetry.analysis import space_group_of_arrays

    contents = [tuple(sorted((str(s), round(float(x), 3)) for s, x in site.species.items())) for site in structure]
    kinds = {content: number for number, content in enumerate(dict.fromkeys(contents), start=1)}
    numbers = [kinds[content] for content in contents]
    return space_group_of_arrays(structure.lattice.matrix, numbers, structure.frac_coords, SYMPREC)
