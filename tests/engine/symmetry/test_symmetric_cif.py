"""Symmetrised crystals as CIF: group, operations and orbits come back through our own reader and through pymatgen."""

from __future__ import annotations

from pathlib import Path

import gemmi
import numpy as np
import pytest
import spglib
from clics.crystals.crystal import Crystal
from clics.crystals.perturb import rattled
from clics.session import Session
from clics.symmetry.symmetric_cif import is_symmetric
from pymatgen.core import Lattice, Structure

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"
GROUPS = {
    "rutile": 136, "sio2-quartz": 154, "caco3-calcite": 167, "catio3-perovskite": 62, "mgal2o4-spinel": 227,
    "prvo4-zircon": 141, "srtio3-perovskite": 221,
}  # fmt: skip
"""Groups of the example crystals as their sources state them (resources/examples)."""


def number_of(structure: Structure) -> int:
    cell = structure.lattice.matrix, structure.frac_coords, structure.atomic_numbers
    found = spglib.get_symmetry_dataset(cell, 1e-5)
    assert found is not None
    return int(found.number)


@pytest.mark.parametrize("name", GROUPS)
def test_a_noisy_crystal_is_written_with_the_group_of_the_undisturbed_one(name: str, tmp_path: Path) -> None:
    with Session(sandboxed=False) as session:
        ideal = session.read(EXAMPLES / f"{name}.cif")
        lattice, numbers, frac = rattled(ideal.arrays(), 0.03, np.random.default_rng(1))
        noisy = Structure(Lattice(lattice), numbers.tolist(), frac)
        path = tmp_path / "ideal.cif"
        symmetrised = session.symmetrise(noisy)
        session.write(symmetrised, path)
        back = session.read(path)
    assert not back.provenance.get("warnings")
    assert number_of(back.structure) == GROUPS[name]
    assert back.formula == ideal.formula
    assert len(back.structure) == len(symmetrised.structure)
    assert back.structure.lattice.parameters == pytest.approx(symmetrised.structure.lattice.parameters, abs=1e-6)
    for site in symmetrised.structure:
        near = back.structure.get_sites_in_sphere(site.coords, 1e-5)
        assert [found.species for found in near] == [site.species]
    block = gemmi.cif.read(str(path)).sole_block()
    assert block.find_value("_space_group_IT_number") == str(GROUPS[name])
    stated = gemmi.find_spacegroup_by_name(gemmi.cif.as_string(block.find_value("_space_group_name_H-M_alt")))
    assert stated is not None
    assert stated.number == GROUPS[name]
    listed = gemmi.GroupOps(
        [gemmi.Op(gemmi.cif.as_string(text)) for text in block.find_values("_space_group_symop_operation_xyz")]
    )
    assert gemmi.find_spacegroup_by_ops(listed) == stated
    assert Structure.from_file(path).composition == symmetrised.structure.composition


def test_a_shared_site_is_written_with_its_occupancies(tmp_path: Path) -> None:
    alloy = Structure.from_spacegroup(
        "Pm-3m", Lattice.cubic(3.6), [{"Fe": 0.4, "Ni": 0.6}, "Al"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    path = tmp_path / "alloy.cif"
    with Session(sandboxed=False) as session:
        session.write(session.symmetrise(alloy), path)
        back = session.read(path)
    assert not back.is_ordered
    assert back.structure.composition.almost_equals(alloy.composition)


def test_only_the_conventional_cell_is_written_with_its_group(tmp_path: Path) -> None:
    quartz = EXAMPLES / "sio2-quartz.cif"
    spinel = EXAMPLES / "mgal2o4-spinel.cif"
    with Session(sandboxed=False) as session:
        assert not is_symmetric(session.read(quartz))
        assert is_symmetric(session.symmetrise(spinel))
        primitive = session.symmetrise(spinel, cell="primitive")
        assert (is_symmetric(primitive), primitive.num_sites) == (False, 14)
        session.write(primitive, tmp_path / "primitive.cif")
        session.write(session.symmetrise(spinel), tmp_path / "POSCAR")
        assert number_of(session.read(tmp_path / "primitive.cif").structure) == 227
        assert session.read(tmp_path / "POSCAR").num_sites == 56
        ideal = session.symmetrise(spinel)
        moved = ideal.structure.copy()
        moved.translate_sites([0], [0.01, 0, 0])
        assert not is_symmetric(Crystal("moved", moved, provenance=ideal.provenance))
