"""Comment lines of extended XYZ are read as ASE 3.29 reads them."""

import numpy as np
import pytest
from ase.io.extxyz import key_val_str_to_dict
from clics.errors import CrystalError
from clics.readers.xyz import key_values, xyz_steps

COMMENTS = [
    'Lattice="4 0 0 0 5.5 0 0.25 0 6" Properties=species:S:1:pos:R:3 pbc="T T T" energy=-3.25',
    "Lattice={4 0 0 0 5 0 0 0 6} pbc=[T, T, F] name='two words' flag",
    'Lattice = "4 0 0 0 5 0 0 0 6" config_type="a=b" note="say \\"hello\\""',
    "Lattice=[4,0,0,0,5,0,0,0,6] Properties=species:S:1:pos:R:3:forces:R:3",
]


@pytest.mark.parametrize("comment", COMMENTS)
def test_keys_and_lattice_are_ases(comment: str) -> None:
    expected, found = key_val_str_to_dict(comment), key_values(comment)
    assert found.keys() == expected.keys()
    numbers = np.array(found["Lattice"].replace(",", " ").split(), float)
    assert np.array_equal(numbers.reshape(3, 3), np.asarray(expected["Lattice"], float).T)


def test_quotes_within_values_and_values_with_equals_signs() -> None:
    found = key_values('config_type="a=b" note="say \\"hello\\"" last=x')
    expected = key_val_str_to_dict('config_type="a=b" note="say \\"hello\\"" last=x')
    assert found == expected == {"config_type": "a=b", "note": 'say "hello"', "last": "x"}


@pytest.mark.parametrize(("lattice", "message"), [("1 2 3 4", "has 4 numbers"), ("1 2 3 4 5 6 7 8 x", "not numbers")])
def test_a_lattice_that_is_none(lattice: str, message: str) -> None:
    [step] = xyz_steps(f'1\nLattice="{lattice}"\nNa 0 0 0\n', where="x")
    with pytest.raises(CrystalError, match=message) as refused:
        step.parse()
    assert refused.value.kind == "bad-xyz"
