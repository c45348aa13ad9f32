"""Describe the geometry of a crystal, as typed facts and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics.errors import DescriptionError, reason_of
from clics.results.description import Description, SpaceGroup
from clics.symmetry.analysis import arrays_of, check_cell, check_tolerance, crystal_system, space_groups_of_arrays

if TYPE_CHECKING:
    import numpy as np

    from clics.crystals.crystal import Crystal
    from clics.descriptions.robocrys.condenser import Condensed
    from clics.results.bond_rules import BondRules
    from clics.results.facts import GeometryFacts

MAX_SITES = 500
"""Largest number of sites of the cell as it was read; above, a description takes minutes and its text fills pages."""

WELL_ABOVE = 5.0
"""Ratio of two symmetry tolerances from which the looser one finds all symmetry that a cell has after standardisation
at the tighter one; standardised coordinates may have more symmetry than the crystal as it was read."""


def describe(
    crystal: Crystal, *, mineral: bool = False, symprec: float = 0.01, bonds: BondRules | None = None
) -> Description:
    """Describe the geometry of a crystal by robocrystallographer's rules (Ganose & Jain, doi:10.1557/mrc.2019.94).

    Oxidation states are ignored, so that the description of a crystal does not depend on the program that wrote its
    file.

    Args:
        crystal: An ordered crystal with at most :data:`MAX_SITES` sites.
        mineral: Name the structure type too (slower).
        symprec: Symmetry tolerance in Å.
        bonds: A user's rules, by which the bonds of all facts in ``geometry`` are corrected. The sentences and sites of
            robocrystallographer stay those of CrystalNN.

    Raises:
        DescriptionError: ``disordered``, ``no-symmetry``, ``too-large``, ``no-neighbours`` for a cell that is thinner
            than a bond, or ``failed`` where pymatgen cannot compare parts or prototypes, or the arithmetic of an odd
            cell fails.
        InputError: ``bad-tolerance`` for a tolerance that is no positive length.
    """
    check_tolerance(symprec)
    arrays = arrays_of(crystal.structure)
    if crystal.num_sites > MAX_SITES:
        raise DescriptionError(
            f"{crystal.formula} has {crystal.num_sites} sites; at most {MAX_SITES} can be described.", kind="too-large"
        )
    check_cell(*arrays)
    from clics.descriptions.facts.labelled import labelled

    try:
        return labelled(_described(arrays, mineral, symprec, bonds), crystal.labels)
    except (ArithmeticError, ValueError, LookupError) as error:  # one odd cell must not stop a whole batch
        raise DescriptionError(
            f"{crystal.formula} could not be described: {reason_of(error)}.", kind="failed"
        ) from error


def _described(
    arrays: tuple[np.ndarray, np.ndarray, np.ndarray], mineral: bool, symprec: float, rules: BondRules | None
) -> Description:
    from clics.descriptions.robocrys.condenser import condense
    from clics.descriptions.robocrys.conventional_cell import conventional_cell
    from clics.descriptions.robocrys.describer import describe_in_words
    from clics.descriptions.robocrys.minerals import mineral_name
    from clics.descriptions.robocrys.neighbour_groups import Relations
    from clics.descriptions.robocrys.site_facts import typed_sites

    cell = conventional_cell(*arrays, symprec)
    own = SpaceGroup(cell.symbol, cell.number, symprec)
    groups = space_groups_of_arrays(*arrays, known=own)
    loosest = max(groups, key=lambda group: group.symprec)
    condensed = condense(cell, symprec, loosest.number if loosest.symprec >= WELL_ABOVE * symprec else None)
    name = mineral_name(condensed) if mineral else None
    relations = Relations(condensed.environments.of)
    text, plain_text = describe_in_words(
        condensed.formula, crystal_system(cell.number), cell.symbol, condensed.components, relations, name
    )
    return Description(
        formula=condensed.formula,
        space_group=own,
        crystal_system=crystal_system(cell.number),
        dimensionality=condensed.dimensionality,
        sites=typed_sites(relations, condensed.site_of_atom),
        text=text,
        space_groups=groups,
        mineral=name,
        components=tuple(
            {
                "formula": component.formula,
                "dimensionality": component.dimensionality,
                "orientation": list(component.orientation) if component.orientation else None,
                "count": component.count,
            }
            for component in condensed.components
        ),
        plain_text=plain_text,
        geometry=_geometry(condensed, rules),
    )


def _geometry(condensed: Condensed, rules: BondRules | None) -> GeometryFacts:
    """The facts by the bonds of the description, or by those corrected by a user's rules."""
    from clics.descriptions.facts.corrected_bonds import corrected_bonds
    from clics.descriptions.facts.geometry_facts import geometry_facts
    from clics.descriptions.robocrys.components import find_parts

    if not rules:
        return geometry_facts(condensed.cell, condensed.bonds, condensed.parts)
    bonds = corrected_bonds(condensed.cell, condensed.bonds, rules)
    return geometry_facts(condensed.cell, bonds, find_parts(bonds), corrected=True)
