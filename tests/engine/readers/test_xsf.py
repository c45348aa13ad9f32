"""XSF as ASE 3.29 reads it, frame by frame; and what is refused."""

from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from ase.build import bulk
from ase.io import read
from ase.io.xsf import write_xsf
from clics.crystals.crystal import Crystal, Refusal
from clics.errors import CrystalError
from clics.readers.xsf import is_xsf, xsf_steps
from clics.sources.files import read_crystals, read_one

# The example of XCrySDen's own description of the format (http://www.xcrysden.org/doc/XSF.html): zinc sulphide.
ZNS = """# comment lines are allowed
CRYSTAL
PRIMVEC
   0.0000000    2.7100000    2.7100000
   2.7100000    0.0000000    2.7100000
   2.7100000    2.7100000    0.0000000
CONVVEC
   5.4200000    0.0000000    0.0000000
   0.0000000    5.4200000    0.0000000
   0.0000000    0.0000000    5.4200000
PRIMCOORD
2 1
16      0.0000000     0.0000000     0.0000000
30      1.3550000    -1.3550000    -1.3550000
"""

VARIABLE_CELL = """ANIMSTEPS 2
CRYSTAL
PRIMVEC 1
   3.0 0.0 0.0
   0.0 3.0 0.0
   0.0 0.0 3.0
PRIMCOORD 1
1 1
Po 0.0 0.0 0.0  0.01 0.02 0.03
PRIMVEC 2
   3.5 0.0 0.0
   0.0 3.5 0.0
   0.0 0.0 3.5
PRIMCOORD 2
1 1
Po 0.1 0.0 0.0
"""


def crystals(text: str) -> list[Crystal]:
    return [step.parse().crystal(step.block, "x", step.block) for step in xsf_steps(text, where="x")]


def assert_same(found: Crystal, atoms) -> None:
    assert [site.specie.symbol for site in found.structure] == list(atoms.symbols)
    np.testing.assert_allclose(found.structure.lattice.matrix, atoms.cell[:], atol=1e-12)
    gap = found.structure.frac_coords - atoms.get_scaled_positions(wrap=False)
    np.testing.assert_allclose(gap, 0, atol=1e-12)


def test_the_example_of_the_format() -> None:
    [found] = crystals(ZNS)
    assert_same(found, read(StringIO(ZNS), format="xsf"))
    assert found.formula == "ZnS"
    assert found.structure.get_space_group_info()[1] == 216  # zinc blende, F-43m


def test_frames_of_an_animation_with_a_fixed_cell() -> None:
    first, second = bulk("NaCl", "rocksalt", a=5.64), bulk("NaCl", "rocksalt", a=5.64)
    second.positions[1] += 0.1
    out = StringIO()
    write_xsf(out, [first, second])
    found = crystals(out.getvalue())
    assert [crystal.block for crystal in found] == ["1", "2"]
    for crystal, atoms in zip(found, read(StringIO(out.getvalue()), format="xsf", index=":"), strict=True):
        assert_same(crystal, atoms)


def test_frames_with_cells_of_their_own_and_forces() -> None:
    found = crystals(VARIABLE_CELL)
    assert [crystal.structure.lattice.a for crystal in found] == [3.0, 3.5]
    for crystal, atoms in zip(found, read(StringIO(VARIABLE_CELL), format="xsf", index=":"), strict=True):
        assert_same(crystal, atoms)


def test_fields_behind_the_atoms_are_passed_over() -> None:
    field = "BEGIN_BLOCK_DATAGRID_3D\n density\n BEGIN_DATAGRID_3D_x\n 1 1 1\n 0 0 0\n 1 0 0\n 0 1 0\n 0 0 1\n 0.5\n"
    field += " END_DATAGRID_3D\nEND_BLOCK_DATAGRID_3D\n"
    [found] = crystals(ZNS + field)
    assert found.num_sites == 2


def test_a_file_is_recognised_by_its_name_and_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "zincblende.xsf").write_text(ZNS)
    (tmp_path / "frames.axsf").write_text(VARIABLE_CELL)
    (tmp_path / "without-ending").write_text(ZNS)
    assert is_xsf(b"", ZNS)
    assert read_one(tmp_path / "without-ending").formula == "ZnS"
    assert [found.id for found in read_crystals([tmp_path])] == ["frames:1", "frames:2", "zincblende"]


def test_layers_are_read_with_a_remark() -> None:
    [step] = xsf_steps(ZNS.replace("CRYSTAL", "SLAB"), where="x")
    assert step.parse().warnings == [
        "periodic in two directions only (SLAB); it is read as a crystal of its whole cell."
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ATOMS\n6 0 0 0\n8 0 0 1.13\n", "no-cell"),
        (ZNS.replace("PRIMVEC", "WHATEVER"), "no-cell"),
        (ZNS.replace("2 1\n", "3 1\n"), "truncated"),
        (ZNS[: ZNS.index("PRIMCOORD") + 10], "truncated"),
        (ZNS.replace("2 1\n", "two 1\n"), "bad-xsf"),
        (ZNS.replace("30      1.3550000", "30      one"), "bad-xsf"),
        (ZNS.replace("30 ", "Qq "), "unknown-element"),
        (ZNS.replace("30 ", "130 "), "unknown-element"),
        (ZNS.replace("   2.7100000    2.7100000    0.0000000", "   2.7100000"), "bad-xsf"),
    ],
)
def test_refusals(text: str, kind: str) -> None:
    with pytest.raises(CrystalError) as refused:
        crystals(text)
    assert refused.value.kind == kind


def test_a_damaged_frame_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "frames.axsf").write_text(VARIABLE_CELL.replace("Po 0.0", "Qq 0.0"))
    bad, good = read_crystals([tmp_path / "frames.axsf"])
    assert isinstance(bad, Refusal)
    assert bad.kind == "unknown-element"
    assert isinstance(good, Crystal)
