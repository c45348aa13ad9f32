"""``clics export`` of a crystal as CIF and POSCAR, and duplicates in ``clics library add``, through the real executable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gemmi

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"


def test_a_crystal_is_written_in_the_symmetry_that_is_asked_for(clics: Any, tmp_path: Path) -> None:
    sites = {}
    for symmetry in ("file", "symmetrised", "p1"):
        path = tmp_path / f"{symmetry}.cif"
        done = clics("export", EXAMPLES / "mgal2o4-spinel.cif", "-o", path, "--symmetry", symmetry)
        assert done.returncode == 0, done.stderr
        small = gemmi.read_small_structure(str(path))
        sites[symmetry] = (small.spacegroup.number, len(small.sites), len(small.get_all_unit_cell_sites()))
    assert sites == {"file": (227, 3, 56), "symmetrised": (227, 3, 56), "p1": (1, 56, 56)}
    wrong = clics("export", EXAMPLES / "rutile.cif", "-o", tmp_path / "x.cif", "--symmetry", "all")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert not (tmp_path / "x.cif").exists()


def test_duplicates_are_named_and_skipped(clics: Any, tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    for name in ("rutile.cif", "rutile copy.cif"):
        (folder / name).write_bytes((EXAMPLES / "rutile.cif").read_bytes())
    own = ("--library", tmp_path / "own.clics", "--model", tiny_model)
    done = clics("library", "add", folder, "--duplicates", "skip", "--json", *own)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["added"], [each["exact"] for each in report["duplicates"]]) == (1, [True])
