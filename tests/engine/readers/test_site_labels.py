"""Labels and oxidation states of files other than CIF reach the crystal, its CIF and its table of sites."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from clics.session import Session
from pymatgen.core import Lattice, Structure

CELL = "4.6 0 0\n0 4.6 0\n0 0 2.96\n"
TEXTS = {
    "rutile.res": "TITL rutile\nCELL 0.71073 4.594 4.594 2.959 90 90 90\nLATT 1\nSYMM -X,-Y,Z\nSYMM 0.5-Y,0.5+X,0.5+Z\n"
    "SYMM Y,X,Z\nSFAC Ti O\nUNIT 2 4\nFVAR 1\nTiA 1 0 0 0 10.125 0.02\nO_1 2 0.3053 0.3053 0 10.25 0.02\nHKLF 4\nEND\n",
    "rutile.vasp": f"rutile\n1.0\n{CELL}Ti O\n1 2\nDirect\n0 0 0 TiA\n0.3 0.3 0.5 O1\n0.7 0.7 0.5 O2\n",
    "rutile.xyz": '3\nLattice="4.6 0 0 0 4.6 0 0 0 2.96" Properties=species:S:1:pos:R:3:label:S:1\nTi 0 0 0 TiA\nO 1.4 1.4 1.48 '
    "O1\nO 3.2 3.2 1.48 O2\n",
    "rutile.cell": f"%BLOCK LATTICE_CART\n{CELL}%ENDBLOCK LATTICE_CART\n%BLOCK POSITIONS_FRAC\nTi 0 0 0 LABEL=TiA\nO:1 .3 .3 .5\n"
    "O:2 .7 .7 .5\n%ENDBLOCK POSITIONS_FRAC\n",
    "rutile.pwi": f"&control\n/\n&system\nibrav=0, nat=3, ntyp=3\n/\nATOMIC_SPECIES\nTi1 47.9 Ti.upf\nO_1 16 O.upf\nO_2 16 O.upf"
    f"\nCELL_PARAMETERS angstrom\n{CELL}ATOMIC_POSITIONS crystal\nTi1 0 0 0\nO_1 .3 .3 .5\nO_2 .7 .7 .5\n",
}  # fmt: skip
RIGHT = {
    "rutile.res": {"TiA", "O_1"},
    "rutile.vasp": {"TiA", "O1", "O2"},
    "rutile.xyz": {"TiA", "O1", "O2"},
    "rutile.cell": {"TiA", "O:1", "O:2"},
    "rutile.pwi": {"Ti1", "O_1", "O_2"},
}


@pytest.mark.parametrize("name", TEXTS)
def test_labels_are_kept(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(TEXTS[name], encoding="utf-8")
    with Session(sandboxed=False) as session:
        crystal = session.read(path)
        assert set(crystal.labels) == RIGHT[name]
        assert crystal.formula == "TiO2"
        for label, site in zip(crystal.labels, crystal.structure, strict=True):
            assert label.startswith(site.specie.symbol)
        session.write(crystal, tmp_path / "written.cif", symmetry="p1")
        again = session.read(tmp_path / "written.cif")
        assert {
            label.rpartition("_")[0] if label.count("_") > label.startswith("O_") else label for label in again.labels
        } == RIGHT[name]
        names = {label for row in session.geometry(crystal).wyckoff for label in re.split("[/–]", row.label)}
    assert names == RIGHT[name]


def test_pymatgen_labels_and_oxidation_states(tmp_path: Path) -> None:
    structure = Structure(
        Lattice.tetragonal(4.6, 2.96), ["Ti4+", "O2-", "O2-"], [[0] * 3, [0.3, 0.3, 0.5], [0.7, 0.7, 0.5]]
    )
    for labels, right in ((None, set()), (["M", "Oa", "Ob"], {"M", "Oa", "Ob"})):
        named = Structure.from_sites(structure.sites) if labels is None else structure.copy()
        if labels is not None:
            named.relabel_sites()
            for site, label in zip(named, labels, strict=True):
                site.label = label
        path = tmp_path / "x.json"
        path.write_text(json.dumps(named.as_dict()), encoding="utf-8")
        with Session(sandboxed=False) as session:
            crystal = session.read(path)
        assert set(crystal.labels) == right
        assert crystal.stated is not None
        assert [atom.oxidation for atom in crystal.stated.atoms] == [4, -2, -2]
