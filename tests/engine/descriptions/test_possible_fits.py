"""What is rejected before pymatgen's matcher is asked, against the matcher itself, on the named prototypes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from clics.descriptions.robocrys.minerals import FIT, TIGHTEN, Prototype, prototypes
from clics.descriptions.robocrys.possible_fits import can_fit, may_be_smaller
from clics.descriptions.robocrys.structure_matching import matcher, reduced_cell
from pymatgen.core import Lattice, Structure


def small_prototypes() -> list[Prototype]:
    return [prototype for prototype in prototypes()[0] if len(prototype.stored["symbols"]) <= 6]


def test_the_matcher_fits_nothing_that_was_rejected() -> None:
    pairs = [(a, b) for a, b in combinations(small_prototypes(), 2) if a.anonymous == b.anonymous][:120]
    pairs = [(a, b) for a, b in pairs if len(a.reduced) == len(b.reduced)]
    rejected = fitting = 0
    for factor in (1.0, TIGHTEN**3):
        by = matcher(**{name: value * factor for name, value in FIT.items()})
        for a, b in pairs:
            fits = by.fit_anonymous(a.reduced, b.reduced, skip_structure_reduction=True)
            possible = can_fit(by, a.reduced, b.reduced)
            assert possible or not fits, (a.name, b.name)
            rejected += not possible
            fitting += fits
    assert fitting > 5  # the tolerances are wide: some prototypes fit each other
    assert rejected > 0.7 * (2 * len(pairs) - fitting)


def test_a_crystal_can_fit_its_own_prototype_with_other_elements_strained_and_moved() -> None:
    rng = np.random.default_rng(1)
    by = matcher(**FIT)
    for prototype in small_prototypes()[:40]:
        own = prototype.reduced
        strained = Lattice(own.lattice.matrix @ (np.eye(3) + rng.normal(0, 0.01, (3, 3))))
        moved = own.frac_coords + rng.normal(0, 0.005, (len(own), 3)) + rng.random(3)
        names = dict(zip(own.symbol_set, ("Ar", "He", "Ne", "Xe", "Kr"), strict=False))
        other = reduced_cell(Structure(strained, [names[site.specie.symbol] for site in own], moved))
        assert can_fit(by, own, other), prototype.name


@pytest.mark.parametrize("cells", [(1, 1, 1), (2, 1, 1), (1, 2, 2)])
def test_a_cell_without_translations_stays_as_it_is(cells: tuple[int, int, int]) -> None:
    kept = 0
    for prototype in small_prototypes()[:60]:
        structure = (prototype.reduced * cells).get_reduced_structure()
        primitive = structure.get_primitive_structure()
        if not may_be_smaller(structure):
            kept += 1
            assert len(primitive) == len(structure), prototype.name
    assert (kept > 50) == (cells == (1, 1, 1))
