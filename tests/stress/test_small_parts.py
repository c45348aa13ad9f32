"""A few items of every stress script, with fixed seeds, as ``make stress`` runs them; the judge against known lies."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pymatgen.core import Lattice, Structure

from tests.stress.common import EXAMPLES, ROOT
from tests.stress.judge import agree, contradictions, fingerprint
from tests.stress.memory import growth
from tests.stress.mutations import MUTATIONS
from tests.stress.scripts import SCRIPTS
from tests.stress.seeds import seeds


@pytest.mark.parametrize(
    ("script", "first", "count"),
    [
        ("hostile", 22, 29),
        ("kills", 10, 3),  # export, report, symmetrise
        ("kills", 4, 2),  # rename, export of a library
        ("disks", 12, 1),  # symmetrise on a full disk
        ("disks", 36, 1),  # export on a read-only disk
        ("soak", 0, 12),
        ("window", 0, 2),
        ("network", 1, 1),  # describe
    ],
)
def test_a_few_items_have_no_fault(script: str, first: int, count: int, tmp_path: Path) -> None:
    if SCRIPTS[script].missing:
        pytest.skip(SCRIPTS[script].missing)
    command = [sys.executable, "-m", "tests.stress", script, "--first", str(first), "--count", str(count)]
    result = subprocess.run(
        [*command, "--output", tmp_path], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=580, check=False
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    outcomes = [json.loads(line) for line in (tmp_path / f"{script}.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len([outcome for outcome in outcomes if outcome["item"] >= 0]) == count
    assert f"| {script} |" in result.stdout


def test_every_format_of_the_registry_has_a_sound_file() -> None:
    assert [name for name, files in seeds().items() if not files] == []


def test_the_judge_knows_one_crystal_in_two_cells_and_tells_others_apart() -> None:
    salt = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    assert agree(fingerprint(salt), fingerprint(salt.get_primitive_structure()))
    assert agree(fingerprint(salt), fingerprint(salt * (2, 1, 1)))
    longer = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.70), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    blende = Structure.from_spacegroup("F-43m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.25, 0.25, 0.25]])
    assert not agree(fingerprint(salt), fingerprint(longer))
    assert not agree(fingerprint(salt), fingerprint(blende))


@pytest.mark.parametrize("mutation", ["another group number", "another Z", "another formula", "another volume"])
def test_the_judge_sees_what_a_cif_states_falsely(mutation: str, tmp_path: Path) -> None:
    from random import Random

    from pymatgen.io.cif import CifWriter

    rutile = Structure.from_file(EXAMPLES / "rutile.cif")
    sound = str(CifWriter(rutile, symprec=0.01)).encode()
    path = tmp_path / "rutile.cif"
    path.write_bytes(sound)
    assert contradictions(path, [rutile]) == []
    change = next(m.change for m in MUTATIONS if m.name == mutation)
    changed = next(
        c for c in (change(Random(seed), sound) for seed in range(9)) if b" 225" in c or mutation[8:13] != "group"
    )
    path.write_bytes(changed)
    assert len(contradictions(path, [rutile])) >= 1


def test_growth_is_that_of_the_last_half() -> None:
    assert growth([1.0, 50.0, *[100.0] * 20]) == 0.0
    assert growth([*[100.0] * 20, *range(100, 120)]) > 0.1
