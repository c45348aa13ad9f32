"""Fingerprints of other methods for structural similarity, of the same crystals.

AMD and PDD (Widdowson & Kurlin, average-minimum-distance), SOAP (dscribe) and site statistics of CrystalNN fingerprints, which
the Materials Project uses (matminer; here from this project's describer, whose numbers are the same:
tests/engine/evaluation/test_baselines.py). None of them is told the elements. AMD, PDD and SOAP see absolute
distances, so that crystals built alike of larger atoms differ: each is also given the crystals at one volume per atom.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from clics.crystals.perturb import Cell
from numpy.typing import NDArray

NEIGHBOURS = 100
"""k of AMD and PDD, the default of their authors."""
VOLUME_PER_ATOM = 15.0
"""Å³, of crystals whose size is not to count."""


def growth(cell: Cell) -> float:
    """By what all lengths must be multiplied to bring a crystal to :data:`VOLUME_PER_ATOM`."""
    lattice, numbers, _ = cell
    return float((VOLUME_PER_ATOM * len(numbers) / abs(np.linalg.det(lattice))) ** (1 / 3))


def resized(cell: Cell) -> Cell:
    """The crystal at :data:`VOLUME_PER_ATOM`."""
    lattice, numbers, frac = cell
    return lattice * growth(cell), numbers, frac


def composition(cell: Cell) -> NDArray[np.float64]:
    """Share of every element (119,)."""
    return np.bincount(cell[1], minlength=119) / len(cell[1])


def pdd(cell: Cell) -> NDArray[np.float64]:
    """Pointwise distance distribution: rows of a weight and :data:`NEIGHBOURS` distances (m, 101)."""
    import amd

    lattice, _, frac = cell
    return np.asarray(amd.PDD(amd.PeriodicSet(frac @ lattice, lattice), NEIGHBOURS), np.float64)


def amd_of(distribution: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average minimum distances (100,) of a :func:`pdd`."""
    average: NDArray[np.float64] = distribution[:, 0] @ distribution[:, 1:]
    return average


def soap(cells: Sequence[Cell]) -> NDArray[np.float64]:
    """Averaged SOAP vectors of crystals of one element (n, d): cutoff 6 Å, n_max 8, l_max 6, sigma 0.5 Å."""
    from ase import Atoms
    from dscribe.descriptors import SOAP

    maker = SOAP(species=["C"], r_cut=6.0, n_max=8, l_max=6, sigma=0.5, periodic=True, average="outer")
    made = [
        maker.create(Atoms(f"C{len(numbers)}", scaled_positions=frac, cell=lattice, pbc=True))
        for lattice, numbers, frac in cells
    ]
    return np.array(made)


def site_fingerprints_blind(cell: Cell) -> NDArray[np.float64]:
    """CrystalNN fingerprints (n, e) of all sites, electronegativities and bond lengths left aside.

    These are the Materials Project's settings for comparing structures (``x_diff_weight=0``, ``distance_cutoffs=None``);
    with them a fingerprint does not depend on the elements. Raises :class:`~clics.errors.DescriptionError` where a site
    has no neighbours.
    """
    from clics.descriptions.robocrys.crystal_nn import SEARCH_CUTOFF, _neighbourhood
    from clics.descriptions.robocrys.fingerprint import site_fingerprints
    from clics.descriptions.robocrys.voronoi import faces_of_sites

    lattice, numbers, frac = cell
    faces = faces_of_sites(lattice, frac % 1.0, range(len(numbers)), SEARCH_CUTOFF)
    bounds = np.searchsorted(faces.owner, np.arange(len(numbers) + 1))
    around = []
    for first, last in itertools.pairwise(bounds.tolist()):
        angle, area = faces.solid_angle[first:last], faces.area[first:last]
        with np.errstate(divide="ignore", invalid="ignore"):  # a face may be so small that its area is zero
            strength = angle / angle.max() * (angle / area)
        around.append(_neighbourhood(faces, first, strength, np.ones_like(strength)))
    return site_fingerprints(around)


def site_statistics(cell: Cell) -> NDArray[np.float64]:
    """Mean, spread, least and largest of :func:`site_fingerprints_blind` over the sites (4 e,).

    In the order of matminer's ``SiteStatsFingerprint``: four numbers for each entry.
    """
    sites = site_fingerprints_blind(cell)
    return np.stack([sites.mean(0), sites.std(0), sites.min(0), sites.max(0)], axis=1).ravel()


def pdd_scores(
    distributions: Sequence[NDArray[np.float64]], types: NDArray[np.int64], queries: Iterable[int] | None = None
) -> Iterator[NDArray[np.float64]]:
    """For every query (default: each crystal in turn) minus the earth mover's distances to all crystals (n,).

    The distance between AMDs is a lower bound (Widdowson & Kurlin, NeurIPS 2022): what by it alone lies farther than the
    farthest crystal of the query's type changes no figure, and is given -inf.
    """
    import amd

    averages = np.array([amd_of(distribution) for distribution in distributions])
    for query in range(len(distributions)) if queries is None else queries:
        own = distributions[query]
        bound = np.abs(averages - averages[query]).max(axis=1)
        row = np.full(len(distributions), -np.inf)
        alike = np.flatnonzero(types == types[query])
        row[alike] = [-amd.EMD(own, distributions[i]) for i in alike]
        for i in np.flatnonzero((bound <= -row[alike].min()) & (types != types[query])):
            row[i] = -amd.EMD(own, distributions[i])
        yield row
