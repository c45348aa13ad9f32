"""Magnetic CIFs (magCIF 0.9): the nuclear structure in the magnetic cell, by the operations without their time reversal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from clics.crystals.crystal import Crystal, Refusal

Read = Callable[..., list[Crystal | Refusal]]

# CsCl-type FeAl (Pm-3m, a = 2.9 Å) with antiferromagnetic layers: the magnetic cell (BNS, type IV) is doubled along c,
# and the lost translation comes back with a time reversal.
FEAL = """data_FeAl
_space_group_magn.number_BNS 123.348
_space_group_magn.name_BNS "P_c4/m"
{parent}
_cell_length_a 2.9
_cell_length_b 2.9
_cell_length_c 5.8
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
loop_
_space_group_symop_magn_operation.id
_space_group_symop_magn_operation.xyz
1 x,y,z,+1
2 -x,-y,z,+1
3 -y,x,z,+1
4 y,-x,z,+1
5 -x,-y,-z,+1
6 x,y,-z,+1
7 y,-x,-z,+1
8 -y,x,-z,+1
loop_
_space_group_symop_magn_centering.id
_space_group_symop_magn_centering.xyz
1 x,y,z,+1
2 x,y,z+1/2,-1
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Fe1 Fe 0 0 0 1
Al1 Al 0.5 0.5 0.25 1
loop_
_atom_site_moment.label
_atom_site_moment.crystalaxis_x
_atom_site_moment.crystalaxis_y
_atom_site_moment.crystalaxis_z
Fe1 0 0 2.2
"""


@pytest.mark.parametrize("parent", ["", "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-x,-y,-z\n"])
def test_the_nuclear_structure_of_a_doubled_magnetic_cell(parent: str, read: Read) -> None:
    [found] = read(FEAL.format(parent=parent), "feal.mcif")
    assert isinstance(found, Crystal), found
    assert (found.formula, found.num_sites) == ("AlFe", 4)
    assert found.structure.get_space_group_info()[1] == 221
    assert "magnetic moments of 1 atoms are not shown" in str(found.provenance["warnings"])
