"""Atoms in a picture: exact counts whatever the cell, and periodic images at their positions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clics_gui.viewer.boundary import bare, edges, fill, home, positions, symbols

from .crystals import ROCKSALT, Crystal, random_crystals


@given(random_crystals(), st.tuples(*[st.integers(1, 4)] * 3))
@settings(max_examples=60, deadline=None)
def test_a_supercell_has_exactly_its_volume_times_the_atoms(crystal: Crystal, repeats: tuple[int, int, int]) -> None:
    placed = fill(crystal, repeats)
    assert len(placed) == len(crystal.frac) * np.prod(repeats)
    assert len(set(_keys(placed))) == len(placed)
    fractional = positions(crystal, placed) @ np.linalg.inv(crystal.lattice)
    assert (fractional >= -0.0201).all()
    assert (fractional < np.array(repeats)).all()


@given(random_crystals(), st.integers(-3, 3), st.floats(-1e-7, 1e-7))
@settings(max_examples=60, deadline=None)
def test_it_does_not_matter_in_which_cell_a_site_was_written(crystal: Crystal, shift: int, noise: float) -> None:
    moved = Crystal(crystal.lattice, crystal.frac + np.array([shift, -shift, 2 * shift]) + noise, crystal.species)
    here, there = (positions(c, fill(c, (2, 1, 1), images=True)) for c in (crystal, moved))
    if len(here) == len(there):  # a site within the noise of the tolerance itself may go either way
        np.testing.assert_allclose(here, there, atol=1e-4)


def test_corners_edges_and_faces_of_rocksalt() -> None:
    inside, with_images = fill(ROCKSALT), fill(ROCKSALT, images=True)
    assert len(inside) == 8
    names = np.array(symbols(ROCKSALT.species))[with_images.site]
    assert (names == "Na").sum() == 14, "8 corners and 6 faces"
    assert (names == "Cl").sum() == 13, "12 edges and the middle"
    doubled = fill(ROCKSALT, (2, 1, 1), images=True)
    names = np.array(symbols(ROCKSALT.species))[doubled.site]
    assert ((names == "Na").sum(), (names == "Cl").sum()) == (23, 22)
    assert len(set(map(tuple, np.round(positions(ROCKSALT, with_images), 6)))) == 27


@pytest.mark.parametrize("almost", [0.9999, -0.0001, 1.0, 0.0, 1e-9, -1e-12])
def test_almost_nought_is_nought(almost: float) -> None:
    crystal = Crystal(np.eye(3) * 4.0, np.array([[almost, 0.5, almost]]), ((("Fe", 1.0),),))
    assert len(fill(crystal)) == 1
    assert len(fill(crystal, images=True)) == 4
    assert abs(home(crystal)[0][0, 0]) < 1e-3


@given(st.tuples(*[st.integers(1, 3)] * 3))
@settings(deadline=None)
def test_cell_edges_are_drawn_once(repeats: tuple[int, int, int]) -> None:
    a, b, c = repeats
    lines = edges(np.diag([3.0, 4.0, 5.0]), repeats)
    assert len(lines) == a * (b + 1) * (c + 1) + b * (a + 1) * (c + 1) + c * (a + 1) * (b + 1)
    assert len({tuple(np.round(line, 6).ravel()) for line in lines}) == len(lines)


def test_symbols_of_shared_charged_and_empty_sites() -> None:
    assert symbols(((("Fe", 0.4), ("Ni", 0.6)), (("O2-", 1.0),), ())) == ["Ni", "O2-", "?"]
    assert [bare(s) for s in ("Fe3+", "O2-", "D", "Xx", "?", "H")] == ["Fe", "O", "D", "Xx", "?", "H"]


def test_no_atoms_and_no_repeats() -> None:
    empty = Crystal(np.eye(3), np.zeros((0, 3)), ())
    assert len(fill(empty, (2, 2, 2), images=True)) == 0
    with pytest.raises(ValueError, match="at least one cell"):
        fill(empty, (0, 1, 1))


def _keys(placed) -> list[tuple[int, ...]]:
    return [(int(s), *map(int, c)) for s, c in zip(placed.site, placed.cell)]
