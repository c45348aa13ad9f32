"""Describe crystals: from a file, from a pymatgen structure, and several at once."""

from importlib.resources import files

import clics
from pymatgen.core import Lattice, Structure

examples = files("clics_resources") / "examples"

# One source gives one description: text for people, facts for programs.
rutile = clics.describe(examples / "rutile.cif")
print(rutile)
for site in rutile.geometry.sites:
    shape = site.shape.nearest
    print(f"{site.label}: {shape.name}, shape measure {shape.value:.2f}, atoms {site.atoms}")

# A structure made in Python needs no file.
halite = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
description = clics.describe(halite)
print(description.formula, description.space_group.symbol, f"dimensionality {description.dimensionality}")

# Several sources give one entry per crystal; a crystal that is refused is an entry, too.
for entry in clics.describe([examples / "sio2-quartz.cif", examples / "titania-polymorphs.cif"]):
    print(entry)
