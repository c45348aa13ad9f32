"""The door to descriptions: a crystal in, its geometry out as facts and in words."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from engine.concepts.description import Description, SpaceGroup
from engine.concepts.symmetry import arrays_of, check_cell, space_groups_of_arrays
from engine.errors import DescriptionError

if TYPE_CHECKING:
    from pymatgen.core import Structure

    from engine.concepts.robocrys.condenser import OrbitCondenser
    from engine.concepts.robocrys.describer import SteadyDescriber
    from engine.crystals.crystal import Crystal

MAX_SITES = 500
"""Sites of the cell as it was read; above this, describing takes minutes and the text pages."""


def describe(crystal: Crystal, *, mineral: bool = False, symprec: float = 0.01) -> Description:
    """What robocrystallographer's rules say of a crystal (Ganose & Jain, doi:10.1557/mrc.2019.94).

    Oxidation states are left aside, so that a crystal is described alike whoever wrote its file. ``mineral`` asks for
    the name of the structure type as well (slower); ``symprec`` is the symmetry tolerance in Å.

    Raises :class:`DescriptionError`, with ``kind`` one of ``disordered``, ``no-symmetry``, ``no-neighbours``,
    ``too-large`` and, for what robocrystallographer itself cannot say, ``failed``.
    """
    from engine.concepts.robocrys.facts import mineral_name, typed_components, typed_sites

    arrays = arrays_of(crystal.structure)
    if crystal.num_sites > MAX_SITES:
        raise DescriptionError(
            f"{crystal.formula} has {crystal.num_sites} sites; at most {MAX_SITES} can be described.", kind="too-large"
        )
    check_cell(*arrays)
    try:
        condensed = _condenser(mineral, symprec).condense_structure(_plain(crystal.structure))
        text, plain_text = _describer().describe_both(condensed)
        own = SpaceGroup(condensed["spg_symbol"], condensed["spg_number"], symprec)
        return Description(
            formula=condensed["formula"],
            space_group=own,
            crystal_system=condensed["crystal_system"],
            dimensionality=condensed["dimensionality"],
            sites=typed_sites(condensed),
            text=text,
            space_groups=space_groups_of_arrays(*arrays, known=own),
            mineral=mineral_name(condensed),
            components=typed_components(condensed),
            plain_text=plain_text,
        )
    except DescriptionError:
        raise
    except Exception as error:  # robocrystallographer raises what it meets: ValueError, IndexError, KeyError, …
        raise DescriptionError(
            f"{crystal.formula} could not be described: {error or type(error).__name__}.", kind="failed"
        ) from error


def _plain(structure: Structure) -> Structure:
    """The structure without oxidation states, labels and other site properties."""
    from pymatgen.core import Structure

    return Structure(structure.lattice, [site.specie.symbol for site in structure], structure.frac_coords)


@functools.lru_cache(maxsize=4)
def _condenser(mineral: bool, symprec: float) -> OrbitCondenser:
    """One condenser per process and setting; its databases are read once."""
    from engine.concepts.robocrys.condenser import OrbitCondenser

    if not mineral:
        return OrbitCondenser(symprec=symprec)
    from engine.concepts.robocrys.minerals import FormulaMineralMatcher

    return OrbitCondenser(mineral_matcher=FormulaMineralMatcher(), symprec=symprec)


@functools.cache
def _describer() -> SteadyDescriber:
    from engine.concepts.robocrys.describer import SteadyDescriber

    return SteadyDescriber()
