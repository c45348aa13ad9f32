"""Find crystals of similar structure for objects of pymatgen and ASE."""

import clics
from ase.spacegroup import crystal
from pymatgen.core import Lattice, Structure

# The perovskite SrTiO3 as a pymatgen structure (a = 3.905 Å).
perovskite = Structure(
    Lattice.cubic(3.905),
    ["Sr", "Ti", "O", "O", "O"],
    [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]],
)
for hit in clics.similar(perovskite, top=3):
    print(f"{hit.score:.2f}  {hit.formula:12} {hit.space_group}")

# Rutile as ASE atoms (a = 4.594 Å, c = 2.959 Å, x = 0.305); the best hits are superimposed on it.
rutile = crystal(
    ["Ti", "O"],
    basis=[(0, 0, 0), (0.305, 0.305, 0)],
    spacegroup=136,
    cellpar=[4.594, 4.594, 2.959, 90, 90, 90],
)
for hit in clics.similar(rutile, top=3, superpose=True):
    match = hit.superposition
    rmsd = f"RMSD {match.rmsd:.3f}" if match and match.rmsd is not None else "no match"
    print(f"{hit.score:.2f}  {hit.formula:12} {hit.space_group:10} {rmsd}")

# The same search, biased towards a phrase.
print([hit.formula for hit in clics.similar(rutile, but="edge-sharing octahedra", weight=0.5, top=3)])
