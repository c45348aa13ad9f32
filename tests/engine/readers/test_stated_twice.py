"""What programs' files say twice is compared, and what they hold beside the crystal is no part of it.

The crystal is rutile (a 4.5937, c 2.9587 Å, u 0.3053); its files are written by pymatgen or after the programs' manuals.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from clics.crystals.crystal import Crystal, Refusal
from clics.sources.files import read_crystals
from pymatgen.core import Lattice, Structure
from pymatgen.io.vasp import Poscar

from tests.stress.program_files import BY_HAND

RUTILE = Structure.from_spacegroup(
    "P4_2/mnm", Lattice.tetragonal(4.5937, 2.9587), ["Ti", "O"], [[0, 0, 0], [0.3053, 0.3053, 0]]
)
SYMBOLS = [site.specie.symbol for site in RUTILE]
ROWS = "".join(
    "{} {:.6f} {:.6f} {:.6f}\n".format(symbol, *at) for symbol, at in zip(SYMBOLS, RUTILE.cart_coords, strict=True)
)
BOX = "4.5937 0 0 0 4.5937 0 0 0 2.9587"
SHELX = """TITL rutile in P42/mnm
CELL 0.71073 4.5937 4.5937 2.9587 90 90 90
LATT 1
SYMM -X, -Y, Z
SYMM -Y+0.5, X+0.5, Z+0.5
SYMM Y+1/2, -X+1/2, Z+1/2
SYMM 1/2-X, 1/2+Y, 1/2-Z
SYMM X+.5, -Y+.5, -Z+.5
SYMM Y, X, -Z
SYMM -Y, -X, -Z
SFAC Ti O
UNIT 2 4
FVAR 1.0
TI1 1 0 0 0 10.125 0.01
O1 2 0.3053 0.3053 0 10.25 0.01 0.02 =
 0.01 0 0 0
HKLF 4
END
"""


def optimade(**other: object) -> str:
    attributes = {
        "lattice_vectors": RUTILE.lattice.matrix.tolist(),
        "cartesian_site_positions": RUTILE.cart_coords.tolist(),
        "species_at_sites": SYMBOLS,
        "nsites": 6,
        "elements": ["O", "Ti"],
        "chemical_formula_reduced": "O2Ti",
        **other,
    }
    return json.dumps({"data": {"id": "x", "type": "structures", "attributes": attributes}})


def pymatgen(**lattice: object) -> str:
    data = RUTILE.as_dict()
    data["lattice"] |= lattice
    return json.dumps(data)


def read(folder: Path, name: str, content: str | bytes) -> Crystal | Refusal:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    [found] = read_crystals([folder / name], sandboxed=False)
    return found


FILES = {
    "shelx": ("a.res", SHELX, ""),
    "shelx with peaks": ("a.res", SHELX.replace("HKLF", "Q1 1 0.1 0.2 0.3 11.0 0.05 1.2\nHKLF"), "1 peak of the density"),
    "shelx with other contents": ("a.res", SHELX.replace("UNIT 2 4", "UNIT 2 6"), "UNIT states 6 O, and 4 are read"),
    "optimade": ("a.json", optimade(), ""),
    "optimade, sites": ("a.json", optimade(nsites=7), "nsites = 7, and lists 6"),
    "optimade, elements": ("a.json", optimade(elements=["O", "Sn"]), "states O, Sn, and its sites have O, Ti"),
    "optimade, formula": ("a.json", optimade(chemical_formula_reduced="O3Ti2"), "states O3Ti2"),
    "pymatgen": ("a.json", pymatgen(), ""),
    "pymatgen, length": ("a.json", pymatgen(c=3.9587), "states c = 3.9587, its matrix has 2.9587"),
    "pymatgen, volume": ("a.json", pymatgen(volume=124.9), "states volume = 124.9"),
    "xyz": ("a.xyz", f'6\nLattice="{BOX}" Properties=species:S:1:pos:R:3 note="Lattice = x"\n{ROWS}', ""),
    "xyz, two cells": ("a.xyz", f'6\nLattice="9 0 0 0 9 0 0 0 9" Lattice="{BOX}"\n{ROWS}', "Lattice is given twice"),
    "zero bytes": ("POSCAR", f"{Poscar(RUTILE)}" + 300 * "\x00", "ends in zero bytes"),
    "UTF-16": ("POSCAR", str(Poscar(RUTILE)).encode("utf-16-le"), ""),
    "UTF-16, big end": ("POSCAR", str(Poscar(RUTILE)).encode("utf-16-be"), ""),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_the_crystal_is_read_and_what_contradicts_it_is_told(case: str, tmp_path: Path) -> None:
    name, content, says = FILES[case]
    crystal = read(tmp_path, name, content)
    assert isinstance(crystal, Crystal), crystal
    assert (crystal.formula, crystal.num_sites) == ("TiO2", 6)
    np.testing.assert_allclose(sorted(crystal.structure.lattice.abc), [2.9587, 4.5937, 4.5937], atol=1e-4)
    assert len(crystal.notes) == bool(says), crystal.notes
    assert says in "".join(crystal.notes)


def test_a_lattice_of_lengths_and_angles_is_read_as_pymatgen_does(tmp_path: Path) -> None:
    data = RUTILE.as_dict()
    del data["lattice"]["matrix"]
    crystal = read(tmp_path, "a.json", json.dumps(data))
    assert isinstance(crystal, Crystal), crystal
    assert crystal.notes == ()
    assert crystal.structure.lattice.abc == pytest.approx(Structure.from_dict(data).lattice.abc)


@pytest.mark.parametrize(("name", "content", "says"), [
    ("OUTCAR", BY_HAND["outcar"](RUTILE).replace("VRHFIN =Ti", "VRHFIN =X").replace("=O:", "=Ti:").replace("=X:", "=O:"),
     "in another order by VRHFIN"),
    ("a.res", SHELX.replace("TI1 ", "Q1 ").replace("O1 ", "Q2 "), "only 2 peaks"),
    ("a.pwi", "&SYSTEM\n space_group=136, A=4.5937, C=2.9587, nat=2\n/\nATOMIC_POSITIONS crystal_sg\nTi 0 0 0\n"
     "O .3053 .3053 0\n", "by space group"),
])  # fmt: skip
def test_the_reason_of_a_refusal_is_true(name: str, content: str, says: str, tmp_path: Path) -> None:
    refusal = read(tmp_path, name, content)
    assert isinstance(refusal, Refusal), refusal
    assert says in refusal.message
