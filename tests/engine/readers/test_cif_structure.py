"""Crystals of CIF values are those of pymatgen's ``CifParser`` (2026.10), to the last bit."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from clics.errors import CrystalError
from clics.readers.cif_atoms import Atom, Variant, atoms_of
from clics.readers.cif_decide import Block, decide
from clics.readers.cif_positions import Operations
from clics.readers.cif_structure import OCCUPANCY_TOLERANCE, SITE_TOLERANCE, crystal_of
from clics.readers.cif_values import Values
from clics.sources.prototypes import aflow_prototypes
from gemmi import cif
from pymatgen.io.cif import CifParser, CifWriter

ROOT = Path(__file__).parents[3]
CELL = [f"_cell_length_{x}" for x in "abc"] + [f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma")]


def by_pymatgen(cell, atoms, symmetry):
    lines = ["data_block", *(f"{tag} {value!r}" for tag, value in zip(CELL, cell, strict=True))]
    lines += ["loop_", "_symmetry_equiv_pos_as_xyz", *(f"'{operation}'" for operation in symmetry), "loop_"]
    lines += [f"_atom_site_{name}" for name in ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy")]
    for number, atom in enumerate(atoms, start=1):
        x, y, z = atom.coords
        lines.append(f"{atom.symbol}{number} {atom.symbol} {x!r} {y!r} {z!r} {atom.occupancy!r}")
    parser = CifParser.from_str(
        "\n".join(lines) + "\n", occupancy_tolerance=OCCUPANCY_TOLERANCE, site_tolerance=SITE_TOLERANCE,
        frac_tolerance=0.0, check_cif=False,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return parser.parse_structures(primitive=False, on_error="raise")[0]


def assert_same(found, expected) -> None:
    assert np.array_equal(found.lattice.matrix, expected.lattice.matrix)
    assert [site.species for site in found] == [site.species for site in expected]
    assert [dict(site.species) for site in found] == [dict(site.species) for site in expected]
    assert np.array_equal(found.frac_coords, expected.frac_coords)


def check_block(block) -> None:
    values = Values(block, where="x")
    cell = [values.number(tag) for tag in CELL]
    atoms, _ = atoms_of(values, [1.0, 1.0, 1.0, 90.0, 90.0, 90.0], where="x")
    symmetry = decide(Block(values, [cell], [Variant(atoms)], "x")).reading.operations
    assert_same(crystal_of(cell, atoms, Operations(symmetry), where="x"), by_pymatgen(cell, atoms, symmetry))


@pytest.mark.parametrize("crystal", list(aflow_prototypes())[::6], ids=lambda crystal: crystal.id)
def test_prototypes_with_their_symmetry(crystal) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = str(CifWriter(crystal.structure, symprec=0.01))
    check_block(cif.read_string(text).sole_block())


@pytest.mark.parametrize(
    "path",
    [
        *sorted((ROOT / "tests" / "data" / "crystals").glob("*.cif")),
        *sorted((ROOT / "resources" / "examples").glob("*.cif")),
    ],
    ids=lambda path: path.name,
)
def test_files_as_people_write_them(path: Path) -> None:
    with_atoms = [block for block in cif.read_file(str(path)) if block.find_values("_atom_site_fract_x")]
    assert with_atoms
    for block in with_atoms:
        check_block(block)


P4 = ["x,y,z", "-y,x,z", "-x,-y,z", "y,-x,z"]


def test_shared_sites_and_scaled_occupancies() -> None:
    """Three metals share 0.34 + 0.33 + 0.34 of one site, one of them listed at an equivalent position."""
    cell = [5.0, 5.0, 7.0, 90.0, 90.0, 90.0]
    atoms = [
        Atom("Fe", (0.1, 0.2, 0.0), 0.34), Atom("Ni", (0.8, 0.1, 0.0), 0.33), Atom("Co", (0.1, 0.2, 0.0), 0.34),
        Atom("O", (0.5, 0.5, 0.5), 1.0), Atom("S", (0.0, 0.0, 0.25), 0.5), Atom("O", (0.0, 0.5, 0.3), 1.0),
    ]  # fmt: skip
    found = crystal_of(cell, atoms, Operations(P4), where="x")
    assert_same(found, by_pymatgen(cell, atoms, P4))
    assert len(found) == 4 + 1 + 1 + 2
    assert sum(found[0].species.values()) == pytest.approx(1.0)


def test_oxygen_and_hydrogen_on_one_site_are_both_kept() -> None:
    """pymatgen takes such a site for a hydroxyl group and drops the hydrogen."""
    atoms = [Atom("O", (0.1, 0.2, 0.0), 0.5), Atom("H", (0.1, 0.2, 0.0), 0.5)]
    [site] = crystal_of([5.0, 5.0, 5.0, 90.0, 90.0, 90.0], atoms, Operations(["x,y,z"]), where="x")
    assert {str(element): share for element, share in site.species.items()} == {"O": 0.5, "H": 0.5}


def test_occupancies_above_one_and_flat_cells_are_refused() -> None:
    atoms = [Atom("Fe", (0.1, 0.2, 0.0), 0.6), Atom("Ni", (0.1, 0.2, 0.0), 0.5)]
    with pytest.raises(CrystalError, match="add up to more than 1") as refused:
        crystal_of([5.0, 5.0, 5.0, 90.0, 90.0, 90.0], atoms, Operations(["x,y,z"]), where="x")
    assert refused.value.kind == "bad-occupancy"
    with pytest.raises(CrystalError, match="thick") as refused:
        crystal_of([5.0, 5.0, 5.0, 90.0, 90.0, 0.01], atoms[:1], Operations(["x,y,z"]), where="x")
    assert refused.value.kind == "bad-cif"
