"""A crystal that is read, written and read again is the same, in all settings of all space groups and both hands.

A sample of the settings runs with every test; ``CLICS_ALL_SETTINGS=1`` runs all 530. Right values are those from which the
texts were made (random_crystals.py), groups those of spglib, and gemmi, pymatgen and ASE read the written files too.
"""

from __future__ import annotations

import os
from pathlib import Path

import gemmi
import numpy as np
import pytest
import spglib
from clics.crystals.as_stated import tensor
from clics.crystals.crystal import Crystal
from clics.crystals.writing import rows_of_sites
from clics.results.geometry import CifSymmetry
from clics.session import Session
from clics.symmetry.wyckoff import site_kinds
from random_crystals import RandomCrystal, random_crystal

PAIRS = (76, 78, 91, 95, 92, 96, 144, 145, 151, 153, 152, 154, 169, 170, 171, 172, 178, 179, 180, 181, 212, 213)
"""The groups of the eleven enantiomorphic pairs."""
SAMPLE = (1, 9, 90, 115, 227, 228, 278, 433, 434, 460)
"""Among them an unusual unique axis, cell choices, both origins of a group and both axes of rhombohedral groups."""
ALL = bool(os.environ.get("CLICS_ALL_SETTINGS"))
SETTINGS = tuple(range(1, 531)) if ALL else SAMPLE
REACH = 5.0
LEVI_CIVITA = np.array([[[(i - j) * (j - k) * (k - i) / 2 for k in range(3)] for j in range(3)] for i in range(3)])
SYMMETRIES: tuple[CifSymmetry, ...] = ("file", "p1", "symmetrised")


def of_group(number: int) -> int:
    """The first setting of a group in spglib's list."""
    return next(hall for hall in range(1, 531) if spglib.get_spacegroup_type(hall).number == number)


def group_number(crystal: Crystal) -> int:
    structure = crystal.structure
    found = spglib.get_symmetry_dataset((structure.lattice.matrix, structure.frac_coords, site_kinds(crystal)), 1e-4)
    assert found is not None
    return int(found.number)


def surroundings(crystal: Crystal, label: str, *, chiral: bool) -> list[float]:
    """Numbers of the neighbours of a site that no choice of axes changes; the last is its hand.

    They are smooth in the distances, so that neighbours at equal distances or at the limit do not matter.
    """
    structure, rows = crystal.structure, rows_of_sites(crystal)
    site = next(place for place, name in enumerate(crystal.labels) if name.partition("_")[0] == label)
    lattice = structure.lattice.matrix
    near = structure.get_neighbors(structure[site], REACH)
    vectors = np.array([other.coords - structure[site].coords for other in near]).reshape(-1, 3)
    lengths = np.linalg.norm(vectors, axis=1)
    weights = (1 - lengths / REACH) ** 2
    a, b, c = np.meshgrid(*[np.arange(len(near))] * 3, indexing="ij")
    between = (lengths[a] - lengths[b]) * (lengths[b] - lengths[c]) * (lengths[c] - lengths[a])
    volumes = np.einsum("ix,jy,kz,xyz->ijk", vectors, vectors, vectors, LEVI_CIVITA)
    hand = float((weights[a] * weights[b] * weights[c] * between * volumes).sum())
    u = rows[site][0].u
    assert u is not None
    axes = np.linalg.norm(np.linalg.inv(lattice), axis=0)
    cartesian = lattice.T @ (tensor(u) * np.outer(axes, axes)) @ lattice
    along = float(np.einsum("n,ni,ij,nj->", weights, vectors, cartesian, vectors))
    return [
        weights.sum(),
        weights @ lengths,
        100 * along,
        1e3 * float(np.trace(cartesian)),
        hand if chiral else abs(hand),
    ]


def check_same(made: RandomCrystal, first: Crystal, again: Crystal, symmetry: CifSymmetry) -> None:
    shares, before = (c.structure.composition.fractional_composition for c in (again, first))
    assert shares.almost_equals(before, rtol=1e-6, atol=1e-6)
    assert not again.notes
    if symmetry != "symmetrised":
        assert again.structure.lattice.parameters == pytest.approx(first.structure.lattice.parameters, abs=1e-6)
        gaps = again.structure.frac_coords[:, None] - first.structure.frac_coords[None]
        gaps -= np.round(gaps)
        distances = np.linalg.norm(gaps @ first.structure.lattice.matrix, axis=2)
        match = distances.argmin(axis=1)
        assert sorted(match.tolist()) == list(range(len(first.structure)))
        assert distances.min(axis=1).max() < 1e-4
        rows_before, after = rows_of_sites(first), rows_of_sites(again)
        for site, other in enumerate(match.tolist()):
            for row, was in zip(after[site], rows_before[other], strict=True):
                assert row.label.partition("_")[0] == was.label
                assert (row.element, row.oxidation) == (was.element, was.oxidation)
                assert row.occupancy == pytest.approx(was.occupancy, abs=1e-8)
                assert (row.u is None) == (was.u is None)
                if row.u is not None and was.u is not None:
                    assert row.u == pytest.approx(was.u, abs=1e-6)
                else:
                    assert row.u_iso == pytest.approx(was.u_iso, abs=1e-8)
    assert group_number(again) == group_number(first)
    for row in made.rows[:2]:
        numbers = [surroundings(crystal, row.label, chiral=made.chiral) for crystal in (again, first)]
        assert numbers[0] == pytest.approx(numbers[1], abs=1e-3, rel=1e-4), row.label
    assert {unnumbered(label) for label in again.labels} == set(first.labels)


