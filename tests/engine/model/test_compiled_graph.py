"""The compiled kernel builds the graphs that numpy builds; numpy is the reference, and stays in use where no kernel is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from clics.errors import CrystalError
from clics.model import channels, compiled_graph
from clics.model.encoder import Encoder
from clics.model.graph import GraphSettings, build_graph, build_in_numpy
from clics.paths import model_folder

from .structures import disguised, prototypes, supercell

SETTINGS = GraphSettings()
EXACT = 3e-7
"""A few units in the last place of a float32 of the size of a bond length; the kernel computes in float64."""
VANISHING = 2e-4
"""Order parameters that symmetry makes zero are the root of a rounding error of 1e-17, and channels are their logarithms."""

compiled = pytest.mark.skipif(not compiled_graph.available(SETTINGS), reason="the kernel was not compiled")


def perturbed(crystal, seed, size):
    lattice, numbers, frac = crystal
    moved = np.random.default_rng(seed).normal(0, size, frac.shape) @ np.linalg.inv(lattice)
    return lattice, numbers, (frac + moved) % 1.0


def crystals():
    every = list(prototypes())
    for seed, size in enumerate((1e-9, 1e-4, 0.05)):
        every += [perturbed(c, seed, size) for c in prototypes()[seed::3]]
    every += [disguised(c, seed) for seed, c in enumerate(prototypes()[::4])]
    every += [supercell(c, np.diag([2, 1, 3])) for c in prototypes()[::5]]
    return every


def assert_equal(one, other):
    orders = slice(2 * channels.RANGE - 1 + len(channels.SHELL_TOLERANCES), -len(channels.SPECIAL_COSINES))
    for field in dataclasses.fields(one):
        mine, its = getattr(one, field.name), getattr(other, field.name)
        assert (mine.dtype, mine.shape) == (its.dtype, its.shape), field.name
        if mine.dtype == np.int64:
            assert (mine == its).all(), field.name
            continue
        off = np.abs(mine - its)
        if field.name == "atom_channels":
            assert off[:, orders].max() < VANISHING
            off[:, orders] = 0
        assert off.max() < EXACT, field.name


@compiled
def test_the_kernel_builds_the_graphs_of_numpy():
    for crystal in crystals():
        lattice, numbers, frac = (np.asarray(part) for part in crystal)
        assert_equal(build_graph(*crystal, SETTINGS), build_in_numpy(lattice, numbers.astype(np.int64), frac, SETTINGS))


@compiled
@pytest.mark.parametrize(
    "settings", [GraphSettings(tie_width=0.0), GraphSettings(neighbours=16, tie_width=0.3)], ids=str
)
def test_so_does_it_with_other_settings(settings):
    for crystal in prototypes()[:12]:
        lattice, numbers, frac = crystal
        assert_equal(build_graph(*crystal, settings), build_in_numpy(lattice, numbers.astype(np.int64), frac, settings))


@compiled
def test_a_large_supercell_has_the_graph_of_its_cell_and_a_perturbed_one_that_of_numpy():
    perovskite = prototypes()[0]
    large = supercell(perovskite, np.diag([3, 3, 4]))
    assert len(large[1]) == 36 * len(perovskite[1])
    small, same = build_graph(*perovskite, SETTINGS), build_graph(*large, SETTINGS)
    assert sorted(small.multiplicity) == sorted(same.multiplicity)
    assert np.bincount(same.site_orbit).tolist() == (36 * same.multiplicity).tolist()
    lattice, numbers, frac = perturbed(large, 3, 0.02)
    assert_equal(build_graph(lattice, numbers, frac, SETTINGS), build_in_numpy(lattice, numbers, frac, SETTINGS))


@compiled
def test_the_released_model_gives_the_same_vectors(monkeypatch):
    encoder = Encoder.load(model_folder())
    some = prototypes()[:20]
    fast = encoder.embed_all(some)
    monkeypatch.setattr(compiled_graph, "kernel", None)
    slow = encoder.embed_all(some)
    np.testing.assert_allclose(np.asarray(fast.shared), np.asarray(slow.shared), atol=2e-5)


@compiled
def test_input_that_is_no_crystal_is_refused_without_reading_beyond_it():
    tables = (
        *compiled_graph._channel_tables(),
        *compiled_graph._class_tables(64),
        *compiled_graph._reflection_tables(),
    )
    build = compiled_graph.kernel.build
    with pytest.raises(ValueError, match="at least one atom"):
        build(np.eye(3), np.empty(0, np.int64), np.empty((0, 3)), 12, 32, 0.1, *tables)
    with pytest.raises(ValueError, match="shorter than the crystal"):
        build(np.eye(3), np.ones(4, np.int64), np.zeros((3, 3)), 12, 32, 0.1, *tables)
    with pytest.raises(ValueError, match="shorter than the crystal"):
        build(np.eye(3), np.ones(80, np.int64), np.zeros((80, 3)), 12, 32, 0.1, *tables)  # phases for 64 classes


@pytest.mark.parametrize("with_kernel", [True, False])
def test_flat_cells_and_numbers_that_are_not_finite_are_refused(with_kernel, monkeypatch):
    if not with_kernel:
        monkeypatch.setattr(compiled_graph, "kernel", None)
    flat = np.diag([1e9, 0.6, 0.6]), np.array([6] * 30), np.random.default_rng(0).random((30, 3))
    with pytest.raises(CrystalError, match="too flat or too empty"):
        build_graph(*flat, SETTINGS)
    for place in (0, 2):  # lattice, coordinates
        for value in (np.nan, np.inf):
            parts = [np.array(part, float) if k != 1 else part for k, part in enumerate(prototypes()[0])]
            parts[place][0, 0] = value
            with pytest.raises(CrystalError, match="not a finite number"):
                build_graph(*parts, SETTINGS)
