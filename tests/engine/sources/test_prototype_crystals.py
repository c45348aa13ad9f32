"""Built-in crystals are right: groups, cells, Wyckoff positions, distances, bonds of the literature, computed crystals.

``tests/data/prototypes/wyckoff_permutations.json`` has, by number of the space group, how a change of origin or axes
permutes the Wyckoff letters (pyxtal 1.1.5, MIT licence, after the tables of normalizers in International Tables A).
``bonds.tsv`` beside it has bond lengths of the literature.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import warnings
from collections import Counter
from functools import cache
from pathlib import Path

import gemmi
import pytest
import spglib
from clics import paths
from clics.crystals.crystal import Crystal
from clics.library.store import Library
from clics.retrieval.prototype_similarity import FILE
from clics.sources.files import read_crystals
from clics.sources.prototypes import aflow_prototypes
from pymatgen.analysis.molecule_structure_comparator import CovalentRadius
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Composition, Structure

DATA = Path(__file__).parents[2] / "data" / "prototypes"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "mp"

OTHER_GROUP = {"A2B_oC12_38_de_ab": 63}
"""VAu2: the published coordinates have more symmetry (Cmcm) than the group that their authors name (Amm2)."""

OTHER_LETTERS = {"ABC4_oP12_16_ag_cd_2u"}
"""AlPS4: the label has 1g for the second aluminium atom, which stands on 1f."""

OTHER_CELLS = {2: ("abcdefgh",), 13: ("abcd", "ef"), 15: ("abcd",)}
"""Wyckoff positions that change places with the choice of a triclinic or monoclinic cell."""

SHORTEST = 0.75
"""Of the sum of the covalent radii (Cordero et al., Dalton Trans. 2832 (2008))."""

CLOSER = {"U", "Np", "Pu", "N"}
"""Elements whose own crystals have shorter bonds: early actinides, and nitrogen, N2 with 1.05 Å as published."""

FILLED = {"structure-types:hollandite"}
"""K2Cr8O16: the potassium ions of a filled tunnel are one c apart (2.94 Å)."""

LARGEST = 1.25
FARTHER = {
    "AB_oF8_69_a_b": "TlF, whose lone pair keeps neighbours away",
    "ABC_tP6_129_c_a_c": "PbFCl, likewise",
    "AB3_cF16_225_a_bc": "BiF3 as D0_3, with fluorine in the large holes",
    "A4B3_cI14_229_c_b": "Pt3O4 as published in 1941, which a later determination replaces",
}
"""Crystals with an atom whose nearest neighbour is farther than ``LARGEST`` sums of covalent radii, and why."""


NOT_COMPUTED = {
    "A_tP12_96_ab", "AB2_oF72_43_ab_3b", "AB_mC8_15_c_e", "A_cF136_227_aeg", "AB3C6_cI80_206_a_d_e", "ABC_oP6_59_a_a_a",
    "sigma_tP30_136_bf2ij", "AB3_tI16_140_b_ah",
}  # fmt: skip
"""Corrected crystals of which no computed one is among the shared crystals (U3Si: only with silicon on 4a)."""


@cache
def starters() -> tuple[Crystal, ...]:
    return tuple(aflow_prototypes())


@cache
def structure_types() -> tuple[Crystal, ...]:
    return tuple(read_crystals([paths.resources() / FILE], sandboxed=False))


def corrected() -> list[Crystal]:
    return [crystal for crystal in starters() if "correction" in crystal.provenance]


def symmetry(structure: Structure, tolerance: float = 1e-3):
    numbers = [site.specie.Z for site in structure]
    return spglib.get_symmetry_dataset((structure.lattice.matrix, structure.frac_coords, numbers), symprec=tolerance)


def test_the_group_and_the_number_of_atoms_are_those_of_the_label() -> None:
    for crystal in starters():
        _, pearson, number, *_ = crystal.id.split("#")[0].split("_")
        found = symmetry(crystal.structure)
        assert found.number == OTHER_GROUP.get(crystal.id, int(number)), crystal.id
        atoms = int(re.sub(r"\D", "", pearson)) * (3 if pearson.startswith("hR") else 1)
        assert len(found.std_types) == atoms, crystal.id
        assert pearson == crystal.provenance["pearson"]


def test_the_formula_is_that_of_the_label() -> None:
    for crystal in starters():
        if crystal.id.startswith("sigma"):  # five elements mark its five positions
            continue
        counts = [int(count or 1) for _, count in re.findall(r"([A-Z])(\d*)", crystal.id.split("_")[0])]
        present = crystal.structure.composition.element_composition.reduced_composition
        divisor = Composition({f"{element}": count for element, count in zip(present, counts)}).num_atoms
        assert sorted(counts) == sorted(count * divisor / present.num_atoms for count in present.values()), crystal.id


def test_the_wyckoff_positions_are_those_of_the_label() -> None:
    permutations = json.loads((DATA / "wyckoff_permutations.json").read_text(encoding="utf-8"))
    for crystal in starters():
        if crystal.id in OTHER_GROUP or crystal.id in OTHER_LETTERS:
            continue
        label = crystal.id.split("#")[0]
        found = symmetry(crystal.structure)
        firsts = {orbit: place for place, orbit in reversed(list(enumerate(found.crystallographic_orbits)))}
        by_element: dict[str, Counter[str]] = {}
        for place in firsts.values():
            element = "" if label.startswith("sigma") else crystal.structure[place].specie.symbol
            by_element.setdefault(element, Counter())[found.wyckoffs[place]] += 1
        expected = [
            Counter({letter: int(count or 1) for count, letter in re.findall(r"(\d*)([A-Za-z])", part)})
            for part in label.split("_")[3:]
        ]
        alphabet = permutations[str(found.number)][0]
        assert any(
            _alike(found.number, expected)
            == _alike(found.number, [_renamed(letters, alphabet, other) for letters in by_element.values()])
            for other in permutations[str(found.number)]
        ), f"{crystal.id}: {by_element}"


def _renamed(letters: Counter[str], alphabet: str, other: str) -> Counter[str]:
    return Counter({other[alphabet.index(letter)]: count for letter, count in letters.items()})


def _alike(group: int, parts: list[Counter[str]]) -> list[list[tuple[str, int]]]:
    """The positions of each element in an order of their own, with one letter for those that cells exchange."""
    one = {letter: letters[0] for letters in OTHER_CELLS.get(group, ()) for letter in letters}
    merged = []
    for part in parts:
        counts: Counter[str] = Counter()
        for letter, count in part.items():
            counts[one.get(letter, letter)] += count
        merged.append(sorted(counts.items()))
    return sorted(merged)


def test_atoms_have_neighbours_at_distances_of_bonds() -> None:
    for crystal in (*starters(), *structure_types()):
        ratios = _nearest(crystal.structure)
        elements = {site.specie.symbol for site in crystal.structure}
        limit = 0.65 if elements & CLOSER or crystal.id in FILLED else SHORTEST
        assert min(ratios) > limit, (crystal.id, min(ratios))
        if crystal.id in FARTHER:
            assert LARGEST < max(ratios) < 1.5, crystal.id
        else:
            assert max(ratios) < LARGEST, (crystal.id, max(ratios))


def _nearest(structure: Structure) -> list[float]:
    """Of each atom, the distance to the nearest one in sums of covalent radii; californium has that of curium."""
    radius = {**CovalentRadius.radius, "Cf": CovalentRadius.radius["Cm"]}
    return [
        min(near.nn_distance / (radius[site.specie.symbol] + radius[near.specie.symbol]) for near in around)
        for site, around in zip(structure, structure.get_all_neighbors(5.5), strict=True)
    ]


def test_blocks_of_structure_types_have_the_group_and_the_formula_that_they_state() -> None:
    blocks = {block.name: block for block in gemmi.cif.read(str(paths.resources() / FILE))}
    assert len(blocks) == len(structure_types()) == 47
    for crystal in structure_types():
        block = blocks[crystal.block]
        group = gemmi.find_spacegroup_by_name(gemmi.cif.as_string(block.find_value("_space_group_name_H-M_alt")))
        assert symmetry(crystal.structure, 1e-3).number == group.number, crystal.id
        formula = re.split(r"[, ]", gemmi.cif.as_string(block.find_value("_chemical_name_common")))[0]
        assert Composition(formula).reduced_formula == crystal.formula, crystal.id


def test_bonds_of_corrected_crystals_are_those_of_the_literature() -> None:
    by_id = {crystal.id: crystal.structure for crystal in starters()}
    with (DATA / "bonds.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))[1:]
    assert len({row[0] for row in rows}) >= 15
    for name, centre, neighbour, lengths, tolerance, source in rows:
        structure, expected = by_id[name], [float(length) for length in lengths.split()]
        found = [
            sorted(n.nn_distance for n in around if n.specie.symbol == neighbour)[: len(expected)]
            for site, around in zip(structure, structure.get_all_neighbors(4), strict=True)
            if site.specie.symbol == centre
        ]
        assert any(bonds == pytest.approx(expected, abs=float(tolerance)) for bonds in found), (name, source, found)


def test_the_starter_library_has_the_corrected_crystals_and_says_so() -> None:
    right = {crystal.id: crystal for crystal in corrected()}
    assert len(right) == 35
    with Library(paths.starter_library(), "read") as library:
        stored = {crystal.id: crystal for crystal in library.crystals()}
    assert list(stored) == [crystal.id for crystal in starters()]
    for name, crystal in right.items():
        assert crystal.provenance["reference"]
        assert stored[name].provenance == crystal.provenance
        assert stored[name].structure == crystal.structure


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared crystals are not beside the checkout")
def test_crystals_are_those_that_the_materials_project_computes() -> None:
    """Of the same formula, atoms and volume (20 %): the nearest one fits within 0.065 of the spacing of the atoms.

    The Materials Project relaxes crystals of the ICSD; a wrong coordinate does not survive that.
    """
    checked = {crystal.id: crystal for crystal in (*corrected(), *structure_types())}
    computed = _computed({crystal.formula for crystal in checked.values()})
    matcher = StructureMatcher(ltol=0.15, stol=0.25, angle_tol=5, primitive_cell=False)
    fit: dict[str, float] = {}
    for name, crystal in checked.items():
        primitive = _primitive(crystal.structure)
        for other in computed.get(crystal.formula, ()):
            if len(other) == len(primitive) and 0.8 < other.volume / primitive.volume < 1.25:
                found = matcher.get_rms_dist(primitive, other)
                if found is not None and found[0] < 0.065:
                    fit[name] = min(fit.get(name, 1), found[0])
    assert {crystal.id for crystal in corrected()} - fit.keys() == NOT_COMPUTED
    assert sum(crystal.id in fit for crystal in structure_types()) >= 41
    assert sum(rms < 0.03 for rms in fit.values()) > 0.85 * len(fit)


def _computed(formulas: set[str]) -> dict[str, list[Structure]]:
    found: dict[str, list[Structure]] = {}
    reduced: dict[str, str] = {}
    for path in [*sorted(SHARED.glob("train-*.jsonl.gz")), SHARED / "val.jsonl.gz"]:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                formula = line.split('"formula":"', 1)[1].split('"', 1)[0]
                if formula not in reduced:
                    reduced[formula] = Composition(formula).reduced_formula
                if reduced[formula] in formulas:
                    entry = json.loads(line)
                    structure = Structure(entry["lattice"], entry["species"], entry["frac_coords"])
                    found.setdefault(reduced[formula], []).append(structure)
    return found


def _primitive(structure: Structure) -> Structure:
    numbers = [site.specie.Z for site in structure]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lattice, places, kinds = spglib.find_primitive(
            (structure.lattice.matrix, structure.frac_coords, numbers), symprec=1e-3
        )
    return Structure(lattice, kinds, places)
