"""``clics symmetrise`` through the real executable, and analyses and similarities of idealised crystals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clics.crystals.crystal import Crystal
from clics.crystals.perturb import rattled
from clics.crystals.writing import write_crystal
from pymatgen.core import Lattice, Structure

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"
RUTILE = EXAMPLES / "rutile.cif"


@pytest.fixture
def noisy(tmp_path: Path) -> Path:
    """Rutile (P4_2/mnm, number 136) with every atom moved by 0.05 Å."""
    lattice, numbers, frac = rattled(
        Crystal.from_structure(Structure.from_file(RUTILE)).arrays(), 0.05, np.random.default_rng(0)
    )
    path = tmp_path / "noisy.cif"
    write_crystal(Crystal.from_structure(Structure(Lattice(lattice), numbers.tolist(), frac)), path)
    return path


@pytest.fixture
def glass(tmp_path: Path) -> Path:
    """Atoms at random in an oblique cell: P1."""
    random = np.random.default_rng(0)
    frac = (np.array(list(np.ndindex(2, 2, 3))) + 0.6 * random.random((12, 3))) / (2, 2, 3)
    structure = Structure(Lattice.from_parameters(6, 7, 9, 83, 95, 101), ["Si"] * 4 + ["O"] * 8, frac)
    path = tmp_path / "glass.cif"
    write_crystal(Crystal.from_structure(structure), path)
    return path


def test_the_ladder_is_listed_and_the_proposed_group_is_written(clics: Any, noisy: Path, tmp_path: Path) -> None:
    shown = clics("symmetrise", noisy)
    assert shown.returncode == 0, shown.stderr
    assert "P4_2/mnm [136]" in next(line for line in shown.stdout.splitlines() if "→" in line)
    path = tmp_path / "ideal.cif"
    done = clics("symmetrise", noisy, "-o", path, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["schema"]
    assert [rung["proposed"] for rung in answer["rungs"]].count(True) == 1
    proposed = next(rung for rung in answer["rungs"] if rung["proposed"])
    assert (proposed["symbol"], proposed["hall_symbol"]) == ("P4_2/mnm", "-P 4n 2n")
    assert 0.01 < proposed["largest_displacement"] < 0.1
    assert answer["symmetrised"]["space_group"] == "P4_2/mnm"
    (entry,) = json.loads(clics("symmetrise", path, "--json").stdout)["rungs"]
    assert (entry["number"], entry["free_coordinates"], entry["free_lattice"]) == (136, 1, 2)  # x of O; a and c


def test_a_rung_is_named_by_group_or_tolerance(clics: Any, noisy: Path, tmp_path: Path) -> None:
    for name, option in (
        ("a.cif", ("--group", "P42/mnm")),
        ("b.vasp", ("--tolerance", "0.4")),
        ("c.cif", ("--group", "136")),
    ):
        result = clics("symmetrise", noisy, *option, "-o", tmp_path / name)
        assert result.returncode == 0, result.stderr
        assert result.stdout.splitlines()[-1].startswith("P4_2/mnm: 6 sites, atoms moved by up to ")
        assert (tmp_path / name).exists()


def test_faults_are_one_sentence(clics: Any, noisy: Path, glass: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.cif"
    for arguments, words in (
        ((glass, "-o", out), "There is nothing to symmetrise"),
        ((noisy, "--group", "225", "-o", out), "does not come near to the space group 225"),
        ((noisy, "--group", "Xyz", "-o", out), "There is no space group 'Xyz'"),
        ((noisy, "--tolerance", "3", "-o", out), "The tolerance must be a length from 0.0001 to 0.5 Å"),
        ((noisy, "--rung", "9", "-o", out), "has no rung 9"),
        ((noisy, "--cell", "big", "-o", out), "There is no cell 'big'"),
        ((noisy, "--rung", "1", "--group", "136", "-o", out), "not several"),
        ((noisy, "--list", "-o", out), "--list writes nothing"),
        ((), "Name one crystal"),
        ((tmp_path / "none.cif",), "there is no such file"),
    ):
        result = clics("symmetrise", *arguments)
        assert result.returncode == 2, (arguments, result.stdout)
        assert words in result.stderr
        assert result.stderr.count("\n") == 1
        assert not out.exists()
    listed = clics("symmetrise", glass)
    assert listed.returncode == 0
    assert "Nothing to symmetrise" in listed.stdout


def test_a_noisy_crystal_is_analysed_as_idealised(clics: Any, noisy: Path, tiny_model: Path) -> None:
    def of(*options: str) -> Any:
        result = clics("analyse", noisy, "--json", "--model", tiny_model, *options)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)[0]

    assert of()["symmetry"]["number"] != 136
    for options in (("--symmetrise",), ("--tolerance", "0.4")):
        entry = of(*options)
        assert entry["symmetry"]["number"] == 136
        assert entry["sites"] == 6
        assert any("was idealised in P4_2/mnm" in warning for warning in entry["warnings"])


def test_similar_takes_the_crystal_as_idealised(
    clics: Any, noisy: Path, tiny_model: Path, examples_library: Path
) -> None:
    def scores(*arguments: str | Path) -> dict[str, float]:
        result = clics("similar", *arguments, "--json", "--model", tiny_model, "--library", examples_library)
        assert result.returncode == 0, result.stderr
        return {hit["id"]: hit["score"] for hit in json.loads(result.stdout)["hits"]}

    raw, ideal, undisturbed = scores(noisy), scores(noisy, "--symmetrise"), scores(RUTILE)
    assert set(raw) == set(ideal) > set(undisturbed)
    assert max(ideal.values()) > max(raw.values())
