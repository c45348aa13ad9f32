"""CIFs written by tests, and what came of reading them."""

from __future__ import annotations

from clics.crystals.crystal import Crystal, Refusal

CUBE = """data_{name}
_cell_length_a {a}
_cell_length_b {a}
_cell_length_c {a}
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
{symmetry}
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
{atoms}
"""


def cube(atoms: str = "Po1 Po 0 0 0 1", symmetry: str = "", a: str = "3.35", name: str = "x") -> str:
    return CUBE.format(name=name, a=a, symmetry=symmetry, atoms=atoms)


def only(found: list[Crystal | Refusal]) -> Crystal:
    assert len(found) == 1
    assert isinstance(found[0], Crystal), found
    return found[0]


def refusal(found: list[Crystal | Refusal]) -> Refusal:
    assert len(found) == 1
    assert isinstance(found[0], Refusal), found
    return found[0]


def notes(crystal: Crystal) -> str:
    return " ".join(crystal.provenance.get("warnings", []))  # type: ignore[call-overload]
