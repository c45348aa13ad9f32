"""The standard primitive, conventional and Niggli cells of a crystal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from clics.crystals.check import MAX_MODEL_SITES
from clics.errors import DescriptionError, InputError, reason_of
from clics.results.geometry import CellKind

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pymatgen.core import Lattice, Structure
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    from clics.crystals.as_stated import AsStated
    from clics.crystals.crystal import Crystal

SYMPREC = 0.01
"""Tolerance of the symmetry search in Å."""
MAX_SEARCHED_SITES = 10_000
"""Sites of a supercell whose primitive cell is looked for; the time grows as their square."""
_SAME_PLACE = 0.1
"""Å by which symmetrised atoms may have moved."""
_CENTRINGS = (
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ((-0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0.5, 0.5, -0.5)),
    ((0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)),
    ((0.5, 0.5, 0), (-0.5, 0.5, 0), (0, 0, 1)),
    ((1, 0, 0), (0, 0.5, 0.5), (0, -0.5, 0.5)),
    ((2 / 3, 1 / 3, 1 / 3), (-1 / 3, 1 / 3, 1 / 3), (-1 / 3, -2 / 3, 1 / 3)),
)
"""Bases of the primitive lattices of P, I, F, C, A and R centred cells, those of spglib's standard cells."""


def in_cell(crystal: Crystal, kind: CellKind, *, symprec: float = SYMPREC) -> Crystal:
    """The crystal in another cell; occupancies stay.

    Args:
        crystal: The crystal.
        kind: ``"primitive"`` or ``"conventional"``: the standard cell of Setyawan and Curtarolo
            (doi:10.1016/j.commatsci.2010.05.010), with symmetrised positions. ``"niggli"``: the reduced cell of the
            lattice, with the positions as they are. ``"read"``: the cell as it was read.
        symprec: Tolerance of the symmetry search in Å.

    Raises:
        InputError: Unknown kind of cell (kind ``bad-cell``).
        DescriptionError: No cell was found (kind ``no-symmetry``).
    """
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    if kind not in get_args(CellKind):
        raise InputError(f"There is no cell '{kind}'; known are {', '.join(get_args(CellKind))}.", kind="bad-cell")
    if kind == "read":
        return crystal
    structure, analyzer = crystal.structure, None
    try:
        if kind == "niggli":
            changed = structure.get_reduced_structure("niggli")
        else:
            analyzer = SpacegroupAnalyzer(structure, symprec=symprec)
            changed = (
                analyzer.get_primitive_standard_structure()
                if kind == "primitive"
                else analyzer.get_conventional_standard_structure()
            )
    except Exception as error:  # pymatgen and spglib raise ValueError, TypeError and classes of their own
        raise DescriptionError(
            f"The {kind} cell of {crystal.formula} could not be found at a tolerance of {symprec:g} Å "
            f"({reason_of(error)}).",
            kind="no-symmetry",
        ) from error
    stated = _stated(crystal, changed, analyzer)
    return replace(crystal, structure=changed, provenance={**crystal.provenance, "cell": kind}, stated=stated)


def small_cell(crystal: Crystal) -> tuple[Crystal, str]:
    """A crystal in its primitive cell where the cell that was read is too large for the model and that one is not.

    Returns:
        The crystal, and a note on it; the same crystal and "" where there is nothing to gain.
    """
    if not MAX_MODEL_SITES < crystal.num_sites <= MAX_SEARCHED_SITES or not crystal.is_ordered:
        return crystal, ""
    try:
        primitive = in_cell(crystal, "primitive")
    except DescriptionError:
        return crystal, ""
    if primitive.num_sites > MAX_MODEL_SITES:
        return crystal, ""
    return primitive, (
        f"the cell has {crystal.num_sites} sites, a supercell; its primitive cell of {primitive.num_sites} sites is taken, "
        f"with positions symmetrised within {SYMPREC:g} Å."
    )


def taken_small(crystal: Crystal) -> Crystal:
    """The crystal of :func:`small_cell`, with the note among those of the reader."""
    small, note = small_cell(crystal)
    return replace(small, provenance={**small.provenance, "warnings": [*small.notes, note]}) if note else crystal


def _stated(crystal: Crystal, changed: Structure, analyzer: SpacegroupAnalyzer | None) -> AsStated | None:
    """What the file states, for the sites of another cell.

    Args:
        crystal: The crystal.
        changed: Its structure in the other cell.
        analyzer: What gave that cell; None for the same atoms in the same place on other axes.
    """
    if crystal.stated is None:
        return None
    before = np.array(crystal.structure.lattice.matrix), np.array(crystal.structure.frac_coords)
    after = np.array(changed.lattice.matrix), np.array(changed.frac_coords)
    if analyzer is None:
        change = (before[0] @ np.linalg.inv(after[0])).T
        return crystal.stated.carried(before, after, range(len(changed)), change)
    symmetry = analyzer.get_symmetry_dataset()
    first = np.unique(symmetry.mapping_to_primitive, return_index=True)[1]
    for turned in _bases(np.array(symmetry.std_lattice), changed.lattice):
        gaps = (after[1] @ turned)[:, None] - symmetry.std_positions[None]
        gaps -= np.round(gaps)
        distances = np.linalg.norm(gaps @ symmetry.std_lattice, axis=2)
        found = distances.argmin(axis=1)
        if distances.min(axis=1).max() < _SAME_PLACE:
            change = np.linalg.inv(turned).T @ symmetry.transformation_matrix
            return crystal.stated.carried(
                before, after, first[symmetry.std_mapping_to_primitive[found]].tolist(), change
            )
    return None


def _bases(standard: NDArray[np.float64], lattice: Lattice) -> Iterator[NDArray[np.float64]]:
    """Bases (3, 3) in coordinates of a standard cell that are a lattice, turned, its own or one of a centred cell."""
    import spglib
    from pymatgen.core import Lattice

    for centring in _CENTRINGS:
        smaller = np.array(centring) @ standard
        if abs(abs(np.linalg.det(smaller)) / lattice.volume - 1) > 1e-3:
            continue
        reduced = np.asarray(spglib.niggli_reduce(smaller))
        for _, rotation, scale in Lattice(reduced).find_all_mappings(lattice, ltol=1e-3, atol=0.1):
            if rotation is not None and np.linalg.det(rotation) > 0:
                yield scale @ reduced @ np.linalg.inv(standard)