def unnumbered(label: str) -> str:
    return "/".join(part.partition("_")[0] for part in label.split("/"))


def check(made: RandomCrystal, folder: Path) -> None:
    source = folder / "source.cif"
    source.write_text(made.text, encoding="utf-8")
    with Session(sandboxed=False) as session:
        first = session.read(source)
        assert group_number(first) == made.number
        stated = first.stated
        assert stated is not None
        for atom, row in zip(stated.atoms, made.rows, strict=True):
            assert (atom.label, atom.occupancy) == (row.label, row.occupancy)
            assert atom.oxidation == {"Ti": 4, "O": -2, "Fe": 3, "Al": 3}[atom.element]
            if row.u is not None:
                assert atom.u is not None
                assert tensor(atom.u) == pytest.approx(row.u, abs=1e-8)
        for symmetry in SYMMETRIES:
            path = folder / f"{symmetry}.cif"
            session.write(first, path, symmetry=symmetry)
            again = session.read(path)
            check_same(made, first, again, symmetry)
            twice = folder / f"{symmetry}-2.cif"
            session.write(again, twice)
            words, again_words = (
                each.read_text(encoding="utf-8").partition("data_")[2].split() for each in (path, twice)
            )
            for word, other in zip(words, again_words, strict=True):
                assert word == other or float(word) == pytest.approx(float(other), abs=2e-8)


@pytest.mark.parametrize("hall_number", SETTINGS)
def test_in_every_setting(hall_number: int, tmp_path: Path) -> None:
    check(random_crystal(hall_number), tmp_path)


@pytest.mark.parametrize("number", PAIRS if ALL else (76, 78, 152, 154, 169))
def test_in_both_hands(number: int, tmp_path: Path) -> None:
    check(random_crystal(of_group(number), seed=1), tmp_path)


def test_other_programs_read_the_same(tmp_path: Path) -> None:
    from ase.io import read as ase_read
    from pymatgen.io.cif import CifParser

    made = random_crystal(of_group(152), seed=2)
    source = tmp_path / "source.cif"
    source.write_text(made.text, encoding="utf-8")
    with Session(sandboxed=False) as session:
        first = session.read(source)
        for symmetry in SYMMETRIES:
            path = tmp_path / f"{symmetry}.cif"
            session.write(first, path, symmetry=symmetry)
            small = gemmi.read_small_structure(str(path))
            # a shared site is one atom for each of its elements
            occupants = sum(len(site.species) for site in first.structure)
            assert len(small.get_all_unit_cell_sites()) == occupants
            by_label = {site.label: site for site in small.sites}
            tensors = rows_of_sites(session.read(path))
            for rows in tensors:
                for row in rows:
                    if symmetry == "p1" and row.u is not None:
                        aniso = by_label[row.label].aniso
                        six = [aniso.u11, aniso.u22, aniso.u33, aniso.u12, aniso.u13, aniso.u23]
                        assert six == pytest.approx(row.u, abs=1e-6)
            assert {site.charge for site in small.sites} == {4, 3, -2}
            (structure,) = CifParser(str(path)).parse_structures(primitive=False)
            structure.remove_oxidation_states()
            assert len(structure) == len(first.structure)
            assert structure.composition.almost_equals(first.structure.composition, rtol=1e-4)
            atoms = ase_read(path)
            assert len(atoms) == len(first.structure)
            assert atoms.cell.volume == pytest.approx(first.structure.volume, rel=1e-6)


@pytest.mark.shared
@pytest.mark.parametrize("suffix", [".cif", ".vasp"])
@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_a_left_handed_cell_keeps_its_hand(suffix: str, symmetry: CifSymmetry, tmp_path: Path) -> None:
    """The case of shared/cases: right is P3_221 (154)."""
    source = Path(__file__).resolve().parents[4] / "shared" / "cases" / "quartz-lefthanded-cell.vasp"
    path = tmp_path / f"written{suffix}"
    with Session(sandboxed=False) as session:
        crystal = session.read(source)
        assert np.linalg.det(crystal.structure.lattice.matrix) < 0
        session.write(crystal, path, symmetry=symmetry)
        again = session.read(path)
    assert np.linalg.det(again.structure.lattice.matrix) > 0
    assert group_number(crystal) == group_number(again) == 154


@pytest.mark.parametrize("hall_number", [90, 227, 229, 334, 433, 460, of_group(212), of_group(196)])
def test_labels_and_displacements_go_into_other_cells(hall_number: int, tmp_path: Path) -> None:
    made = random_crystal(hall_number)
    source = tmp_path / "source.cif"
    source.write_text(made.text, encoding="utf-8")
    with Session(sandboxed=False) as session:
        first = session.read(source)
        cells = [session.in_cell(first, kind).crystal for kind in ("primitive", "conventional", "niggli")]
        cells += [session.symmetrise(first, cell=kind) for kind in ("primitive", "conventional", "niggli", "read")]
    for changed in cells:
        assert set(changed.labels) == set(first.labels)
        for row in made.rows[:2]:
            numbers = [surroundings(crystal, row.label, chiral=made.chiral) for crystal in (changed, first)]
            assert numbers[0] == pytest.approx(numbers[1], abs=1e-3, rel=1e-4), (row.label, changed.provenance)
