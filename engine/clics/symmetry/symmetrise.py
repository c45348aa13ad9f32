"""A crystal as idealised on a rung of its symmetry ladder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from clics.errors import DescriptionError, InputError
from clics.results.geometry import CellKind
from clics.symmetry import space_groups
from clics.symmetry.ladder import LEAST, MOST, Step, exact_symmetry, steps_of

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.progress import CancelToken
    from clics.symmetry.approximate_operations import Floats, Ints

TRIVIAL = 1
"""Number of the space group P1."""


def symmetrise(
    crystal: Crystal,
    *,
    rung: int | None = None,
    tolerance: float | None = None,
    group: int | str | None = None,
    cell: CellKind = "conventional",
    cancel: CancelToken | None = None,
) -> Crystal:
    """The crystal with exactly the symmetry of a rung of its ladder.

    Args:
        crystal: The crystal.
        rung: Index of the rung; by default the proposed one.
        tolerance: In place of it, a tolerance in Å: the largest group that is found at it.
        group: In place of it, a space group by number or symbol.
        cell: ``"conventional"`` (its setting: :mod:`clics.symmetry.settings`), ``"primitive"`` (spglib's standard primitive
            cell), ``"niggli"``, or ``"read"``: the cell and the atoms as they were read, moved.
        cancel: Checked often.

    Returns:
        The idealised crystal; its provenance has ``"symmetrised"``: what was done.

    Raises:
        InputError: ``nothing-to-symmetrise`` where the crystal has no symmetry but P1; ``no-such-rung``,
            ``bad-tolerance``, ``bad-option``, ``bad-cell``.
        DescriptionError: ``no-symmetry``.
        Cancelled: ``cancel`` was set.
    """
    if cell not in get_args(CellKind):
        raise InputError(f"There is no cell '{cell}'; known are {', '.join(get_args(CellKind))}.", kind="bad-cell")
    if sum(option is not None for option in (rung, tolerance, group)) > 1:
        raise InputError("Give one of rung, tolerance and group, not several.", kind="bad-option")
    steps = steps_of(crystal, cancel)
    return taken(crystal, chosen(crystal, steps, rung=rung, tolerance=tolerance, group=group), cell)


def as_idealised(crystal: Crystal, wanted: bool | float, cancel: CancelToken | None = None) -> Crystal:
    """The crystal as it is to be analysed: idealised in the cell that it was read in, or as it is.

    A remark in the ``warnings`` of the provenance says what was done.

    Args:
        crystal: The crystal.
        wanted: False for the crystal as it is, True for the proposed rung, or a tolerance in Å. Without symmetry but P1 the
            crystal stays as it is.
        cancel: Checked often.

    Raises:
        InputError: ``bad-tolerance``.
        Cancelled: ``cancel`` was set.
    """
    if wanted is False:
        return crystal
    tolerance = None if wanted is True else wanted
    check_ladder_tolerance(tolerance)
    try:
        rung = (step := chosen(crystal, steps_of(crystal, cancel), tolerance=tolerance, trivial=True)).rung
    except DescriptionError as error:
        return _remarked(crystal, f"The crystal was not idealised: {error.message}")
    if rung.number == TRIVIAL:
        return _remarked(crystal, "The crystal was not idealised: it has no symmetry but P1.")
    return _remarked(
        taken(crystal, step, "read"),
        f"The crystal was idealised in {rung.name}: atoms moved by up to {rung.largest_displacement:.3f} Å, the cell was "
        f"strained by up to {100 * rung.strain:.2f} %.",
    )


def _remarked(crystal: Crystal, remark: str) -> Crystal:
    warnings = crystal.provenance.get("warnings", ())
    before = list(warnings) if isinstance(warnings, (list, tuple)) else [warnings]
    return replace(crystal, provenance={**crystal.provenance, "warnings": [*before, remark]})


def check_ladder_tolerance(tolerance: float | None) -> None:
    """Refuse a tolerance outside the ladder. Raises InputError (``bad-tolerance``)."""
    number = isinstance(tolerance, (int, float)) and not isinstance(tolerance, bool)
    if tolerance is not None and not (number and LEAST <= tolerance <= MOST):
        raise InputError(
            f"The tolerance must be a length from {LEAST:g} to {MOST:g} Å, not {tolerance!r}.", kind="bad-tolerance"
        )


def chosen(
    crystal: Crystal,
    steps: tuple[Step, ...],
    *,
    rung: int | None = None,
    tolerance: float | None = None,
    group: int | str | None = None,
    trivial: bool = False,
) -> Step:
    """One of the steps, by rung, tolerance or group as in :func:`symmetrise`; P1 only where ``trivial``."""
    listed = ", ".join(f"{step.rung.index} {step.rung.symbol}" for step in steps)
    if rung is not None:
        found = [step for step in steps if step.rung.index == rung]
        why = f"The symmetry ladder of {crystal.formula} has no rung {rung}; it has {listed}."
    elif group is not None:
        number = _number_of(group)
        found = [step for step in steps if step.rung.number == number]
        why = f"{crystal.formula} does not come near to the space group {group} up to {MOST:g} Å; its ladder has {listed}."
    elif tolerance is not None:
        check_ladder_tolerance(tolerance)
        below = [step for step in steps if step.rung.begins <= tolerance and step.rung.ends != step.rung.begins]
        found, why = below[-1:], ""
    else:
        found, why = [step for step in steps if step.rung.proposed], ""
    if not found:
        raise InputError(why, kind="no-such-rung")
    if found[0].rung.number == TRIVIAL and not trivial:
        at = "" if tolerance is None else f" at {tolerance:g} Å"
        more = f"; its ladder has {listed}" if len(steps) > 1 else f" up to {MOST:g} Å"
        raise InputError(
            f"There is nothing to symmetrise: {crystal.formula} has no symmetry but the lattice's translations (P1){at}{more}.",
            kind="nothing-to-symmetrise",
        )
    return found[0]


def taken(crystal: Crystal, step: Step, cell: CellKind) -> Crystal:
    """The crystal as idealised by one step, in a cell as in :func:`symmetrise`."""
    from pymatgen.core import Lattice, Structure

    from clics.symmetry.wyckoff import site_kinds

    structure = crystal.structure
    numbers = site_kinds(crystal)
    species = {number: site.species for number, site in zip(numbers.tolist(), structure, strict=True)}
    before = np.array(structure.lattice.matrix), np.array(structure.frac_coords)
    lattice, kinds, frac, parents, change = _in_cell(*before, numbers, step, cell)
    atoms = [species[kind] for kind in kinds.tolist()]
    stated = crystal.stated
    if stated is not None:
        stated = stated.carried(before, (lattice, frac % 1.0), parents.tolist(), change)
    rung = step.rung
    done = {
        "space_group": rung.symbol, "number": rung.number, "hall_number": rung.hall_number, "setting": rung.setting,
        "tolerance": rung.begins, "largest_displacement": rung.largest_displacement, "strain": rung.strain,
    }  # fmt: skip
    provenance = {**crystal.provenance, "cell": cell, "symmetrised": done}
    idealised = Structure(Lattice(lattice), atoms, frac % 1.0)
    return replace(crystal, structure=idealised, provenance=provenance, stated=stated)


def _in_cell(
    lattice: Floats, frac: Floats, numbers: Ints, step: Step, cell: CellKind
) -> tuple[Floats, Ints, Floats, Ints, Floats]:
    """The idealised crystal in a cell, from the crystal as it was read.

    Returns:
        Lattice (3, 3), kinds (m,) and fractional coordinates (m, 3); for each site, one of the crystal as it was read that
        translations of the lattice take there (m,); and the matrix (3, 3) that turns differences of fractional coordinates.
    """
    import spglib

    ideal, kinds = step.idealised, step.cell.kinds
    if cell == "read":
        turned = np.round(lattice @ np.linalg.inv(step.cell.lattice))  # whole numbers: the cell as read is a supercell
        moved = frac + ideal.shifts @ np.linalg.inv(lattice)
        return turned @ ideal.lattice, numbers, moved, np.arange(len(frac)), np.eye(3)
    parents = np.unique(step.cell.atoms, return_index=True)[1]
    change = (lattice @ np.linalg.inv(step.cell.lattice)).T
    if cell == "niggli":
        return ideal.lattice, kinds, ideal.frac, parents, change
    symmetry = exact_symmetry(ideal.lattice, kinds, ideal.frac, step.setting.hall_number)
    rows, types, positions = symmetry.std_lattice, np.asarray(symmetry.std_types, np.int64), symmetry.std_positions
    places = np.unique(symmetry.mapping_to_primitive, return_index=True)[1][symmetry.std_mapping_to_primitive]
    change = symmetry.transformation_matrix @ change
    if cell == "conventional":
        return rows, types, positions, parents[places], change
    smaller, inside, kinds = spglib.find_primitive((rows, positions, types), 1e-4)
    # It is the primitive cell of spglib's own setting, whose origin and axes can be others.
    own = exact_symmetry(rows, types, positions)
    standard = inside @ smaller @ np.linalg.inv(own.std_lattice) - own.origin_shift
    gaps = (standard @ np.linalg.inv(own.transformation_matrix).T)[:, None] - positions[None]
    gaps -= np.round(gaps)
    found = np.linalg.norm(gaps @ rows, axis=2).argmin(axis=1)
    change = (own.std_lattice @ np.linalg.inv(smaller)).T @ own.transformation_matrix @ change
    return smaller, np.asarray(kinds, np.int64), inside, parents[places[found]], change


def _number_of(group: int | str) -> int:
    """Number of a space group that is given by number or symbol."""
    known = None
    if isinstance(group, int) or group.strip().isdigit():
        number = int(group)
        known = space_groups.by_number(number) if 1 <= number <= len(space_groups.SPACE_GROUPS) else None
    else:
        known = space_groups.by_spelling(group)
    if known is None:
        raise InputError(
            f"There is no space group '{group}'; give a number from 1 to 230 or a symbol.", kind="bad-option"
        )
    return known.number
