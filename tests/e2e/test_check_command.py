"""``clics check`` through the real executable."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import clics as clics_api

Run = Callable[..., "subprocess.CompletedProcess[str]"]

RUTILE = """data_rutile
_cell_length_a 4.594
_cell_length_b 4.594
_cell_length_c 2.959
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'P 42/m n m'
_chemical_formula_sum 'O2 Ti'
_cell_formula_units_Z {z}
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Ti1 0 0 0
O1 0.3053 0.3053 0
"""


def test_contradictions_are_printed_and_tell_by_the_exit_code(clics: Run, tmp_path: Path) -> None:
    right, wrong, damaged = (tmp_path / name for name in ("right.cif", "wrong.cif", "damaged.cif"))
    right.write_text(RUTILE.format(z=2))
    wrong.write_text(RUTILE.format(z=4))
    damaged.write_text(RUTILE.replace("4.594", "?").format(z=2))
    agreed = clics("check", right)
    assert agreed.returncode == 0
    assert "P4_2/mnm (136)" in agreed.stdout
    assert "✘" not in agreed.stdout
    contradicted = clics("check", wrong, right, "--json")
    assert contradicted.returncode == 3
    first, second = json.loads(contradicted.stdout)
    assert [each["what"] for each in first["statements"] if not each["agrees"]] == ["formula units"]
    assert "the file says Z = 4, what was read has Z = 2" in first["contradictions"][0]
    assert second["contradictions"] == []
    assert second["shortest"] == {"pair": "O–Ti", "distance": first["shortest"]["distance"]}
    refused = clics("check", damaged, wrong)
    assert refused.returncode == 2
    assert "no unit cell" in refused.stderr
    assert "✘   formula units" in refused.stdout


def test_from_python(tmp_path: Path) -> None:
    path = tmp_path / "rutile.cif"
    path.write_text(RUTILE.format(z=4))
    answer = clics_api.check(path)
    (block,) = answer
    assert (block.formula, block.number, answer.contradictions, answer.refusals) == ("TiO2", 136, 1, 0)
