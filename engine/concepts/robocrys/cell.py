"""The conventional cell robocrystallographer speaks of, and where each atom of the input went in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from engine.errors import DescriptionError


@dataclass(frozen=True, slots=True)
class ConventionalCell:
    """``structure`` is pymatgen's conventional standard cell, sorted by electronegativity.

    ``symbol`` and ``number`` are its space group; ``counterpart[i]`` is a site of it that atom i of the input became
    (another copy of it, where the cells differ in size).
    """

    structure: Structure
    counterpart: NDArray[np.int64]
    symbol: str
    number: int


def conventional_cell(structure: Structure, symprec: float) -> ConventionalCell:
    """Standardise an ordered structure without oxidation states, by the same steps as robocrystallographer.

    The cell is that of Setyawan & Curtarolo (doi:10.1016/j.commatsci.2010.05.010).

    Raises :class:`DescriptionError` of kind ``no-symmetry`` where spglib finds no cell.
    """
    order = np.array(sorted(range(len(structure)), key=lambda i: structure[i]), dtype=np.int64)
    ordered = Structure.from_sites([structure[i] for i in order])
    ordered.translate_sites(range(len(ordered)), [1, 1, 1])  # wraps every site into the cell
    try:
        analyzer = SpacegroupAnalyzer(ordered, symprec=symprec)
        conventional = analyzer.get_conventional_standard_structure()
    except ValueError as error:
        raise DescriptionError(
            f"{structure.composition.reduced_formula} could not be brought into a standard cell at a tolerance of "
            f"{symprec:g} Å ({error}).",
            kind="no-symmetry",
        ) from error
    found = analyzer.get_symmetry_dataset()
    # spglib numbers the atoms of one primitive cell, and says which of them each atom of the input and of the standard
    # cell is a copy of. pymatgen then sorts the standard cell by element, keeping the order within an element.
    species = [analyzer._unique_species[kind - 1] for kind in found.std_types]
    refined = Structure(found.std_lattice, species, found.std_positions)
    sorting = sorted(range(len(refined)), key=lambda i: refined[i])
    place = {int(found.std_mapping_to_primitive[was]): now for now, was in enumerate(sorting)}
    counterpart = np.empty(len(order), dtype=np.int64)
    counterpart[order] = [place[int(primitive)] for primitive in found.mapping_to_primitive]
    return ConventionalCell(conventional, counterpart, str(found.international), int(found.number))
