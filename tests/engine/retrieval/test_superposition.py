"""Superposition of crystals."""

from __future__ import annotations

import numpy as np
import pytest
from clics.crystals.crystal import Crystal
from clics.crystals.perturb import rattled
from clics.errors import Cancelled
from clics.library.store import Library
from clics.progress import CancelToken, Progress
from clics.retrieval.neighbours import similar
from clics.retrieval.superposition import DEPTH, SuperpositionTarget
from clics.sources.prototypes import aflow_prototypes
from samples import prototypes
from tiny_encoder import TinyEncoder


@pytest.fixture(scope="module")
def by_mineral() -> dict[str, Crystal]:
    return {str(crystal.provenance["mineral"]): crystal for crystal in aflow_prototypes()}


def test_what_fits_whatever_its_elements_and_size(by_mineral: dict[str, Crystal]) -> None:
    from pymatgen.core import Structure

    rutile = by_mineral["Rutile"].structure
    onto = SuperpositionTarget(rutile)
    assert onto.distance(rutile) == pytest.approx(0, abs=1e-6)
    large = rutile.copy()
    large.replace_species({"Ti": "Sn", "O": "F"})
    large.scale_lattice(1.3 * large.volume)
    large.make_supercell([[1, 1, 0], [0, 1, 0], [0, 0, 2]])
    assert onto.distance(large) == pytest.approx(0, abs=1e-4)
    cell = (rutile.lattice.matrix, np.array(rutile.atomic_numbers), rutile.frac_coords)
    perturbed = onto.distance(Structure(*rattled(cell, 0.2, np.random.default_rng(0))))
    assert perturbed is not None
    assert 0.03 < perturbed < 0.15
    assert onto.distance(by_mineral["Anatase"].structure) is None
    assert onto.distance(by_mineral["Halite, Rock Salt"].structure) is None


def test_what_cannot_be_told_does_not_fit(by_mineral: dict[str, Crystal], monkeypatch: pytest.MonkeyPatch) -> None:
    from pymatgen.core import Lattice, Structure

    mixed = Structure(Lattice.cubic(4), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]])
    assert SuperpositionTarget(mixed).distance(mixed) is None
    monkeypatch.setattr("clics.retrieval.superposition.MOST_SITES", 5)
    rutile = by_mineral["Rutile"].structure
    assert SuperpositionTarget(rutile).distance(rutile) is None


def test_those_that_fit_come_first_in_the_order_they_had(library: Library, encoder: TinyEncoder) -> None:
    told: list[Progress] = []
    plain = similar("aflow-0", library, encoder, top=39)
    found = similar("aflow-0", library, encoder, top=39, superpose=True, progress=told.append)
    assert [event.done for event in told] == list(range(1, 40))
    assert all(hit.checked == {} for hit in found)
    fits = [hit.superposition is not None and hit.superposition.matches for hit in found]
    assert fits == sorted(fits, reverse=True)
    order = {hit.id: place for place, hit in enumerate(plain)}
    for wanted in (True, False):
        places = [order[hit.id] for hit, fit in zip(found, fits, strict=True) if fit is wanted]
        assert places == sorted(places)
    crystals = {crystal.id: crystal.structure for crystal in prototypes(40)}
    onto = SuperpositionTarget(crystals["aflow-0"])
    assert {hit.id for hit, fit in zip(found, fits, strict=True) if fit} == {
        name for name, other in crystals.items() if name != "aflow-0" and onto.distance(other) is not None
    }
    assert {hit.id: hit.score for hit in found} == {hit.id: hit.score for hit in plain}
    short = similar(prototypes(1)[0], library, encoder, top=3, superpose=True)
    assert [hit.id for hit in short] == [hit.id for hit in found[:3]]
    assert DEPTH >= 39
    biased = similar("aflow-0", library, encoder, top=3, but="octahedral", superpose=True)
    assert all(hit.superposition is not None for hit in biased)
    assert all(hit.superposition is None for hit in plain)


def test_it_can_be_stopped(library: Library, encoder: TinyEncoder) -> None:
    cancel = CancelToken()

    def progress(event: Progress) -> None:
        if event.done == 2:
            cancel.cancel()

    with pytest.raises(Cancelled):
        similar("aflow-0", library, encoder, superpose=True, progress=progress, cancel=cancel)
