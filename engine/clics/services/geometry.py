"""A crystal to draw, and its geometry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clics.errors import ClicsError
from clics.results.geometry import Atoms, CellParameters, Geometry, Opened

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.results.bond_rules import BondRules
    from clics.results.geometry import Bond, WyckoffRow


def opened(crystal: Crystal) -> Opened:
    """A crystal with its atoms as arrays and a title: its block or file name, and its formula."""
    import numpy as np

    from clics.analysis import reader_warnings

    structure = crystal.structure
    species = tuple(
        tuple((str(specie.symbol), float(amount)) for specie, amount in site.species.items()) for site in structure
    )
    atoms = Atoms(np.array(structure.lattice.matrix), np.array(structure.frac_coords), species, crystal.labels)
    name = crystal.id or crystal.block or Path(crystal.source).stem
    title = name if crystal.formula in name else f"{name} · {crystal.formula}"
    return Opened(crystal, atoms, title, tuple(reader_warnings(crystal)))


def geometry_of(crystal: Crystal, rules: BondRules | None = None) -> Geometry:
    """Symmetry, description, bonds and phrases of a crystal; ``warnings`` say what is missing, and why.

    Args:
        crystal: The crystal.
        rules: By which the bonds of the facts of geometry are corrected; ``bonds`` stay those of CrystalNN.
    """
    from clics.analysis import reader_warnings, symmetry_and_description
    from clics.concepts.phrase_sites import phrase_sites
    from clics.descriptions.bonds_as_read import bonds_as_read, count_otherwise
    from clics.symmetry.wyckoff import wyckoff_table

    warnings = reader_warnings(crystal)
    symmetry, description, undescribed = symmetry_and_description(crystal, warnings, rules)
    bonds: tuple[Bond, ...] = ()
    if undescribed is not None:
        warnings.append(undescribed.message)
    if description is not None:
        try:
            bonds = bonds_as_read(crystal)
            if otherwise := count_otherwise(description, bonds, crystal.num_sites):
                warnings.append(
                    f"The bonds of {otherwise} of {crystal.num_sites} sites lie at the edge of the bonding rule: in the "
                    "cell as it was read they are counted otherwise than in the description."
                )
        except ClicsError as error:
            warnings.append(error.message)
    wyckoff: tuple[WyckoffRow, ...] = ()
    if symmetry is not None:
        try:
            wyckoff = wyckoff_table(crystal, symmetry.tolerance)
        except ClicsError as error:
            warnings.append(error.message)
    structure = crystal.structure
    return Geometry(
        formula=crystal.formula,
        density=float(structure.density),
        volume=float(structure.volume),
        parameters=CellParameters(*(float(value) for value in structure.lattice.parameters)),
        sites=crystal.num_sites,
        symmetry=symmetry,
        wyckoff=wyckoff,
        description=description,
        undescribed=undescribed,
        bonds=bonds,
        phrases=() if description is None else phrase_sites(description),
        warnings=tuple(warnings),
    )
