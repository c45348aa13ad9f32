from __future__ import annotations

import numpy as np
import pytest
from clics.library import codec
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import DummySpecies, Lattice, Species, Structure
from samples import prototypes


def test_prototypes_come_back_exactly() -> None:
    for crystal in prototypes(288, max_sites=200):
        data = codec.pack_structure(crystal.structure)
        back = codec.unpack_structure(data)
        assert back == crystal.structure
        assert (back.lattice.matrix == crystal.structure.lattice.matrix).all()
        assert (back.frac_coords == crystal.structure.frac_coords).all()
        lattice, numbers, frac = codec.unpack_arrays(data)
        assert all((a == b).all() for a, b in zip((lattice, numbers, frac), crystal.arrays(), strict=True))


def test_disorder_charges_labels_and_dummies_come_back() -> None:
    structure = Structure(
        Lattice.tetragonal(4.0, 5.1),
        [{"Na": 0.5, "K": 0.25}, Species("Fe", 3, spin=5), Species("O", -2), DummySpecies("X")],
        [[0, 0, 0], [0.5, 0.5, 0.5], [0, 0.5, 0.123456789012345], [0.5, 0, 0.9]],
        labels=["M1", "Fe1", "O1", "V1"],
        charge=1,
    )
    back = codec.unpack_structure(codec.pack_structure(structure))
    assert back == structure
    assert [site.label for site in back] == ["M1", "Fe1", "O1", "V1"]
    assert back._charge == 1
    assert back[1].specie.spin == 5
    with pytest.raises(codec.CodecError, match="disordered"):
        codec.unpack_arrays(codec.pack_structure(structure))


def test_hash_ignores_noise_of_reading_but_not_another_structure() -> None:
    structure = prototypes(1)[0].structure
    same = Structure(
        structure.lattice.matrix + 1e-9,
        structure.species,
        structure.frac_coords + np.round(1.0 - 1e-9),
        to_unit_cell=False,
    )
    moved = structure.copy()
    moved.translate_sites([0], [0.001, 0, 0])
    assert codec.structure_hash(structure) == codec.structure_hash(same)
    assert codec.structure_hash(structure) != codec.structure_hash(moved)
    assert codec.structure_hash(structure) != codec.structure_hash(structure * (1, 1, 2))


@given(st.binary(max_size=200))
def test_foreign_bytes_are_a_codec_error(data: bytes) -> None:
    for unpack in (codec.unpack_structure, codec.unpack_arrays, codec.unpack_description):
        with pytest.raises(codec.CodecError):
            unpack(data)
    if len(data) != 512:
        with pytest.raises(codec.CodecError):
            codec.unpack_vectors([data], 128)


def test_cut_and_flipped_structures_are_a_codec_error() -> None:
    data = codec.pack_structure(prototypes(1)[0].structure)
    for place in range(0, len(data), 7):
        flipped = bytearray(data)
        flipped[place] ^= 0xFF
        for broken in (data[:place], bytes(flipped)):
            with pytest.raises(codec.CodecError):
                codec.unpack_structure(broken)


def test_text_that_cannot_be_stored_is_made_storable() -> None:
    assert codec.storable("a\udcffb\0c") == "a?bc"
