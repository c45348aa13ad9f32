"""The symmetry ladder: every space group that a crystal nearly has, how far it is from it, and which one is proposed.

The candidates are groups among the approximate operations (:mod:`clics.symmetry.candidate_groups`); each is taken by averaging
over its operations (:mod:`clics.symmetry.idealise`), and one is proposed by an information criterion
(:mod:`clics.symmetry.rung_choice`). Spglib names the groups of the idealised cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clics.errors import DescriptionError
from clics.progress import CancelToken
from clics.results.ladder import Rung, SymmetryLadder
from clics.symmetry.analysis import check_cell, crystal_system
from clics.symmetry.approximate_operations import Floats, Ints, Operations
from clics.symmetry.candidate_groups import EXACT, candidates
from clics.symmetry.enantiomorphs import ENANTIOMORPHS
from clics.symmetry.idealise import Idealised, idealise
from clics.symmetry.primitive_cell import PrimitiveCell
from clics.symmetry.rung_choice import Model, costs
from clics.symmetry.settings import Setting, standard_setting

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal

LEAST, MOST = EXACT, 0.5
"""Tolerances in Å at which the ladder begins and ends."""

_DIGITS = 8  # of what is told, in Å
_EXACT = (
    1e-5,
    1e-4,
    1e-3,
)  # Å; spglib's tolerance for cells that are symmetric up to rounding, looser where that fails


@dataclass(frozen=True, slots=True)
class Step:
    """A group that a crystal nearly has, with all that it takes to idealise the crystal.

    Attributes:
        rung: What is told of it.
        setting: The setting of the conventional cell.
        cell: The primitive cell, as it is.
        idealised: The primitive cell, exactly symmetric.
        order: Number of operations for the given cell, translations within it included.
        ideal_order: The same of the idealised cell, which can have more.
    """

    rung: Rung
    setting: Setting
    cell: PrimitiveCell
    idealised: Idealised
    order: int
    ideal_order: int


def ladder_of(crystal: Crystal, cancel: CancelToken | None = None) -> SymmetryLadder:
    """The symmetry ladder of a crystal; ``cancel`` is checked often.

    Raises:
        DescriptionError: ``no-symmetry``: the cell has no volume, or atoms are on top of each other.
        Cancelled: ``cancel`` was set.
    """
    rungs = tuple(step.rung for step in steps_of(crystal, cancel))
    return SymmetryLadder(crystal.formula, crystal.num_sites, LEAST, MOST, rungs)


def steps_of(crystal: Crystal, cancel: CancelToken | None = None) -> tuple[Step, ...]:
    """The rungs of the ladder of a crystal with their idealised cells; raises as :func:`ladder_of`."""
    from clics.symmetry.wyckoff import site_kinds

    structure = crystal.structure
    return steps_of_arrays(structure.lattice.matrix, site_kinds(crystal), structure.frac_coords, cancel)


def steps_of_arrays(lattice: Floats, kinds: Ints, frac: Floats, cancel: CancelToken | None = None) -> tuple[Step, ...]:
    """As :func:`steps_of`, for lattice rows in Å (3, 3), kinds of sites (n,) and fractional coordinates (n, 3)."""
    check_cell(lattice, kinds, frac)
    found = [_step(cell, operations) for cell, operations in candidates(lattice, kinds, frac, cancel or CancelToken())]
    if not found:
        raise DescriptionError(
            "The crystal has no symmetry to be found: atoms of one element are on top of each other.",
            kind="no-symmetry",
        )
    models = [
        Model(
            step.idealised.shifts, step.idealised.strain, step.rung.free_coordinates, step.rung.free_lattice, step.order
        )
        for step in found
    ]
    best = found[int(np.argmin(costs(models)))]
    return _ladder([replace(step, rung=replace(step.rung, proposed=step is best)) for step in found])


def _ladder(found: list[Step]) -> tuple[Step, ...]:
    """The steps with the largest group at some tolerance, and the proposed one, in the order of tolerances."""
    exact = [step for step in found if step.rung.begins <= LEAST]
    first = max(exact, key=lambda step: (step.ideal_order, step.order))
    proposed = any(step.rung.proposed for step in exact)
    steps = [replace(first, rung=replace(first.rung, begins=LEAST, proposed=proposed))]
    unfound = []
    for step in sorted(found, key=lambda step: (step.rung.begins, -step.ideal_order, -step.order)):
        rung = step.rung
        if rung.begins <= LEAST or not (rung.begins <= MOST or rung.proposed):
            continue
        if step.ideal_order > steps[-1].ideal_order:
            steps.append(step)
        elif rung.proposed:  # at its tolerance a larger group is found already
            unfound.append(replace(step, rung=replace(rung, ends=rung.begins)))
    ends = [*(step.rung.begins for step in steps[1:]), None]
    steps = [replace(step, rung=replace(step.rung, ends=end)) for step, end in zip(steps, ends, strict=True)]
    steps = sorted([*steps, *unfound], key=lambda step: step.rung.begins)
    return tuple(replace(step, rung=replace(step.rung, index=i)) for i, step in enumerate(steps, start=1))


def _step(cell: PrimitiveCell, operations: Operations) -> Step:
    """A candidate as a step that is not yet placed on the ladder."""
    idealised = idealise(cell, operations)
    symmetry = exact_symmetry(idealised.lattice, cell.kinds, idealised.frac)
    setting = standard_setting(int(symmetry.number))
    distances = np.linalg.norm(idealised.shifts, axis=1)
    misses = (cell.largest, operations.largest.max(), lattice_miss(cell.lattice, operations.rotations))
    partner = ENANTIOMORPHS.get(setting.number)
    rung = Rung(
        index=0,
        symbol=setting.symbol,
        number=setting.number,
        crystal_system=crystal_system(setting.number),
        hall_number=setting.hall_number,
        hall_symbol=setting.hall_symbol,
        setting=setting.name,
        enantiomorph=None if partner is None else standard_setting(partner).symbol,
        handed=setting.handed,
        begins=round(float(max(misses)), _DIGITS),
        ends=None,
        largest_displacement=round(float(distances.max()), _DIGITS),
        rms_displacement=round(float(np.sqrt((distances**2).mean())), _DIGITS),
        strain=round(float(np.abs(np.linalg.eigvalsh(idealised.strain)).max()), _DIGITS),
        free_coordinates=idealised.free_coordinates,
        free_lattice=idealised.free_lattice,
        sites=len(symmetry.std_types),
        proposed=False,
    )
    orders = len(operations) * cell.size, len(symmetry.rotations) * cell.size
    return Step(rung, setting, cell, idealised, *orders)


def exact_symmetry(lattice: Floats, kinds: Ints, frac: Floats, hall_number: int = 0) -> Any:
    """Spglib's dataset of a cell that is symmetric up to rounding, in the setting of ``hall_number`` where it is given.

    Raises:
        DescriptionError: ``no-symmetry``.
    """
    import spglib

    for tolerance in _EXACT:
        try:
            symmetry = spglib.get_symmetry_dataset((lattice, frac, kinds), tolerance, hall_number=hall_number)
        except Exception:  # noqa: BLE001 - spglib's errors are of a private class of its C++ part
            continue
        if symmetry is not None:
            return symmetry
    raise DescriptionError(
        "The symmetry of the idealised crystal could not be found; check for atoms on top of each other.",
        kind="no-symmetry",
    )


def lattice_miss(lattice: Floats, rotations: Ints) -> float:
    """The largest distance in Å by which rotations miss basis vectors, as spglib measures it.

    That is the largest difference of lengths, and of angles times the mean of the two lengths.
    """
    metric = lattice @ lattice.T
    metrics = np.concatenate([metric[None], rotations.transpose(0, 2, 1) @ metric @ rotations])
    lengths = np.sqrt(np.einsum("kii->ki", metrics))
    angles = np.arccos(np.clip(metrics / (lengths[:, :, None] * lengths[:, None, :]), -1.0, 1.0))
    mean = 0.5 * (lengths + lengths[0])
    across = np.sin(np.abs(angles - angles[0])) * 0.5 * (mean[:, :, None] + mean[:, None, :])
    return float(max(np.abs(lengths - lengths[0]).max(), across.max()))
